"""django-helpdesk, over its REST API. What that lacks is made up for here:

- It tells nobody when a ticket changed. A ticket's version is a digest of what it says; changes are found by the
  latest follow-ups and by the latest tickets, and the rest by comparing all that are open.
- A follow-up's text is a Django template, so braces would be filled in, or fail with 500: they are escaped.
- A follow-up with a title renames its ticket, so none is sent.
- A follow-up on a resolved ticket becomes its resolution, so that is put back.
- `on_hold` is beside the status; here both are one word, `on_hold`.
"""

import json
import re
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, NamedTuple

from channels.psa.calls import Calls
from escalation.psa.ports import Changes
from escalation.psa.record import Field, NewRecord, Record, Said

STATUSES = {1: "open", 2: "reopened", 3: "resolved", 4: "closed", 5: "duplicate"}
_NUMBERS = {name: number for number, name in STATUSES.items()}
_RUNNING = "1,2"
_PAGE = 50
_OVERLAP = timedelta(minutes=2)  # a follow-up may be seen later than its own date says
_TEMPLATE = re.compile(r"\{(?=[{%#])|(?<=[}%#])\}")


class DjangoHelpdesk:
    """Implements `escalation.psa.ports.Connector`."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def fetch(self, record_id: str) -> Record | None:
        """What a ticket says now; None for one that is not there any more."""
        if not record_id.isdecimal():
            return None
        said = await self._calls.get(f"api/tickets/{record_id}/")
        return record(said) if said else None

    async def changed_since(self, cursor: str) -> Changes:
        """The tickets with follow-ups since the cursor's moment, and those made since; without one, all that are open.

        Changes that leave no follow-up are found by comparing, and only so.
        """
        place = _Place.of(cursor)
        tickets, latest = await self._made_since(place.newest)
        followed = await self._followed_since(place.at)
        new = {str(said["ticket"]): None for said in followed if said["id"] not in place.seen and place.at}
        moments = [datetime.fromisoformat(said["date"]) for said in followed]
        at = max([*moments, *([place.at] if place.at else [])], default=None)
        seen = [said["id"] for said, moment in zip(followed, moments, strict=True) if at and moment >= at - _OVERLAP]
        mark = json.dumps([at.isoformat() if at else "", latest, seen])
        return Changes(record_ids=tuple(dict.fromkeys([*tickets, *new])), cursor=mark)

    async def running(self) -> AsyncIterator[Record]:
        """Every ticket that is open or reopened."""
        async for said in self._pages("api/tickets/", {"status": _RUNNING}):
            yield record(said)

    async def update(self, record_id: str, changes: Mapping[Field, str], resolution: str) -> None:
        """Write these fields in one request."""
        body: dict[str, object] = {}
        for name, value in changes.items():
            match name:
                case "status":
                    body |= _status(value, resolution)
                case "assignee":
                    body["assigned_to"] = int(value) if value else None
                case "priority" | "queue":
                    body[name] = int(value)
                case "title":
                    body["title"] = value[:200]
                case "description":
                    body["description"] = value
        await self._calls.send("PATCH", f"api/tickets/{record_id}/", body)

    async def comment(self, record: Record, text: str, *, public: bool) -> str:
        """Add a follow-up; a resolved ticket keeps its resolution."""
        body = {"ticket": int(record.id), "comment": escaped(text), "public": public}
        said = await self._calls.send("POST", "api/followups/", body)
        if record.status == "resolved":
            await self._calls.send("PATCH", f"api/tickets/{record.id}/", {"resolution": record.resolution})
        return str(said["id"])

    async def create(self, new: NewRecord) -> str:
        """Make a ticket, or find the one whose description ends with the same mark."""
        async for said in self._pages("api/tickets/", {"status": _RUNNING}):
            if new.mark in (said["description"] or ""):
                return str(said["id"])
        body = {
            "queue": int(new.queue),
            "title": new.title[:200],
            "description": f"{new.description}\n\n{new.mark}",
            "submitter_email": new.requester_email or None,
            "priority": int(new.priority),
        }
        made = await self._calls.send("POST", "api/tickets/", body)
        return str(made["id"])

    # ------------------------------------------------------------------------------------------ what changed
    async def _made_since(self, newest: int | None) -> tuple[list[str], int]:
        """Tickets are listed by their ids, so the latest are on the last page."""
        if newest is None:
            found = [int(said["id"]) async for said in self._pages("api/tickets/", {"status": _RUNNING})]
            return [str(its_id) for its_id in found], max(found, default=0)
        found = []
        async for said in self._backwards("api/tickets/"):
            if int(said["id"]) <= newest:
                break
            found.append(int(said["id"]))
        return [str(its_id) for its_id in reversed(found)], max(found, default=newest)

    async def _followed_since(self, since: datetime | None) -> list[dict[str, Any]]:
        """The follow-ups since that moment with some overlap, the latest first; without one, the last of all."""
        found = list[dict[str, Any]]()
        async for said in self._backwards("api/followups/"):
            if since is not None and datetime.fromisoformat(said["date"]) < since - _OVERLAP:
                break
            found.append(said)
            if since is None:
                break
        return found

    async def _pages(self, path: str, params: Mapping[str, str]) -> AsyncIterator[dict[str, Any]]:
        page = 1
        while True:
            said = await self._calls.get(path, {**params, "page": page, "page_size": _PAGE})
            if said is None:
                return  # it got shorter meanwhile
            for each in said["results"]:
                yield each
            if not said["next"]:
                return
            page += 1

    async def _backwards(self, path: str) -> AsyncIterator[dict[str, Any]]:
        """The list from its end."""
        first = await self._calls.get(path, {"page_size": 1})
        page = max(1, -(-int(first["count"]) // _PAGE))
        while page > 0:
            said = await self._calls.get(path, {"page": page, "page_size": _PAGE})
            for each in reversed(said["results"] if said else []):
                yield each
            page -= 1


def record(said: Mapping[str, Any]) -> Record:
    """A ticket as its API gives it."""
    comments = tuple(_comment(each) for each in said["followup_set"])
    status = STATUSES.get(said["status"], str(said["status"]))
    known = {name: said[name] for name in _SAID}
    return Record(
        id=str(said["id"]),
        version=blake2b(json.dumps(known, sort_keys=True).encode(), digest_size=8).hexdigest(),
        updated_at=max((each.at for each in comments if each.at), default=None),
        status="on_hold" if said["on_hold"] and status in ("open", "reopened") else status,
        priority=str(said["priority"]),
        title=said["title"],
        description=said["description"] or "",
        queue=str(said["queue"]),
        assignee=str(said["assigned_to"] or ""),
        requester_email=said["submitter_email"] or "",
        resolution=said["resolution"] or "",
        comments=comments,
    )


_SAID = (
    "queue", "title", "description", "resolution", "submitter_email", "assigned_to", "status", "on_hold", "priority",
    "merged_to", "followup_set",
)  # fmt: skip


def _comment(said: Mapping[str, Any]) -> Said:
    return Said(
        id=str(said["id"]),
        author=str(said["user"]) if said["user"] else None,
        public=said["public"],
        text=said["comment"] or "",
        status=STATUSES.get(said["new_status"]) if said["new_status"] else None,
        at=said["date"],
    )


def _status(name: str, resolution: str) -> dict[str, object]:
    if name == "on_hold":
        return {"on_hold": True, "status": _NUMBERS["open"]}
    said: dict[str, object] = {"on_hold": False, "status": _NUMBERS[name]}
    return said | ({"resolution": resolution} if name == "resolved" and resolution else {})


class _Place(NamedTuple):
    """Where a look ended: the last follow-up's moment, the latest ticket, and which follow-ups the overlap repeats."""

    at: datetime | None = None
    newest: int | None = None
    seen: frozenset[int] = frozenset()

    @classmethod
    def of(cls, cursor: str) -> "_Place":
        """The place of a cursor; one that cannot be read, as of another release, is a beginning."""
        try:
            at, newest, seen = json.loads(cursor)
            return cls(datetime.fromisoformat(at) if at else None, newest, frozenset(seen))
        except (ValueError, TypeError):
            return cls()


def escaped(text: str) -> str:
    """The text as a Django template that says just this."""
    return _TEMPLATE.sub(lambda brace: f'{{{{ "{brace.group()}" }}}}', text)
