"""What people read instead of the id of a trigger, a message or a coded reason."""

from dataclasses import dataclass

from api.console.names import said
from escalation.policy import Policy


@dataclass(frozen=True)
class RulesSaid:
    """The rules of one policy in words; whatever it does not know is shown by its id."""

    policy: Policy

    def trigger(self, name: str) -> str:
        """`A whole office is affected (I1)`, a coded reason in words."""
        says = next((trigger.says for trigger in self.policy.triggers if trigger.id == name), "")
        by_itself = self.policy.auto_escalation
        if not says and name == by_itself.trigger:
            says = f"{by_itself.share:.0%} of its resolution time is left"
        return f"{says} ({name})" if says else name if name.isupper() or name[:1].isupper() else said(name)
