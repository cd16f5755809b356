"""The form by which a ticket is taken in."""

from collections.abc import Sequence

from api.console.here import Here
from api.console.names import said
from api.console.ticket.controls import Control
from api.console.ticket.working import LEVELS, contact_of, facts, flags, scope
from escalation.commands import Contact, IntakeFacts
from escalation.terms import Kind, Scope


def intake(here: Here, client: str = "") -> Sequence[Control]:
    """What is known so far; what is not is asked in triage."""
    known = here.policy.clients if here.viewer.clients is None else here.viewer.clients
    clients = sorted(((name, here.names.client(name)) for name in known), key=lambda pair: pair[1])
    categories = [("", "Not known yet"), *((name, said(name)) for name in sorted(here.policy.categories))]
    return [
        Control(
            "client", "Client", "choice", options=[("", "Choose …"), *clients], required=True, typed=client or None
        ),
        *contact_of(Contact()),
        Control("subject", "Subject", required=True, hint="What does not work, in a line."),
        Control("description", "Description", "area"),
        Control("category", "Category", "choice", options=categories, hint="Not known? Triage asks for it."),
        Control("impact", "Impact", "choice", options=LEVELS, hint="Left out: read off the scope."),
        Control("urgency", "Urgency", "choice", options=LEVELS),
        scope(Scope.ONE_USER),
        *facts(IntakeFacts()),
        flags(()),
        Control("kind", "Kind", "radios", Kind.INCIDENT.value, [(each.value, said(each.value)) for each in Kind]),
        Control("asset", "Asset"),
        Control("reopens", "Goes on from", hint="The id of a closed ticket, where this is the same fault again."),
    ]
