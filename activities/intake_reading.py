"""A batch of the inbox read: alerts to be judged, hints to be handed on, and what is put aside, with the reason."""

from dataclasses import dataclass, field

import structlog
from pydantic import AwareDatetime

from escalation.alerts import Body, Hint, Inbox, Reading, Unreadable
from escalation.alerts.fault import Heard
from escalation.alerts.intakes import Intakes
from escalation.ports import Unavailable

log = structlog.get_logger()


@dataclass
class Read:
    """What a batch says; `aside` are the bodies of which something cannot be dealt with, by number. `more`: others
    wait."""

    numbers: list[int] = field(default_factory=list)
    more: bool = False
    heard: list[Heard] = field(default_factory=list)
    hints: list[tuple[Hint, AwareDatetime]] = field(default_factory=list)
    aside: dict[int, tuple[str, str]] = field(default_factory=dict)

    @property
    def bodies(self) -> int:
        """How many there were."""
        return len(self.numbers)

    @property
    def taken(self) -> list[int]:
        """Those that are dealt with altogether."""
        return [number for number in self.numbers if number not in self.aside]


@dataclass(frozen=True)
class Reader:
    """Reads bodies; a part that says nothing sends the body to quarantine, and the rest of it counts all the same."""

    inbox: Inbox
    intakes: Intakes

    def read(self, limit: int, alerts: int) -> Read:
        """The oldest that wait, up to so many, or until they hold so many alerts."""
        bodies = self.inbox.waiting(limit)
        read = Read(more=len(bodies) == limit)
        for body in bodies:
            if len(read.heard) >= alerts:
                read.more = True
                break
            read.numbers.append(body.number)
            self._body(read, body)
        return read

    def _body(self, read: Read, body: Body) -> None:
        try:
            said = self.inbox.read(body)
        except Unavailable:
            raise
        except Unreadable as unreadable:
            read.aside[body.number] = (unreadable.code, unreadable.reason)
        except Exception as fault:
            log.exception("a body cannot be read", body=body.number, source=body.source)
            read.aside[body.number] = ("reader_failed", f"Reading it failed: {fault!r}"[:1000])
        else:
            self._said(read, body, said)

    def _said(self, read: Read, body: Body, said: Reading) -> None:
        read.hints += [(hint, body.received_at) for hint in said.hints]
        for part in said.unread[:1]:
            read.aside[body.number] = (part.code, f"Part {part.place}: {part.reason}")
        for alert in said.alerts:
            if self.intakes.knows(alert.client):
                read.heard.append(Heard(number=body.number, received_at=body.received_at, alert=alert))
            else:
                read.aside[body.number] = ("unknown_client", f"The policy has no client {alert.client!r}.")
