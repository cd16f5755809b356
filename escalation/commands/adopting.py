"""Going on by another version of the policy."""

from typing import ClassVar

from pydantic.json_schema import SkipJsonSchema

from escalation.commands.command import Command
from escalation.policy.packing import CarriedSlice
from escalation.terms import Line, Text


class AdoptPolicy(Command):
    """Go on by another version of the policy; time used and pauses are kept, thresholds that lie behind stay there.

    Its triggers are asked at once, as at any change; one that fired already does not fire again.
    `policy` is the ticket's slice of that version, which the API sends along: a ticket looks nothing up.
    """

    name: ClassVar[str] = "adopt_policy"
    version: Line = ""
    reason: Text = ""
    policy: SkipJsonSchema[CarriedSlice | None] = None


class ChangeAgreement(Command):
    """Go by another agreement of the policy from the start of each promise; blank: by the one that is found for it.

    Time used and pauses are kept, thresholds that lie behind stay there. The API sends the ticket's slice along.
    """

    name: ClassVar[str] = "change_agreement"
    agreement: Line = ""
    reason: Text = ""
    policy: SkipJsonSchema[CarriedSlice | None] = None
