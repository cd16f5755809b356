"""Random commands: well-formed ones by whoever owns the ticket, and wild ones by anybody."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from escalation import commands as ask
from escalation.commands import AnyCommand, Intake, IntakeFacts
from escalation.handoff import HandoffNote, StepTried
from escalation.library.tree import ResolveLeaf, Walk
from escalation.terms import Flag, Role, Scope
from tests.unit.rules.story import CONTACT, FACTS, MONDAY, NOTE, POLICY

OWNER = "the owner"
EVIDENCE = {
    "question_sent": "Which phone?",
    "vendor_case": "MS-1",
    "vendor_contact": "Ada",
    "explanation": "Moving house",
}
NEAR_MISS = ask.LogNearMiss(
    by=OWNER, considered_trigger="C2", why_considered="Two resets failed", what_unblocked_it="Article KB-17"
)
RESOLVE = ask.Resolve(by=OWNER, code="fixed", cause="identity", resolution="Removed the stale credential")
REOPEN = ask.Reopen(by=OWNER, reason="It is locked again")
RETURN = ask.Return(by=OWNER, reason="wrong_skill", what_is_missing="Which phone holds the old password")
HOLD = ask.Hold(by=OWNER, reason="waiting_customer", evidence=EVIDENCE)
RATE_NOTE = ask.RateNote(by=OWNER, rating="usable")
KNOWN_FACTS = ask.UpdateFields(by=OWNER, facts=FACTS)
ATTEMPT = ask.LogAttempt(by=OWNER, step="Reset the password", result="Still locked out", outcome="failed", sop_step="1")
WALKED = ask.WalkTree(
    by=OWNER, tree="DT-01", revision=1, walked=Walk(node="end", leaf=ResolveLeaf(resolve="Unlock it"))
)
CANCEL = ask.Cancel(by="dana", role=Role.DISPATCHER, reason="Sent by mistake")
SERVER_SIDE = ask.UpdateFields(by=OWNER, flags=(Flag.SERVER_SIDE,))
ASKS = ask.ContactMade(by="portal", role=Role.INTEGRATION, direction="inbound", text="Any news?")
ANSWERED = ask.ContactMade(by=OWNER, direction="outbound", text="We are on it")
VENDOR = ask.Hold(by=OWNER, reason="waiting_vendor", evidence=EVIDENCE)
RECURRING = ask.UpdateFields(by=OWNER, flags=(Flag.RECURRING,))
STATED = ask.StateBreach(by=OWNER, clock="first_response", code="capacity", text="Everybody was at the outage")
WANTED = ask.AskExclusion(by=OWNER, clock="first_response", reason="The outage was the client's own")
GRANTED = ask.DecideExclusion(
    by="grace", role=Role.SERVICE_MANAGER, clock="first_response", approve=True, reason="It was"
)

RATED_BADLY = ask.RateService(by="portal", role=Role.INTEGRATION, score=1, comment="Nobody called")
RATED_WELL = ask.RateService(by="dana", role=Role.DISPATCHER, score=5)

ATTACH = ask.Attach(by="dana", role=Role.DISPATCHER, parent="T-77", reason="The same line is down")
DETACH = ask.Detach(by=OWNER, reason="Her own cable was loose")
LINE_BACK = ask.Follow(
    parent="T-77", what="resolved", author="sofia", code="fixed", cause="provider", text="The line is back"
)
NOT_BACK = ask.Follow(parent="T-77", what="reopened", author="sofia", text="It fell out again")
PARENT_HELD = ask.Follow(parent="T-77", what="held", author="sofia", code="waiting_vendor", evidence=EVIDENCE)
PARENT_GOES_ON = ask.Follow(parent="T-77", what="resumed", author="sofia")
NEWS = ask.Follow(parent="T-77", what="told", author="grace", text="The cut is found")
MOVED = ask.Follow(parent="T-77", what="moved", to="T-78", text="merged")
LEFT = ask.Follow(parent="T-77", what="left", text="the parent was a mistake")
MAJOR = ask.DeclareMajor(
    by="grace", role=Role.SERVICE_MANAGER, commander="sofia", communicator="grace", reason="Three clients are down"
)
TOLD = ask.PostUpdate(by="grace", role=Role.SERVICE_MANAGER, text="The cut is found; repair by three")
OVER = ask.StandDown(by="grace", role=Role.SERVICE_MANAGER, reason="Two of three are back")

LATER = POLICY.slice_for("acme-dental").model_copy(update={"version": "later", "coordinate_at": 75})
ADOPT = ask.AdoptPolicy(by="grace", role=Role.SERVICE_MANAGER, version="later", policy=LATER)
PREMIUM = ask.ChangeAgreement(
    by="dana", role=Role.DISPATCHER, agreement="premium", reason="The new contract",
    policy=POLICY.slice_for("acme-dental", agreement="premium"),
)  # fmt: skip

_blank = st.sampled_from(["", "  ", "n/a"])
_text = st.sampled_from(
    ["Rebooted the switch", "Call back at five", "It is locked again", "The old password was cached"]
)
_said = st.one_of(_text, _text, _blank)
_who = st.sampled_from([OWNER, OWNER, OWNER, OWNER, "jun", "dana", "grace", "portal"])
_role = st.sampled_from([Role.TECHNICIAN] * 5 + [Role.SERVICE_MANAGER] * 2 + list(Role))
_tier = st.sampled_from([None, None, None, 1, 2, 3, 7])
_flags = st.lists(st.sampled_from(Flag), max_size=2, unique=True).map(tuple)
_steps = st.lists(st.builds(StepTried, step=_said, result=_said), min_size=1, max_size=2).map(tuple)
_note = st.one_of(
    st.builds(lambda steps: NOTE.model_copy(update={"steps_tried": steps}), _steps),
    st.builds(lambda steps: NOTE.model_copy(update={"steps_tried": steps}), _steps),
    st.builds(HandoffNote, summary_symptoms=_said, what_failed=_said),
)
_facts = st.one_of(
    st.just(FACTS),
    st.builds(IntakeFacts, users_affected=st.integers(0, 50), error_messages=st.one_of(st.none(), _said)),
)
_category = st.sampled_from([None, "plumbing", *POLICY.categories])
_severity = st.one_of(st.none(), st.integers(1, 3), st.integers(-1, 9))
_contact = st.sampled_from(
    [CONTACT, CONTACT.model_copy(update={"vip": True}), ask.Contact(), ask.Contact(name="Katarzyna Wolska")]
)
_reason = st.sampled_from(["knowledge", "deeper_technical_analysis", "C1", "C2", "I1", "E1", "because", ""])
_fields = {
    "category": _category,
    "impact": _severity,
    "urgency": _severity,
    "contact": st.one_of(st.none(), _contact),
    "scope": st.one_of(st.none(), st.sampled_from(Scope)),
    "flags": st.one_of(st.none(), _flags),
    "facts": st.one_of(st.none(), _facts),
}


def _asked(kind: type[ask.Command], **fields: SearchStrategy[object]) -> SearchStrategy[AnyCommand]:
    """The command with random fields, by somebody, in some role."""
    return st.builds(kind, by=_who, role=_role, **fields)  # type: ignore[arg-type]


_clock = st.sampled_from(["", "first_response", "resolution", "patience"])
_rare = st.one_of(
    _asked(ask.Reopen, reason=_said),
    _asked(ask.Close),
    _asked(ask.Cancel, reason=_said),
    _asked(ask.Merge, into=st.sampled_from(["", "T-1", "T-2"])),
    st.builds(
        ask.Absorb,
        ticket_id=st.sampled_from(["", "T-1", "T-8", "T-9"]),
        opened_at=st.just(MONDAY - timedelta(hours=3)),
    ),
    _asked(ask.RateNote, rating=st.sampled_from(["", "complete", "unusable"])),
    _asked(
        ask.LogNearMiss,
        considered_trigger=st.sampled_from(["C2", "Z9", ""]),
        why_considered=_said,
        what_unblocked_it=_said,
    ),
    _asked(ask.Consult, person=st.sampled_from(["marek", ""]), question=_said),
    _asked(ask.Coordinate, reason=_said),
    _asked(ask.StateBreach, clock=_clock, code=st.sampled_from(["vendor", "", "luck"]), text=_said),
    _asked(ask.AskExclusion, clock=_clock, reason=_said),
    _asked(ask.DecideExclusion, clock=_clock, approve=st.sampled_from([None, True, False]), reason=_said),
    _asked(ask.Comment, text=_said),
    st.just(ask.DeadlinePassed()),
)
_frequent = st.one_of(
    _asked(ask.Accept, take_over=st.booleans(), contacted=st.booleans()),
    _asked(ask.Triage, **_fields),
    _asked(ask.UpdateFields, subject=st.one_of(st.none(), _said), known_issue=st.one_of(st.none(), _said),
           required_skill=st.sampled_from([None, "firewall", ""]), **_fields),
    _asked(ask.LogAttempt, step=_said, result=_said, outcome=st.sampled_from(["failed", "failed", "worked", ""]),
           sop_step=st.sampled_from([None, "1", "2"]), access=st.sampled_from([None, None, "firewall_rw"])),
    _asked(ask.Tick, steps=st.sampled_from([(), ("1",), ("2",), ("9",)]), skipped=st.sampled_from([{}, {"1": "n/a"}])),
    _asked(ask.Escalate, reason=_reason, to_tier=_tier, note=_note, override_reason=_said),
    _asked(ask.Emergency, reason=_said, note=_note),
    _asked(ask.Return, reason=st.sampled_from([*POLICY.return_reasons, "", "x"]), to_tier=_tier, what_is_missing=_said),
    _asked(ask.Transfer, to_person=st.sampled_from([None, "jun", "tomas"]), skill=st.sampled_from([None, "m365"]),
           reason=_said, note=_note),
    _asked(ask.Hold, reason=st.sampled_from([*POLICY.holds, "lunch"]), evidence=st.sampled_from([{}, EVIDENCE])),
    _asked(ask.Resume, reason=_said),
    _asked(ask.ContactMade, direction=st.sampled_from(["inbound", "outbound"]), automatic=st.booleans(), text=_said,
           at=st.one_of(st.none(), st.just(MONDAY))),
    _asked(ask.CompleteNote, note=_note),
    _asked(ask.Resolve, code=_said, cause=_said, resolution=_said),
)  # fmt: skip
_own_steps = st.integers(0, 99).map(lambda n: (StepTried(step=f"Looked into layer {n}", result="Not the cause"),))
_own_note = _own_steps.map(lambda steps: NOTE.model_copy(update={"steps_tried": steps}))
_sensible: SearchStrategy[AnyCommand] = st.one_of(
    st.builds(ask.Tick, steps=st.just(("1",)), skipped=st.sampled_from([{}, {"2": "The phone is off"}])),
    st.builds(ask.Accept, contacted=st.booleans()),
    st.builds(ask.Escalate, reason=st.just("knowledge"), note=_own_note, ticked=st.sampled_from([(), ("1",), ("1",)])),
    st.builds(ask.Transfer, skill=st.just("m365"), reason=st.just("Needs an Exchange hand"), note=_own_note),
    st.builds(ask.CompleteNote, note=_own_note),
    st.builds(ask.Hold, reason=st.sampled_from([*POLICY.holds]), evidence=st.just(EVIDENCE)),
    st.sampled_from(
        [
            ATTEMPT,
            ask.UpdateFields(facts=FACTS, contact=CONTACT),
            ask.Triage(category="printing.device", urgency=2, contact=CONTACT, facts=FACTS),
            ask.Escalate(reason="knowledge", note=NOTE, override_reason="The board is watching"),
            RETURN,
            RESOLVE,
            RESOLVE,
            REOPEN,
            ask.Close(),
            ask.Resume(),
            ask.RateNote(rating="usable"),
            ask.LogNearMiss(
                considered_trigger="C2", why_considered="Two resets failed", what_unblocked_it="Article KB-17"
            ),
            ask.ContactMade(direction="inbound", text="Any news?"),
        ]
    ),
).map(lambda command: command.model_copy(update={"by": OWNER}))
_again = st.builds(ask.Open, by=_who, role=_role, intake=st.just(Intake(client="acme-dental", subject="Again")))

# Not `one_of`, which takes nested choices apart: then the wild ones, being more, would be nearly all there is.
COMMANDS: SearchStrategy[AnyCommand] = st.sampled_from(
    [_sensible, _sensible, _sensible, _sensible, _frequent, _frequent, _rare, _again]
).flatmap(lambda chosen: chosen)

# What seldom comes together by chance: a fix that does not hold, a ticket sent back to a tier that may not end it.
EPISODES: SearchStrategy[tuple[AnyCommand, ...]] = st.one_of(
    *[COMMANDS.map(lambda command: (command,))] * 12,
    st.just((RESOLVE, REOPEN)),
    st.just((RESOLVE, ask.Close(by=OWNER))),
    st.just((HOLD, ask.Resume(by=OWNER))),
    st.just((VENDOR, ask.Resume(by=OWNER), VENDOR)),
    st.just((ASKS, ANSWERED, ASKS)),
    st.just((STATED, WANTED, GRANTED)),
    st.just((RATED_BADLY, ask.AnswerRating(by="grace", role=Role.SERVICE_MANAGER, text="Called him"), RATED_WELL)),
    st.just((ask.HearAlerts(total=3, more=2, live=1, latest="disk full"),)),
    st.just((ATTACH, DETACH)),
    st.just((ATTACH, PARENT_HELD, PARENT_GOES_ON, NEWS)),
    st.just((ATTACH, LINE_BACK, NOT_BACK)),
    st.just((ATTACH, MOVED, ask.Follow(parent="T-78", what="left", text="also a mistake"))),
    st.just((ATTACH, LEFT)),
    st.just((ask.Adopt(ticket_id="T-5"), ask.Adopt(ticket_id="T-6"), ask.Disown(ticket_id="T-5"))),
    st.just((MAJOR, TOLD, OVER)),
    st.just((MAJOR,)),
    st.just((ASKS, ask.UpdateFields(by=OWNER, urgency=1))),
    st.just((ask.Accept(by=OWNER), RECURRING)),
    st.just((ask.Emergency(by=OWNER, reason="Files are being encrypted", note=NOTE), ask.Accept(by=OWNER))),
    st.just((ask.Consult(by=OWNER, person="marek", question="Have you seen this before?"), NEAR_MISS)),
    st.just((KNOWN_FACTS, NEAR_MISS)),
    st.just((SERVER_SIDE, RETURN, RESOLVE)),
    st.just((ADOPT,)),
    st.just((PREMIUM,)),
    _own_note.map(lambda note: (ask.Escalate(by=OWNER, reason="knowledge", note=note, ticked=("1",)), RATE_NOTE)),
    st.just((KNOWN_FACTS, ATTEMPT)),
    st.just((ask.Accept(by=OWNER), WALKED)),
    st.just((ask.Comment(by=OWNER, text="Back at two"), ask.ContactMade(by=OWNER, text="Told her what is next"))),
    st.just((ask.Absorb(ticket_id="T-8", opened_at=MONDAY - timedelta(hours=3)), CANCEL)),
)
_wild_intakes = st.builds(
    lambda **fields: fields,
    category=st.sampled_from([None, *POLICY.categories, *["identity.password_reset"] * 20]),
    impact=st.one_of(st.none(), st.integers(1, 3)),
    urgency=st.one_of(st.none(), st.integers(1, 3), st.integers(1, 3), st.integers(1, 3)),
    contact=_contact,
    scope=st.sampled_from([Scope.ONE_USER] * 6 + list(Scope)),
    flags=st.one_of(st.just(()), st.just(()), _flags),
    facts=st.one_of(st.just(FACTS), _facts),
)
# Most tickets begin at Tier 1, as they do on a desk.
INTAKES: SearchStrategy[dict[str, object]] = st.one_of(
    st.builds(lambda urgency: {"urgency": urgency}, st.integers(1, 3)),
    st.builds(lambda category: {"category": category}, st.sampled_from(["printing.device", "email.client"])),
    st.just({"urgency": None}),
    _wild_intakes,
)
PAUSES = st.one_of(
    st.just(0), st.integers(0, 3_600), st.sampled_from([900, 3_600, 14_400, 69_120, 86_400, 180_000])
).map(lambda seconds: timedelta(seconds=seconds, microseconds=seconds % 7))
