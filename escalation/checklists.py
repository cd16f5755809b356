"""A careless escalation is stopped by its checklist: steps are done, or passed over with a reason."""

from collections.abc import Mapping, Sequence

from escalation.commands import Tick, WalkTree
from escalation.errors import (
    ChecklistIncomplete,
    IncompleteCommand,
    NoChecklist,
    NotAllowedInStage,
    UnknownName,
    WalkUnfinished,
)
from escalation.events import ChecklistTicked, Event, FieldsUpdated, TreeWalked
from escalation.guide import Guide, step_of
from escalation.handoff import is_blank
from escalation.policy import Slice
from escalation.situation import Situation
from escalation.ticket import Ticket


def sop_of(ticket: Ticket, policy: Slice) -> str | None:
    """The SOP by which the policy has this ticket worked; None where its category is not known or has none."""
    known = policy.categories.get(ticket.category or "")
    return known.sop if known else None


def with_guide(events: Sequence[Event], guide: Guide | None) -> list[Event]:
    """The events with the SOP of a category that changed among them; a handoff brings its own with its receiver."""
    return [
        event.model_copy(update={"guide": guide}) if isinstance(event, FieldsUpdated) and event.category else event
        for event in events
    ]


def recategorised(events: Sequence[Event]) -> bool:
    """Whether the ticket is about something else from now on."""
    return any(isinstance(event, FieldsUpdated) and event.category for event in events)


def judge_tick(at: Situation, command: Tick) -> list[Event]:
    """Steps of the ticket's SOP done, or passed over for a reason; what was said before stays as it was."""
    if at.ticket.tier is None:
        raise _not_worked_on(at)
    if not (command.steps or command.skipped):
        raise IncompleteCommand("Say which steps are done, or passed over and why.", ["steps"])
    if at.ticket.guide is None:
        raise NoChecklist(f"{at.ticket.id} is worked by no SOP: its category has none, or none is published.")
    return ticked(at, command.steps, command.skipped)


def ticked(at: Situation, steps: Sequence[str], skipped: Mapping[str, str]) -> list[Event]:
    """The event of these steps, none where all of them were known; refused where there is no such step or reason.

    What is said with an escalation is kept as it was said where the library was away when the ticket came in.
    """
    guide = at.ticket.guide or Guide(sop="", revision=0, steps=(*steps, *skipped))
    done = [_known(guide, step, "steps") for step in steps]
    passed = {_known(guide, step, "skipped"): reason for step, reason in skipped.items()}
    silent = [f"skipped.{step}" for step, reason in passed.items() if is_blank(reason, at.policy.note)]
    if silent:
        raise IncompleteCommand("A step is passed over only with a reason.", silent)
    new = tuple(step for step in dict.fromkeys(done) if step not in at.ticket.ticked)
    over = {step: reason for step, reason in passed.items() if step not in {*at.ticket.ticked, *new}}
    if not (new or over):
        return []
    return [ChecklistTicked(at=at.now, by=at.by, sop=guide.sop, revision=guide.revision, steps=new, skipped=over)]


def judge_walk(at: Situation, command: WalkTree) -> list[Event]:
    """A tree walked to one of its leaves; where it leads is advice, and what follows is a command of its own."""
    if at.ticket.tier is None:
        raise _not_worked_on(at)
    walked = command.walked
    if not command.tree.strip() or walked is None:
        said = "Say which tree was walked, and each answer; the way is found over HTTP, in the published tree."
        raise IncompleteCommand(said, ["tree", "answers"])
    if walked.leaf is None:
        raise WalkUnfinished(
            f"{command.tree} asks on: {walked.question} ({', '.join(walked.choices)})",
            question=walked.question,
            choices=list(walked.choices),
        )
    return [
        TreeWalked(
            at=at.now, by=at.by, tree=command.tree, revision=command.revision, steps=walked.steps, leaf=walked.leaf
        )
    ]


def judge_complete(at: Situation) -> None:
    """Raise ChecklistIncomplete while a step that this tier must do is neither done nor passed over."""
    ticket = at.ticket
    missing = open_steps(ticket)
    if ticket.guide and missing:
        raise ChecklistIncomplete(
            f"Before {ticket.id} goes up, {ticket.guide.sop} asks of Tier {ticket.tier}: {', '.join(missing)}. "
            "Tick each, or pass it over with a reason.",
            list(missing),
        )


def open_steps(ticket: Ticket) -> tuple[str, ...]:
    """The steps that the ticket's tier must do, or pass over with a reason, before it goes up; in their order."""
    guide, tier = ticket.guide, ticket.tier
    if guide is None or tier is None:
        return ()
    return tuple(step for step in guide.steps if guide.mandatory.get(step) == tier and step not in ticket.ticked)


def _not_worked_on(at: Situation) -> NotAllowedInStage:
    stage = at.ticket.stage.value
    return NotAllowedInStage(f"{at.ticket.id} is in {stage}: nobody works on it by an SOP.", stage=stage)


def _known(guide: Guide, named: str, field: str) -> str:
    step = step_of(guide, named.strip())
    if step is None:
        raise UnknownName(
            f"{guide.sop} has no step {named!r}; it has {', '.join(guide.steps)}.", field=field, value=named
        )
    return step
