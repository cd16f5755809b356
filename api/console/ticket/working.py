"""Forms of the commands by which somebody works on a ticket, and says what is known of it."""

from collections.abc import Sequence
from dataclasses import replace

from api.console.names import said
from api.console.ticket.controls import Control
from api.console.ticket.desk import Desk
from escalation.commands import Contact, IntakeFacts
from escalation.policy import HoldReason
from escalation.situation import access_of
from escalation.terms import Flag, Scope

LEVELS = (("", "Not known"), ("1", "1 high"), ("2", "2 middle"), ("3", "3 low"))
_OUTCOMES = (("failed", "Failed"), ("partly", "Partly worked"), ("worked", "Worked"))
_RATINGS = (("complete", "Complete"), ("usable", "Usable"), ("unusable", "Unusable"))
_EVIDENCE = {
    "question_sent": ("Question sent", "What the client was asked."),
    "vendor_case": ("Vendor's case", "Its number at the vendor."),
    "vendor_contact": ("Vendor contact", "The document of the library, such as VC-ISP."),
    "eta": ("Expected", "When the parts come."),
    "change_ref": ("Change", "Its number."),
    "window": ("Window", "When the change is made."),
    "appointment": ("Appointment", "When the client has time."),
    "explanation": ("Explanation", "Why it cannot go on."),
}


def accept(_: Desk) -> Sequence[Control]:
    """Whether the client was told with it."""
    return [
        Control("contacted", "I have told the client", "check", hint="This is the first response, where one is owed.")
    ]


def take_over(desk: Desk) -> Sequence[Control]:
    """The same for another's ticket."""
    return accept(desk)


def triage(desk: Desk) -> Sequence[Control]:
    """What decides where it goes."""
    ticket = desk.look.ticket
    return [
        Control("category", "Category", "choice", ticket.category, desk.categories(), required=True),
        Control("impact", "Impact", "choice", ticket.impact, LEVELS, hint="Left out: read off the scope."),
        Control("urgency", "Urgency", "choice", ticket.urgency, LEVELS, required=True),
        scope(ticket.scope),
        *contact_of(ticket.contact),
        *facts(ticket.facts),
        flags(ticket.flags),
    ]


def update_fields(desk: Desk) -> Sequence[Control]:
    """All that is known of the ticket."""
    ticket = desk.look.ticket
    return [
        *facts(ticket.facts, needed=True),
        Control("category", "Category", "choice", ticket.category, desk.categories()),
        Control("impact", "Impact", "choice", ticket.impact, LEVELS),
        Control("urgency", "Urgency", "choice", ticket.urgency, LEVELS),
        scope(ticket.scope),
        Control("required_skill", "Skill that is needed", "choice", ticket.required_skill, desk.skills()),
        Control("needed_access", "Access that is needed", "choice", ticket.needed_access, desk.access()),
        Control("known_issue", "Known issue", value=ticket.known_issue, hint="Its document, such as KI-0001."),
        Control("asset", "Asset", value=ticket.asset),
        Control("subject", "Subject", value=ticket.subject, required=True),
        Control("description", "Description", "area", ticket.description),
        *contact_of(ticket.contact),
        flags(ticket.flags),
    ]


def log_attempt(desk: Desk) -> Sequence[Control]:
    """The step, its result, and what it took."""
    access = sorted(access_of(desk.policy, desk.look.ticket.tier or 1))
    document = desk.look.sop_document
    steps = [(f"{document.id}/{step.id}", step.text) for step in document.steps] if document else []
    controls = [
        Control("step", "What was done", required=True),
        Control("result", "What came of it", required=True),
        Control("outcome", "Outcome", "radios", options=_OUTCOMES, required=True),
        Control("access", "Access that it took", "choice", options=desk.coded(access, "None in particular")),
    ]
    if steps:
        controls.append(Control("sop_step", "Step of the SOP", "choice", options=[("", "None"), *steps]))
    return controls


def hold(desk: Desk) -> Sequence[Control]:
    """The reason, and under each the evidence that it needs."""
    reasons = desk.policy.holds
    options = [(name, f"{said(name)}: {_pauses(reason)}") for name, reason in reasons.items()]
    beside = {name: [_evidence(need) for need in reason.needs] for name, reason in reasons.items()}
    return [Control("reason", "Reason", "radios", options=options, required=True, beside=beside)]


