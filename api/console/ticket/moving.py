"""Forms of the commands by which ownership moves, and of consultation."""

from collections.abc import Sequence

from api.console.names import said
from api.console.ticket import note
from api.console.ticket.controls import Control
from api.console.ticket.desk import Desk
from api.console.ticket.reading import Look
from escalation.prefill import auto_built, prefilled
from escalation.terms import Role


def escalate(desk: Desk) -> Sequence[Control]:
    """Why, to whom, the steps that the SOP still asks for, and the note."""
    tier = desk.look.ticket.tier or 1
    tiers = [(str(to), f"Tier {to}") for to in range(tier + 1, 4)]
    controls = [
        Control("reason", "Why", "choice", options=desk.movers(), required=True,
                hint="A trigger that holds now, or a coded reason."),
        Control("to_tier", "To", "choice", str(tier + 1), tiers),
        Control("skill", "Skill", "choice", options=desk.skills()),
    ]  # fmt: skip
    if desk.here.viewer.role is Role.SERVICE_MANAGER:
        hint = "Only where no trigger leads to Tier 3 and it has to go there all the same."
        controls.append(Control("override_reason", "Override the guard before Tier 3", "area", hint=hint, rows=2))
    return [*controls, *_steps(desk.look), *note.controls(prefilled(desk.look.ticket, desk.policy))]


def emergency(desk: Desk) -> Sequence[Control]:
    """Why, and three fields of the note."""
    needed = desk.policy.note.minimal
    built = note.controls(auto_built(desk.look.ticket, desk.policy), needed)
    few = [control for control in built if control.name.removeprefix("note.") in needed]
    why = Control("reason", "What makes it an emergency", "area", required=True, rows=2)
    return [why, Control("skill", "Skill", "choice", options=desk.skills()), *few]


def coordinate(_: Desk) -> Sequence[Control]:
    """Why management is involved."""
    return [Control("reason", "Why management is involved", "area", required=True)]


def send_back(desk: Desk) -> Sequence[Control]:
    """Why, what is missing, and where to."""
    tier = desk.look.ticket.tier or 2
    where = [("", "Where it came from"), *((str(to), f"Tier {to}") for to in range(tier - 1, 0, -1))]
    return [
        Control("reason", "Why", "choice", options=desk.coded(desk.policy.return_reasons), required=True),
        Control("what_is_missing", "What is missing", "area", required=True,
                hint="What they have to find out or do before it comes back."),
        Control("to_tier", "To", "choice", options=where),
    ]  # fmt: skip


def transfer(desk: Desk) -> Sequence[Control]:
    """To a person or a skill, why, and the note."""
    people = desk.people(desk.look.ticket.tier, "Nobody in particular")
    return [
        Control("to_person", "To a person", "choice", options=people),
        Control("skill", "To a skill", "choice", options=desk.coded(_skills(desk), "No skill in particular"),
                hint="A person or a skill is needed."),
        Control("reason", "Why", "area", required=True, rows=2),
        *note.controls(prefilled(desk.look.ticket, desk.policy)),
    ]  # fmt: skip


def hand_over(desk: Desk) -> Sequence[Control]:
    """What the next shift must know, and whom it is meant for."""
    return [
        Control("shift_note", "What they must know", "area", required=True, rows=4,
                hint="What is under way, what comes next, and whom to call."),
        Control("to_person", "To", "choice", options=desk.people(desk.look.ticket.tier, "Whoever is on shift then")),
    ]  # fmt: skip


def consult(desk: Desk) -> Sequence[Control]:
    """Whom, what, and the answer where there is one already."""
    return [
        Control("person", "Whom", "choice", options=desk.people(), required=True),
        Control("question", "Question", "area", required=True),
        Control("answer", "Answer", "area", hint="Where you have it already."),
    ]


def complete_note(desk: Desk) -> Sequence[Control]:
    """The last note, over what the ticket knows by now."""
    ticket = desk.look.ticket
    known = prefilled(ticket, desk.policy)
    return note.controls(ticket.notes[-1].note.over(known) if ticket.notes else known)


def _steps(look: Look) -> list[Control]:
    """The steps that the SOP asks of this tier before the ticket goes up: done, or passed over and why."""
    document = look.sop_document
    words = {step.id: step.text for step in document.steps} if document else {}
    steps = look.view.to_tick
    if not steps:
        return []
    named = [(step, words.get(step) or said(step)) for step in steps]
    sop = look.view.sop or "The SOP"
    hint = "Tick what is done, or say why it is passed over."
    beside = {step: [Control(f"skipped.{step}", "Or passed over, because")] for step in steps}
    return [Control("ticked", f"{sop} asks for these first", "checks", options=named, hint=hint, beside=beside)]


def _skills(desk: Desk) -> list[str]:
    return list(desk.policy.scope[desk.look.ticket.tier or 1].skills)
