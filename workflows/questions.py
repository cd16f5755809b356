"""What a ticket asks of others: the desk for people, the record for tickets alike, another ticket to take it in."""

from collections.abc import Sequence

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, FailureError

from activities.desk import DeskActivities
from escalation import desk
from escalation.checklists import recategorised, sop_of, with_guide
from escalation.commands import Absorb
from escalation.errors import MergeImpossible
from escalation.events import Event, Handoff, Need
from escalation.guide import Guide
from escalation.ports import Ask, Named
from escalation.recurrence import LOOKED_UP_AT, Kin, kin_of
from escalation.terms import Role
from escalation.ticket import Ticket, fold
from workflows import options, summaries
from workflows.doors import TicketDoors
from workflows.mailbox import refusal_of


class TicketQuestions(TicketDoors):
    """The ticket as it asks; what it is told goes into its events."""

    async def _name(self, events: Sequence[Event], request_id: str) -> list[Event]:
        needs = desk.needs(events)
        if not needs:
            return await self._guided(events)
        seq = self._case.ticket.seq if self._case.ticket else 0
        asks = [
            Ask(
                key=f"{self._case.ticket_id}/{seq + 1 + place}/{request_id}",
                ticket_id=self._case.ticket_id,
                need=need,
                at=workflow.now(),
                kin=self._kin(need, events) if isinstance(events[place], Handoff) else None,
                sop=self._sop(events) if isinstance(events[place], Handoff) else None,
            )
            for place, need in needs
        ]
        people = await self._people(asks)
        return desk.name(events, {place: person for (place, _), person in zip(needs, people, strict=True)})

    async def _guided(self, events: Sequence[Event]) -> list[Event]:
        """A new category brings its SOP, also where the ticket stays with whom it is."""
        sop = self._sop(events) if recategorised(events) else None
        return with_guide(events, await self._guide(sop)) if sop else list(events)

    async def _guide(self, sop: str) -> Guide | None:
        try:
            return await workflow.execute_activity_method(
                DeskActivities.guide_of, sop, summary=f"the SOP {sop[:80]}", **options.ASK_THE_DESK
            )
        except ActivityError:
            return None

    def _sop(self, events: Sequence[Event]) -> str | None:
        """The procedure for what the ticket is about once these events are true."""
        return sop_of(after(self._case.ticket, events), self._case.policy)

    def _kin(self, need: Need, events: Sequence[Event]) -> Kin | None:
        """A ticket that comes to Tier 2 asks with its receiver whether the same fault was there before."""
        if need.tier != LOOKED_UP_AT or need.role is not Role.TECHNICIAN:
            return None
        return kin_of(after(self._case.ticket, events), self._case.policy, workflow.now())

    async def _people(self, asks: list[Ask]) -> list[Named]:
        """The desk's answer; when the desk cannot be asked, the policy slice says who answers. Nothing waits for it."""
        try:
            return await workflow.execute_activity_method(
                DeskActivities.name_receivers,
                asks,
                summary=summaries.wanted([ask.need for ask in asks]),
                **options.ASK_THE_DESK,
            )
        except ActivityError as failed:
            if isinstance(failed.cause, ApplicationError) and (refusal := refusal_of(failed.cause)):
                raise refusal from None
            return [desk.fallback(ask.need, self._case.policy) for ask in asks]

    async def _hand_to(self, other: str) -> None:
        """Tell the other ticket what is merged into it; MergeImpossible if it is over or was never there."""
        ticket = self._opened()
        whose = await self._client_of(other)
        if whose not in (None, ticket.client):
            raise MergeImpossible(f"{other} is a ticket of {whose}, {ticket.id} of {ticket.client}.", into=other)
        handle = workflow.get_external_workflow_handle(f"ticket/{other}")
        told = Absorb(
            ticket_id=ticket.id,
            client=ticket.client,
            opened_at=ticket.opened_at,
            watchers=(*ticket.watchers, ticket.owner),
        )
        try:
            await handle.signal("absorb", told)
        except FailureError:
            raise MergeImpossible(f"{other} is over, or was never there.", into=other) from None
        if any(isinstance(letter.command, Absorb) and letter.command.ticket_id == other for letter in self._mail):
            # Both would end as a duplicate of the other, and nobody would have the issue any more.
            raise MergeImpossible(f"{other} is being merged into {ticket.id} just now.", into=other)

    async def _client_of(self, other: str) -> str | None:
        """Whose ticket the other one is; None if the record has not heard of it yet, and it judges that itself as well.

        MergeImpossible while the record cannot be asked: a refusal of the other would come after this one had ended.
        """
        try:
            return await workflow.execute_activity_method(
                DeskActivities.client_of, other, summary=f"whose ticket {other[:80]} is", **options.ASK_THE_DESK
            )
        except ActivityError:
            raise MergeImpossible(f"Whose ticket {other} is cannot be told just now: try again.", into=other) from None


def after(ticket: Ticket | None, events: Sequence[Event]) -> Ticket:
    """The ticket with these events; a story begins with its intake."""
    if ticket is None:
        return fold(list(events))
    for event in events:
        ticket = ticket.after(event)
    return ticket
