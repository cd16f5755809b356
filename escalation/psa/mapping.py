"""How one system's words are another's: statuses, priorities, people, clients, and who wins. All of it is data."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic import Field as Said

from escalation.psa.record import FIELDS, Field
from escalation.terms import Line, Text


class Strict(BaseModel):
    """A part of a map: frozen, and a word that nobody reads is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str | int) else value


def _text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Theirs = Annotated[Line, BeforeValidator(_text)]
"""A word of theirs; a number, such as an id, is written as it is."""

Several = Annotated[tuple[Theirs, ...], BeforeValidator(_listed), Said(min_length=1)]
"""Words of theirs for one of ours: the first is written, any of them is left as it is."""

Asked = Literal["go_on", "hold", "resolve", "reopen", "close", "cancel", "accept"]
"""The command that a status asks for; `go_on` resumes what is on hold and reopens what is resolved."""


class Ask(Strict):
    """What somebody who sets a status there asks for here. `given` are the command's words.

    {comment} in them is what was said with the change, {resolution} the record's resolution, or that comment.
    """

    command: Asked
    given: dict[str, Text] = {}


class Statuses(Strict):
    """`shown`: ours to theirs, by stage, `held`, `held.REASON`, and `STAGE.accepted`; `asks`: what each asks for."""

    shown: dict[str, Several]
    asks: dict[Theirs, Ask] = {}


class Severity(Strict):
    """Impact and urgency, from which our priority follows."""

    impact: int = Said(ge=1, le=3)
    urgency: int = Said(ge=1, le=3)


class Priorities(Strict):
    """`shown`: P1 to P4 in their words; `asks`: what each of theirs means by impact and urgency."""

    shown: dict[Literal["P1", "P2", "P3", "P4"], Several]
    asks: dict[Theirs, Severity] = {}


class Clients(Strict):
    """Whose a record is: by its queue, else by the domain of the requester's address, else `otherwise`."""

    by_queue: dict[Theirs, Line] = {}
    by_domain: dict[Line, Line] = {}
    otherwise: Line | None = None


class Rule(Strict):
    """Of one field. `show`: ours is written there; `take`: a change there is asked for; `wins`: if both changed."""

    show: bool = True
    take: bool = True
    wins: Literal["ours", "theirs", "latest"] = "latest"


class Tell(Strict):
    """What is said there of one kind of event here."""

    public: bool = False
    text: Text


class TakeIn(Strict):
    """Which records are taken in: those in these statuses; `existing`, from before the connection, or `leave` them."""

    statuses: tuple[Theirs, ...]
    existing: Literal["take_in", "leave"] = "take_in"
    category: Line | None = None


class PsaMap(Strict):
    """One connection's map."""

    connector: Line
    untested: Line | None = None
    take_in: TakeIn
    clients: Clients
    people: dict[Theirs, Line] = {}
    acts: Literal["person", "owner"] = "person"
    statuses: Statuses
    priorities: Priorities
    fields: dict[Field, Rule] = {}
    tell: dict[str, Tell] = {}
    ignore_authors: tuple[Theirs, ...] = ()

    def rule(self, field: Field) -> Rule:
        """How this field is handled; what the map does not name is not touched on either side."""
        return self.fields.get(field, UNTOUCHED)

    def person(self, author: str | None) -> str | None:
        """Who of ours this author of theirs is."""
        return self.people.get(author) if author else None

    def authors(self, person: str) -> tuple[str, ...]:
        """The authors of theirs that are this person."""
        return tuple(author for author, ours in self.people.items() if ours == person)

    def client(self, queue: str, email: str) -> str | None:
        """Whose record it is; None where the map does not say."""
        domain = email.rpartition("@")[2].casefold()
        return self.clients.by_queue.get(queue) or self.clients.by_domain.get(domain) or self.clients.otherwise

    def with_all_fields(self) -> Self:
        """The same, every field named."""
        return self.model_copy(update={"fields": {name: self.rule(name) for name in FIELDS}})


UNTOUCHED = Rule(show=False, take=False, wins="theirs")
