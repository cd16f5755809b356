"""What people did and said, in sentences."""

from datetime import timedelta
from typing import assert_never

from api.console.names import said
from api.console.ticket.teller import Teller, Told
from api.console.ticket.words import field, listed, source, value
from escalation import events as e
from escalation.terms import SYSTEM

Ends = e.Opened | e.Triaged | e.FieldsUpdated | e.Resolved | e.Closed | e.Cancelled | e.Absorbed
Work = e.AttemptLogged | e.ChecklistTicked | e.TreeWalked | e.NearMissLogged | e.CommandRefused
Talk = e.Held | e.HoldFollowedUp | e.Resumed | e.Contacted | e.Commented
Notes = e.NoteRated | e.NoteCompleted | e.NoteOverdue
_LATE = timedelta(minutes=1)  # what was said longer ago was said then, and not when it was recorded
_OUTCOMES = {"failed": ("failed", "warn"), "worked": ("worked", "good"), "partly": ("partly worked", "")}


def ends(teller: Teller, event: Ends) -> Told:
    """How it came in, what is known of it, how it ended."""
    who = teller.person(event.by)
    match event:
        case e.Opened():
            sentence = f"{who} took it in as {event.priority.value}, from {source(event.intake.source)}."
            return Told(sentence, "", _words(("Description", event.intake.description)))
        case e.Triaged():
            severity = f"impact {event.impact}, urgency {event.urgency}, so {event.priority.value}"
            return Told(f"Triage: {said(event.category)}, {severity}.")
        case e.FieldsUpdated():
            return _updated(who, event)
        case e.Resolved():
            by = "It was resolved by itself" if event.by == SYSTEM else f"{who} resolved it"
            cause = f"{said(event.code)}, cause {said(event.cause).lower()}"
            until = f"It can be reopened until {teller.clock(event.reopen_until)}."
            return Told(f"{by}: {cause}. {until}", "good", _words(("Resolution", event.resolution)))
        case e.Closed():
            by = "It closed by itself" if event.by == SYSTEM else f"{who} closed it"
            return Told(f"{by}.", "good", _words(("Reason", event.reason)))
        case e.Cancelled(merged_into=str() as into):
            return Told(f"{who} merged it into {into}.", "calm", _words(("Reason", event.reason)))
        case e.Cancelled():
            return Told(f"{who} cancelled it.", "calm", _words(("Reason", event.reason)))
        case e.Absorbed():
            earlier = f"; its clocks count from {teller.clock(event.counted_from)}" if event.counted_from else ""
            return Told(f"{event.ticket_id} became part of this ticket{earlier}.")
        case _:
            assert_never(event)


def work(teller: Teller, event: Work) -> Told:
    """What was tried, by which document."""
    who = teller.person(event.by)
    match event:
        case e.AttemptLogged():
            outcome, level = _OUTCOMES[event.outcome]
            again = ", which was tried before" if event.repeated else ""
            tried = (("Step", event.step), ("Result", event.result), ("SOP step", event.sop_step or ""))
            return Told(f"{who} tried something{again}: it {outcome}.", level, _words(*tried))
        case e.ChecklistTicked():
            done = [f"ticked {_steps(len(event.steps))}"] if event.steps else []
            passed = [f"passed over {_steps(len(event.skipped))}"] if event.skipped else []
            of = f" of {event.sop}" if event.sop else ""
            ticked = [("Done", teller.step(step)) for step in event.steps]
            over = [("Passed over", f"{teller.step(step)} ({reason})") for step, reason in event.skipped.items()]
            return Told(f"{who} {listed([*done, *passed])}{of}.", "", (*ticked, *over))
        case e.TreeWalked():
            way = tuple((step.question, step.answer) for step in event.steps)
            return Told(f"{who} walked the decision tree {event.tree}: {leaf_words(event.leaf)}", "", way)
        case e.NearMissLogged():
            sentence = f"{who} logged a near miss: almost escalated by {teller.trigger(event.considered_trigger)}."
            pairs = (("Why", event.why_considered), ("What unblocked it", event.what_unblocked_it))
            return Told(sentence, "good", _words(*pairs, ("Article", event.article_used or "")))
        case e.CommandRefused():
            refused = f"{who} asked by signal for {event.command.replace('_', ' ')}, which was refused."
            return Told(refused, "warn", _words(("Why", event.message)))
        case _:
            assert_never(event)


