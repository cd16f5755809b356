"""The SOP that a ticket is worked by: which of its steps are done, and which must be before the ticket goes up."""

from pydantic import AwareDatetime

from escalation.terms import Facts, Tier


class Guide(Facts):
    """One revision of an SOP, as far as a ticket must know it: its steps by id, and the tier that must do each.

    What the steps say stays in the library: the revision never changes, and a ticket's history need not carry it.
    """

    sop: str
    revision: int
    steps: tuple[str, ...]
    mandatory: dict[str, Tier] = {}


class Ticked(Facts):
    """A step that was done by this revision, or passed over for the reason in `skipped`."""

    by: str
    at: AwareDatetime
    revision: int
    skipped: str | None = None


class Step(Facts):
    """A step as it stands on a ticket; `mandatory_at` is the tier that must do it before the ticket goes up."""

    id: str
    mandatory_at: Tier | None = None
    done: Ticked | None = None


class Checklist(Facts):
    """The SOP that a ticket is worked by, and where its steps stand."""

    sop: str
    revision: int
    steps: tuple[Step, ...]


def checklist(guide: Guide, ticked: dict[str, Ticked]) -> Checklist:
    """The steps of the guide in its order, each with what became of it."""
    steps = tuple(Step(id=s, mandatory_at=guide.mandatory.get(s), done=ticked.get(s)) for s in guide.steps)
    return Checklist(sop=guide.sop, revision=guide.revision, steps=steps)


def step_of(guide: Guide | None, named: str | None) -> str | None:
    """The guide's step of this name, given as `id` or as `SOP/id`; None where it has no such step."""
    if guide is None or not named:
        return None
    sop, _, step = named.rpartition("/")
    return step if step in guide.steps and sop in ("", guide.sop) else None
