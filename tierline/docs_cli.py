"""`python -m tierline.docs_cli`: write docs/lifecycle.md, clocks.md and acceptance.md from the code and the tests."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from escalation.clockwork import TABLE
from escalation.commands import ASKED, Contact
from escalation.errors import Refusal
from escalation.handoff import HandoffNote
from escalation.lifecycle import OVER, Lifecycle, Stage
from escalation.permissions import OWNERS_ONLY, PERMITTED, STEERED
from escalation.records import FiledNote, NoteDebt, OnHold
from escalation.terms import Priority, Role
from escalation.ticket import Ticket
from escalation.view import allowed
from tierline import acceptance

PAGE, CLOCKS = Path("docs/lifecycle.md"), Path("docs/clocks.md")
_ROLES = [role for role in Role if role is not Role.SYSTEM]
_LIVE = [stage for stage in Stage if stage not in OVER]
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

_BESIDE = """\
Ownership, acceptance, coordination, holds and clocks run beside the stage: a ticket has one named owner in every
stage, whether or not it was accepted, is on hold, or is late."""
_WHEN = """\
`resume` needs a hold, `complete_note` a note that is owed, `rate_note` a note. Nothing can be asked of a closed or
cancelled ticket. `claim` and `handoff` are signals for `accept` and `escalate`."""
_WHO = """\
owner: only of a ticket of one's own. any: of every ticket. The system itself judges deadlines, absorbs duplicates and
closes."""


_CLOCKWORK = """\
A clock is one promise about time on one ticket. A mark is a share of its target at which something happens, once; each
lies at an absolute moment, computed when the clock was last started, resumed or retargeted."""
_RETARGETED = """\
A new priority, agreement or policy gives a clock another target, counted from its start: the time used and the pauses
stay, marks that lie behind do not fire again, a breach does. What an owner does with a ticket, a move to another tier
or a receiver in another time zone changes no promise to the client. A reply that ends a hold ends it when it was
sent."""
_NAMES = """\
`tier` stands for `tier_1` to `tier_3`. A hold pauses the promises to the client that its reason names, and the tier's
time always.

Three clocks guard what the client hears. Until a person has spoken to them it is the first response. From then on
`next_update` runs: each word of a person, by whatever channel, begins it anew, so that nobody is left without news for
longer than the agreement allows; an automatic message does not. It runs through handoffs, stands still in the holds
that pause it, where it is the client who has to speak, ends when the ticket is resolved, and begins anew when that is
reopened. `next_reply` runs beside it while a message of the client waits. They are two promises, since a client who
wrote waits for an answer and one who did not waits for news, each with a target and a breach of its own; one word
answers both."""
_IDLE = """\
Beside the clocks, each tier of the policy may have an idle limit. It counts from the last thing that a person did on a
ticket that is accepted and not on hold, in the calendar of the accept target. Then its owner is asked what is next; the
ticket is listed with `stagnant=true`. After the same time once more the team lead is told. Whatever a person does,
whoever it is, ends that; what a tool or the customer does, does not."""


def clocks_page() -> str:
    """The page: each clock, whose promise it is, and at which events it starts, stops, pauses and is reset."""
    head = ["clock", "whose promise", "starts", "pauses", "goes on", "stops", "from zero again", "new target", "marks"]
    parts = [
        "# Clocks",
        "<!-- Made from the code by `python -m tierline.docs_cli`; a test keeps the two equal. -->",
        _CLOCKWORK,
        "\n".join(_table(head, _clock_rows())),
        _NAMES,
        _RETARGETED,
        "## Standing still",
        _IDLE,
    ]
    return "\n\n".join(parts) + "\n"


def _clock_rows() -> Iterator[list[str]]:
    for name, row in TABLE.items():
        events = (row.starts, row.pauses, row.resumes, row.stops, row.resets, row.retargets)
        yield [f"`{name}`", row.promise, *[", ".join(kinds).replace("_", " ") for kinds in events], row.marks]


def lifecycle_page() -> str:
    """The page: stages and moves drawn, what may be asked when and by whom, and every refusal."""
    parts = [
        "# The life of a ticket",
        "<!-- Made from the code by `python -m tierline.docs_cli`; a test keeps the two equal. -->",
        _BESIDE,
        "## Stages and moves",
        "\n".join(["```mermaid", *_drawn(), "```"]),
        "## What may be asked, and when",
        _WHEN,
        "\n".join(_table(["command", *[_word(stage) for stage in _LIVE], "it means"], _by_stage())),
        "## Who may ask",
        _WHO,
        "\n".join(_table(["command", *[_word(role) for role in _ROLES]], _by_role())),
        "## Why the rules say no",
        "A code never changes its meaning. A refused command changes nothing.",
        "\n".join(_table(["code", "meaning"], _refusals())),
    ]
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Write the pages where the repository is the current directory."""
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(lifecycle_page(), encoding="utf-8")
    CLOCKS.write_text(clocks_page(), encoding="utf-8")
    acceptance.PAGE.write_text(acceptance.acceptance_page(Path()), encoding="utf-8")


def _drawn() -> Iterator[str]:
    yield "stateDiagram-v2"
    for stage in Stage:
        yield f"    {stage.value}: {_word(stage)}"
    yield f"    [*] --> {Lifecycle.initial_state.value.value}"
    for state in Lifecycle.states:
        for move in state.transitions:
            yield f"    {move.source.value.value} --> {move.target.value.value}: {move.event.replace('_', ' ')}"
    for stage in Stage:
        if stage in OVER:
            yield f"    {stage.value} --> [*]"


def _by_stage() -> Iterator[list[str]]:
    possible = {stage: allowed(_at(stage)) for stage in _LIVE}
    for name, command in sorted(ASKED.items()):
        yield [f"`{name}`", *["yes" if name in possible[stage] else "" for stage in _LIVE], command.__doc__ or ""]


def _by_role() -> Iterator[list[str]]:
    for name in sorted(["open", *ASKED]):
        yield [f"`{name}`", *[_extent(role, name) for role in _ROLES]]


def _extent(role: Role, name: str) -> str:
    if name not in PERMITTED[role]:
        return ""
    return "owner" if name in OWNERS_ONLY and name not in STEERED.get(role, frozenset()) else "any"


def _refusals() -> Iterator[list[str]]:
    for code, refusal in sorted(Refusal.codes.items()):
        if refusal.__module__ == Refusal.__module__ and not refusal.__name__.startswith("_"):
            yield [f"`{code}`", refusal.__doc__ or ""]


def _table(head: list[str], rows: Iterator[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(' '.join(cell.split()) for cell in row)} |"


def _at(stage: Stage) -> Ticket:
    """A ticket of which everything can be asked that its stage permits."""
    return Ticket(
        id="T-1",
        client="client",
        contact=Contact(),
        subject="subject",
        priority=Priority.P3,
        policy_version="1",
        opened_at=_EPOCH,
        owned_since=_EPOCH,
        stage=stage,
        hold=OnHold(reason="other", since=_EPOCH),
        notes=(FiledNote(at=_EPOCH, by="owner", from_tier=1, to_tier=2, note=HandoffNote()),),
        note_debt=NoteDebt(owed_by="owner", due_at=_EPOCH, missing=()),
    )


def _word(name: Stage | Role) -> str:
    return name.value.replace("_", " ").replace("tier", "Tier")


if __name__ == "__main__":
    main()