def talk(teller: Teller, event: Talk) -> Told:
    """Holds, and what was said."""
    who = teller.person(event.by)
    match event:
        case e.Held():
            stops = (
                f" {listed(map(field, event.pauses))} stands still." if event.pauses else " No promise stands still."
            )
            until = f" It ends by itself {teller.clock(event.until)}." if event.until else ""
            evidence = tuple((said(name), text) for name, text in event.evidence.items() if text.strip())
            return Told(f"{who} put it on hold: {said(event.reason).lower()}.{stops}{until}", "calm", evidence)
        case e.HoldFollowedUp():
            return Told(f"Follow-up {event.n} of the hold: time to ask again.", "calm")
        case e.Resumed():
            by = "The hold ended by itself" if event.by == SYSTEM else f"{who} went on with it"
            return Told(f"{by}; the clocks run again.", "", _words(("Reason", event.reason)))
        case e.Contacted(direction="inbound"):
            late = event.said_at is not None and event.at - event.said_at >= _LATE
            when = f" at {teller.clock(event.said_at or event.at)}" if late else ""
            return Told(f"The client spoke{when}, by {event.channel}.", "", _words(("Said", event.text)))
        case e.Contacted():
            by = "An automatic message went" if event.automatic else f"{who} spoke"
            return Told(f"{by} to the client, by {event.channel}.", "", _words(("Said", event.text)))
        case e.Commented():
            by = "An automatic reply came" if event.automatic else f"{who} noted"
            return Told(f"{by}:", "", _words(("", event.text)))
        case _:
            assert_never(event)


def notes(teller: Teller, event: Notes) -> Told:
    """What was made of a handoff note."""
    match event:
        case e.NoteRated():
            level = {"complete": "good", "usable": "", "unusable": "bad"}[event.rating]
            sentence = f"{teller.person(event.by)} rated the handoff note: {event.rating}."
            return Told(sentence, level, _words(("Comment", event.comment)))
        case e.NoteCompleted():
            return Told(f"{teller.person(event.by)} completed the handoff note.", "good")
        case e.NoteOverdue():
            return Told(f"{teller.person(event.owed_by)} still owes the rest of the handoff note.", "bad")
        case _:
            assert_never(event)


def leaf_words(leaf: object) -> str:
    """Where a walk ends, as advice."""
    match leaf:
        case _ if resolve := getattr(leaf, "resolve", ""):
            return str(resolve)
        case _ if escalate := getattr(leaf, "escalate", ""):
            return f"escalate to Tier {getattr(leaf, 'tier', 2)} ({said(escalate) if '_' in escalate else escalate})."
        case _:
            return f"go on with {getattr(leaf, 'sop', '')}."


def _updated(who: str, event: e.FieldsUpdated) -> Told:
    changed = [name for name in event.after if name != "facts"]
    before_facts, facts = event.before.get("facts"), event.after.get("facts")
    pairs = [(field(name).capitalize(), _change(event.before.get(name), event.after[name])) for name in changed]
    if isinstance(before_facts, dict) and isinstance(facts, dict):
        new = [name for name in facts if facts[name] != before_facts.get(name)]
        changed += new
        pairs += [(field(name).capitalize(), _change(before_facts.get(name), facts[name])) for name in new]
    return Told(f"{who} updated {listed(map(field, changed))}.", "", tuple(pairs))


def _steps(how_many: int) -> str:
    return "a step" if how_many == 1 else f"{how_many} steps"


def _change(before: object, after: object) -> str:
    return f"{value(before)} → {value(after)}"


def _words(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((label, text) for label, text in pairs if text.strip())
