"""Asking the desk for a person."""

from temporalio import activity
from temporalio.exceptions import ApplicationError

from escalation import ports
from escalation.errors import Refusal
from escalation.guide import Guide


class DeskActivities:
    """The desk, as an activity."""

    def __init__(self, desk: ports.Desk, record: ports.Record, library: ports.Library) -> None:
        self._desk, self._record, self._library = desk, record, library

    @activity.defn
    def name_receivers(self, asks: list[ports.Ask]) -> list[ports.Named]:
        """One person for each need; safe to repeat, since the same key names the same person.

        A Refusal (a person whom the desk does not know) comes out as an ApplicationError of its code.
        """
        try:
            return [self._guided(self._with_kin(self._desk.name(ask), ask), ask) for ask in asks]
        except Refusal as refusal:
            raise ApplicationError(refusal.message, refusal.details, type=refusal.code, non_retryable=True) from None

    @activity.defn
    def client_of(self, ticket_id: str) -> str | None:
        """Whose ticket another one is; None where the record does not have it, or not yet."""
        return self._record.client_of(ticket_id)

    @activity.defn
    def guide_of(self, sop: str) -> Guide | None:
        """The published revision of an SOP; None where there is none, or where the library is away."""
        try:
            return self._library.guide(sop)
        except ports.Unavailable:
            return None

    def _guided(self, named: ports.Named, ask: ports.Ask) -> ports.Named:
        """The answer with the procedure to work by, if it was asked for; a handoff does not wait for it."""
        guide = self.guide_of(ask.sop) if ask.sop else None
        return named.model_copy(update={"guide": guide}) if guide else named

    def _with_kin(self, named: ports.Named, ask: ports.Ask) -> ports.Named:
        """The answer with the tickets alike, if they were asked for; a handoff does not wait for them."""
        if ask.kin is None:
            return named
        try:
            alike = tuple(self._record.alike(ask.kin))
        except ports.Unavailable:
            return named
        return named.model_copy(update={"alike": alike}) if alike else named
