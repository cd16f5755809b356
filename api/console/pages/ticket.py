"""One ticket: where it is, whose it is, what comes next, what happened, and everything that may be done with it."""

import re
import secrets
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from api.console.here import Here, Looking
from api.console.ticket import forms, note, path, story, words
from api.console.ticket.asking import Refused, send
from api.console.ticket.clocks import bars
from api.console.ticket.controls import kept
from api.console.ticket.done import notice
from api.console.ticket.forms import Form
from api.console.ticket.reading import Look, look
from api.console.ticket.teller import Teller
from api.console.ticket.walking import asked, way_to
from api.faults import NotFound
from api.monitor import monitor
from escalation.events import Entry

router = APIRouter()

_LIVE = frozenset({"live", "story"})  # the parts of the page that are looked at again by themselves
_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_LONG = 200  # characters of a word in an address
Word = Annotated[str, Query(max_length=_LONG)]


@router.get("/tickets/{ticket_id}")
async def ticket(
    ticket_id: str,
    here: Looking,
    do: Word = "",
    done: Word = "",
    walk: Word = "",
    answers: Annotated[list[Word] | None, Query(alias="a", max_length=_LONG)] = None,
    reason: Word = "",
    since: int | None = None,
    full: Annotated[str, Query(alias="print", max_length=_LONG)] = "",
) -> Response:
    """The page; `do` opens a form, `walk` a decision tree with the answers so far, `print` all that is folded."""
    only = _only(here)
    found = await look(here, ticket_id, whole=not only)
    form = None if only else _opened(found, here, do, reason)
    walked = asked(found, walk, answers or ()) if walk else None
    told = notice(done, found, here)
    return _page(here, found, form, walked=walked, told=told, since=since, full=bool(full))


@router.get("/tickets/{ticket_id}/{name}")
async def again(ticket_id: str, name: str) -> Response:
    """Where a form was sent to, looked at again: the page with that form."""
    return RedirectResponse(_address(ticket_id, do=name), 303)


@router.post("/tickets/{ticket_id}/{name}")
async def act(ticket_id: str, name: str, here: Looking) -> Response:
    """Do what the form says, once for each form however often it is sent; or the page again, with what is wrong."""
    found = await look(here, ticket_id)
    form = _form(found, here, name)
    if form is None:
        raise NotFound("There is nothing of this kind to do with this ticket.")
    sent = await here.request.form()
    key, seq = key_of(sent), _seq(sent)
    answer = await send(here, found, form, sent, key, seq)
    if not isinstance(answer, Refused):
        return RedirectResponse(_address(ticket_id, done=name), 303)
    now = await look(here, ticket_id)
    fresh = _form(now, here, name) or form
    typed = replace(fresh, controls=tuple(kept(fresh.controls, sent)))
    walked = asked(now, str(sent.get("tree", "")), [str(each) for each in sent.getlist("answers")])
    return _page(here, now, typed, refused=answer, walked=walked, key=key if answer.again else "")


def _page(here: Here, found: Look, form: Form | None, **more: Any) -> Response:
    refused: Refused | None = more.get("refused")
    only, teller = _only(here), _teller(here, found)
    context = {
        "look": found,
        "only": only,
        "path": path.path(found.ticket, found.view),
        "bars": bars(found.sla) if found.sla and only != "story" else [],
        "days": story.days(teller, found.entries) if only != "live" else [],
        "teller": teller,
        "form": form,
        "links": forms.links(found, here),
        "monitor": monitor(here.services, found.ticket.id),
        "walked": more.get("walked"),
        "way_to": way_to,
        "told": more.get("told", ""),
        "refused": refused,
        "wrong": refused.wrong if refused else {},
        "changed": [story.line(teller, entry) for entry in (refused.since if refused else ())],
        "newer": _newer(found, more.get("since"), teller),
        "since": more.get("since") or found.ticket.seq,
        "full": more.get("full", False),
        "key": more.get("key") or secrets.token_urlsafe(12),
        "note": note,
        "words": words,
    }
    return here.page("ticket/page.html", status=refused.status if refused else 200, **context)


def _only(here: Here) -> str:
    """The part of the page that is looked at again by itself; empty for the whole of it."""
    target = here.request.headers.get("HX-Target", "")
    return target if target in _LIVE else ""


def _newer(found: Look, since: int | None, teller: Teller) -> list[story.Line]:
    """What happened since the page was opened."""
    newer: list[Entry] = [entry for entry in found.entries if since is not None and entry.seq > since]
    return [story.line(teller, entry) for entry in newer]


def _teller(here: Here, found: Look) -> Teller:
    says = {each.id: each.says for each in found.why.triggers} if found.why else {}
    steps = {step.id: step.text for step in found.sop_document.steps} if found.sop_document else {}
    return Teller(here.names, here.viewer.zone, here.now, says, steps)


def _opened(found: Look, here: Here, do: str, reason: str) -> Form | None:
    """The form that was asked for and may be used, else the likeliest one."""
    offered = {name for name, _ in forms.links(found, here)}
    name = do if do in offered else forms.likeliest(found, here)
    form = forms.form(name, found, here) if name else None
    if form is None or not reason:
        return form
    return replace(form, controls=tuple(
        replace(each, typed=reason) if each.name == "reason" and each.kind == "choice" else each
        for each in form.controls
    ))  # fmt: skip


def _form(found: Look, here: Here, name: str) -> Form | None:
    """The form of this name, for whoever sends it: the rules say whether they may."""
    try:
        return forms.form(name, found, here)
    except LookupError:
        return None


def _address(ticket_id: str, **query: str) -> str:
    return f"/console/tickets/{quote(ticket_id, safe='')}?{urlencode(query)}"


def key_of(sent: FormData) -> str:
    """The form's own key, by which it is done once; a new one where it has none."""
    said = str(sent.get("key", ""))
    return said if _KEY.fullmatch(said) else secrets.token_urlsafe(12)


def _seq(sent: FormData) -> int | None:
    said = str(sent.get("seq", ""))
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None
