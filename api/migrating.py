"""Moving running tickets to another version of the policy: what would move, and then, if it is asked, each of them."""

import asyncio
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from api import asking
from api.faults import Fault
from api.patience import patiently
from api.services import Services
from api.words import Cursor, Word
from escalation.adopting import previewed, slice_of
from escalation.commands import AdoptPolicy
from escalation.errors import PolicyUnfit, Refusal
from escalation.events import MovedDeadline
from escalation.firings import Firing
from escalation.policy import Policy
from escalation.ports import TicketFilter, Token
from escalation.terms import Facts, Priority
from escalation.ticket import Ticket

_AT_ONCE = 16  # tickets that are asked together
MOST_NAMED = 500


class Selection(BaseModel):
    """Which running tickets: those named, or all that fit; a page at a time. Without `preview: false` nothing moves."""

    model_config = ConfigDict(extra="forbid")

    preview: bool = True
    reason: Word | None = None
    tickets: tuple[Word, ...] | None = Field(default=None, max_length=MOST_NAMED)
    client: Word | None = None
    stage: Word | None = None
    priority: Priority | None = None
    from_version: Word | None = None
    limit: int = Field(default=200, ge=1, le=MOST_NAMED)
    cursor: Cursor | None = None


class Migrated(Facts):
    """What became of one ticket, or would: the deadlines that move, the triggers that fire at once.

    `code` and `detail` say why it stays where it is.
    """

    ticket_id: str
    from_version: str = ""
    outcome: Literal["would_adopt", "adopted", "unchanged", "refused"]
    code: str | None = None
    detail: str = ""
    deadlines: tuple[MovedDeadline, ...] = ()
    firings: tuple[Firing, ...] = ()


class Migration(Facts):
    """One page of tickets; ask for the next with `cursor=next_cursor`."""

    version: str
    preview: bool
    tickets: tuple[Migrated, ...]
    next_cursor: str | None = None


async def migrate(services: Services, token: Token, version: Policy, asked: Selection) -> Migration:
    """Preview or carry out; each ticket answers for itself, and none stops another."""
    tickets, missing, cursor = await _selected(services, version.version, asked)
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(ticket: Ticket) -> Migrated:
        async with gate:
            return await _one(services, token, ticket, version, asked)

    found = await asyncio.gather(*(one(ticket) for ticket in tickets))
    lost = [Migrated(ticket_id=name, outcome="refused", code="ticket_not_found") for name in missing]
    return Migration(version=version.version, preview=asked.preview, tickets=(*found, *lost), next_cursor=cursor)


async def _selected(services: Services, version: str, asked: Selection) -> tuple[list[Ticket], list[str], str | None]:
    """The tickets of this page, the names that lead nowhere, and where the next page begins."""
    if asked.tickets is not None:
        names = list(dict.fromkeys(asked.tickets))
        kept = {name: await patiently(services.read.ticket, name) for name in names}
        return [k.ticket for k in kept.values() if k], [name for name, k in kept.items() if not k], None
    wanted = TicketFilter(
        client=asked.client,
        stage=asked.stage,
        priority=asked.priority,
        running=True,
        pinned_to=asked.from_version,
        pinned_elsewhere_than=version,
    )
    page = await patiently(services.read.tickets, wanted, asked.limit, asked.cursor)
    return [kept.ticket for kept in page.tickets], [], page.next_cursor


async def _one(services: Services, token: Token, ticket: Ticket, version: Policy, asked: Selection) -> Migrated:
    said = {"ticket_id": ticket.id, "from_version": ticket.policy_version}
    try:
        if ticket.policy_version == version.version:
            return Migrated(**said, outcome="unchanged")
        pinned = await _pinned(services, ticket)
        wanted = slice_of(version, ticket)
        seen = previewed(ticket, slice_of(pinned, ticket), wanted, services.now())
        if asked.preview:
            return Migrated(**said, outcome="would_adopt", deadlines=seen.deadlines, firings=seen.firings)
        command = AdoptPolicy(version=version.version, reason=asked.reason or "")
        await asking.ask(services, token, ticket.id, command, f"migrate-{version.version}-{ticket.policy_version}")
    except (Refusal, Fault) as no:
        return Migrated(**said, outcome="refused", code=no.code, detail=str(no))
    return Migrated(**said, outcome="adopted", deadlines=seen.deadlines, firings=seen.firings)


async def _pinned(services: Services, ticket: Ticket) -> Policy:
    """What the ticket runs on; PolicyUnfit for one that was started past the API, with a policy never published."""
    try:
        return await patiently(services.policies.version, ticket.policy_version)
    except KeyError:
        raise PolicyUnfit(
            f"{ticket.id} runs on policy {ticket.policy_version}, which was never published.", missing=["version"]
        ) from None
