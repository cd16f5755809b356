"""What somebody does because of an audit: owned, dated, and tracked until it is done or dropped."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, StringConstraints

from escalation.errors import Refusal
from escalation.terms import TEXT, Facts, Line, Text

ActionKind = Literal["training", "documentation", "criteria", "access"]
ActionState = Literal["open", "done", "dropped"]


class ActionOver(Refusal, code="action_over"):
    """The action is done or dropped already; nothing more is said about it."""


class NewAction(Facts):
    """One thing to do: of which kind, for which pattern, whose it is and until when."""

    kind: ActionKind
    pattern: Text = ""
    what: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TEXT)]
    owner: Line
    due_on: date


class Action(NewAction):
    """The same as it is tracked."""

    id: int
    audit: str
    state: ActionState = "open"
    made_by: Line
    made_at: AwareDatetime
    note: Text = ""
    ended_by: Line | None = None
    ended_at: AwareDatetime | None = None

    def overdue(self, today: date) -> bool:
        """Whether it should have been done by now."""
        return self.state == "open" and self.due_on < today


def judge_end(action: Action, state: ActionState) -> bool:
    """Whether this ends an open action; ActionOver if it had another end already."""
    if action.state == "open":
        return True
    if action.state == state:
        return False
    raise ActionOver(f"Action {action.id} is {action.state} already.", state=action.state)