def resume(_: Desk) -> Sequence[Control]:
    """Why it goes on."""
    return [Control("reason", "Why it goes on", hint="Not needed.")]


def contact(_: Desk) -> Sequence[Control]:
    """Which way, how, and what was said."""
    ways = (("outbound", "We spoke to the client"), ("inbound", "The client spoke to us"))
    channels = [(name, said(name)) for name in ("phone", "email", "chat", "visit", "portal")]
    return [
        Control("direction", "Who spoke", "radios", "outbound", ways),
        Control("channel", "By", "choice", "phone", channels),
        Control("text", "What was said", "area"),
    ]


def comment(_: Desk) -> Sequence[Control]:
    """What is to be noted."""
    return [Control("text", "Comment", "area", required=True)]


def near_miss(desk: Desk) -> Sequence[Control]:
    """Which trigger, why, and what helped instead."""
    found = [(each.id, f"{each.title} ({each.id})") for each in desk.look.knowledge]
    return [
        Control("considered_trigger", "Almost escalated by", "choice", options=desk.triggers(), required=True),
        Control("why_considered", "Why", "area", required=True, rows=2),
        Control("what_unblocked_it", "What unblocked it", "area", required=True, rows=2),
        Control("article_used", "Document that helped", "choice", options=[("", "None"), *found]),
    ]


def rate_note(_: Desk) -> Sequence[Control]:
    """A word, and why."""
    return [
        Control("rating", "The note is", "radios", options=_RATINGS, required=True),
        Control("comment", "Comment", "area", rows=2),
    ]


def tick(desk: Desk) -> Sequence[Control]:
    """Each open step of the SOP: done, or passed over and why."""
    guide = desk.look.ticket.guide
    steps = [step for step in (guide.steps if guide else ()) if step not in desk.look.ticket.ticked]
    done = Control("steps", "Done", "checks", options=[(step, said(step)) for step in steps])
    return [done, *(Control(f"skipped.{step}", "Passed over, because") for step in steps)]


def walk_tree(_: Desk) -> Sequence[Control]:
    """The tree, and each answer."""
    return [Control("tree", "Tree"), Control("answers", "Answers", "checks")]


def facts(known: IntakeFacts, *, needed: bool = False) -> list[Control]:
    """The five facts that must be known before any fix."""
    none = "“None known” is an answer."
    areas = (
        ("error_messages", "Error messages", none),
        ("recent_changes", "Recent changes", none),
        ("steps_attempted", "Steps tried before", "By the client, say."),
    )
    systems = Control("facts.affected_systems", "Affected systems", "lines", known.affected_systems, hint="One a line.")
    users = Control("facts.users_affected", "Users affected", "number", known.users_affected, hint="0 is an answer.")
    told = [Control(f"facts.{name}", label, "area", getattr(known, name), hint=hint) for name, label, hint in areas]
    return [replace(each, required=needed, rows=2) for each in (systems, *told, users)]


def contact_of(known: Contact) -> list[Control]:
    """Who speaks for the client, and how to reach them."""
    return [
        Control("contact.name", "Contact", value=known.name, required=True),
        Control("contact.email", "Their mail", value=known.email),
        Control("contact.phone", "Their phone", value=known.phone),
    ]


def scope(known: Scope) -> Control:
    """How far the fault reaches."""
    return Control("scope", "Scope", "choice", known.value, [(each.value, said(each.value)) for each in Scope])


def flags(known: Sequence[Flag]) -> Control:
    """The signs that the rules look at."""
    return Control("flags", "Signs", "checks", tuple(known), [(each.value, said(each.value)) for each in Flag])


def _evidence(need: str) -> Control:
    label, hint = _EVIDENCE.get(need, (said(need), ""))
    return Control(f"evidence.{need}", label, hint=hint, required=True)


def _pauses(reason: HoldReason) -> str:
    if not reason.pauses:
        return "no promise stands still"
    return f"pauses {', '.join(name.replace('_', ' ') for name in reason.pauses)}"
