"""Asking the desk for a person."""

from temporalio import activity
from temporalio.exceptions import ApplicationError

from escalation import ports
from escalation.errors import Refusal


class DeskActivities:
    """The desk, as an activity."""

    def __init__(self, desk: ports.Desk) -> None:
        self._desk = desk

    @activity.defn
    def name_receivers(self, asks: list[ports.Ask]) -> list[ports.Named]:
        """One person for each need; safe to repeat, since the same key names the same person.

        A Refusal (a person whom the desk does not know) comes out as an ApplicationError of its code.
        """
        try:
            return [self._desk.name(ask) for ask in asks]
        except Refusal as refusal:
            raise ApplicationError(refusal.message, refusal.details, type=refusal.code, non_retryable=True) from None
