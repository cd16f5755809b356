"""Which policy judges a past ticket: the one on trial, or the versions that it really had, each from when it had it."""

from escalation.adopting import slice_under
from escalation.backtest import Regime
from escalation.errors import UnknownName
from escalation.events import AgreementChanged, Event
from escalation.policy import Policy, Slice
from escalation.ticket import Ticket
from stores.policies import Policies

Key = tuple[str | None, ...]


class Regimes:
    """What tickets are pinned to; `trial` is None where each is to be judged by what was in force."""

    def __init__(self, trial: Policy | None, past: Policies) -> None:
        self._trial, self._past = trial, past
        self._slices: dict[Key, Slice | None] = {}

    def then(self, ticket: Ticket) -> Regime | None:
        """What the ticket really had, told as it was taken in; None for a version that is not known any more."""
        first = self._then(ticket)
        return Regime(first, lambda later, _: self._then(later)) if first else None

    def on_trial(self, ticket: Ticket) -> Regime | None:
        """What it is judged by; None where the policy has no such client, site or agreement.

        On trial is one version from the first event to the last; another agreement, that a person named, is its own.
        """
        if self._trial is None:
            return self.then(ticket)
        first = self._under(self._trial, ticket)
        return Regime(first, self._agreed) if first else None

    def _then(self, ticket: Ticket) -> Slice | None:
        try:
            return self._under(self._past.version(ticket.policy_version), ticket)
        except KeyError:
            return None

    def _agreed(self, ticket: Ticket, event: Event) -> Slice | None:
        return self._under(self._trial, ticket) if self._trial and isinstance(event, AgreementChanged) else None

    def _under(self, policy: Policy, ticket: Ticket) -> Slice | None:
        """The ticket's slice of this policy, made once for all that have the same."""
        client = policy.clients.get(ticket.client)
        if client is None:
            return None
        own = ticket.agreement if ticket.agreed_by == "ticket" else None
        contact = ticket.contact.name if ticket.contact.name in client.contact_agreements else None
        key = (policy.version, ticket.client, contact, ticket.site, own)
        if key not in self._slices:
            try:
                self._slices[key] = slice_under(policy, ticket, own)
            except UnknownName:
                self._slices[key] = None
        return self._slices[key]
