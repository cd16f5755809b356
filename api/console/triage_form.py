"""The form of triage: what the dispatcher chose, and the command that it makes."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from escalation.commands import Triage
from escalation.terms import LINE, TEXT, Role
from escalation.ticket import Ticket

_A_LINE, _SAID = LINE + 1, TEXT + 1  # one more than is taken: what is too long is refused at its field
_TEXTS = ("error_messages", "recent_changes", "steps_attempted")


class TriageForm(BaseModel):
    """As it was sent, in strings; an empty field says nothing. `ask` is there once the form was looked at."""

    model_config = ConfigDict(extra="ignore")

    category: str = Field(default="", max_length=_A_LINE)
    impact: str = Field(default="", max_length=9)
    urgency: str = Field(default="", max_length=9)
    scope: str = Field(default="", max_length=40)
    flags: list[str] = Field(default=[], max_length=40)
    contact: str = Field(default="", max_length=_A_LINE)
    affected_systems: str = Field(default="", max_length=_SAID)
    error_messages: str = Field(default="", max_length=_SAID)
    users_affected: str = Field(default="", max_length=20)
    recent_changes: str = Field(default="", max_length=_SAID)
    steps_attempted: str = Field(default="", max_length=_SAID)
    ask: str = Field(default="", max_length=9)
    key: str = Field(default="", max_length=99)
    expected_seq: str = Field(default="", max_length=9)

    @classmethod
    def of(cls, ticket: Ticket) -> Self:
        """The form with what is known already."""
        facts = ticket.facts
        users = facts.users_affected
        return cls(
            category=ticket.category or "",
            impact=str(ticket.impact or ""),
            urgency=str(ticket.urgency or ""),
            scope=ticket.scope.value,
            flags=[flag.value for flag in ticket.flags],
            contact=ticket.contact.name,
            affected_systems=", ".join(facts.affected_systems or ()),
            users_affected="" if users is None else str(users),
            **{name: getattr(facts, name) or "" for name in _TEXTS},
        )

    def over(self, ticket: Ticket) -> Self:
        """Whatever was sent over what is known; the whole of it once the form was looked at, ticked flags too."""
        known = self.of(ticket)
        if self.ask:
            return self
        return known.model_copy(update={name: getattr(self, name) for name in self.model_fields_set})

    def command(self, ticket: Ticket, by: str, role: Role) -> Triage:
        """What this asks; a ValidationError where a field cannot be read."""
        said: dict[str, Any] = {
            "category": self.category or None,
            "impact": self.impact or None,
            "urgency": self.urgency or None,
            "scope": self.scope or None,
            "flags": self.flags,
            "facts": self._facts(),
            "expected_seq": self.expected_seq or None,
        }
        if self.contact.strip() != ticket.contact.name.strip():
            said["contact"] = ticket.contact.model_copy(update={"name": self.contact.strip()})
        return Triage.model_validate({"by": by, "role": role, **said})

    def _facts(self) -> dict[str, Any]:
        systems = tuple(each for part in self.affected_systems.split(",") if (each := part.strip()))
        texts = {name: getattr(self, name).replace("\r\n", "\n").strip() or None for name in _TEXTS}
        return {"affected_systems": systems or None, "users_affected": self.users_affected.strip() or None, **texts}
