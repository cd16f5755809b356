"""B5, B10: whose agreement counts, what is out of contract, and another agreement afterwards."""

from datetime import timedelta

import pytest

from escalation.calendar import AROUND_THE_CLOCK
from escalation.commands import (
    Accept,
    ChangeAgreement,
    ContactMade,
    Hold,
    Intake,
    Open,
    Reopen,
    Resolve,
    Resume,
    UpdateFields,
)
from escalation.compliance import read_off
from escalation.desk import open_ticket
from escalation.errors import IncompleteCommand, NotPermitted, PolicyUnfit, UnknownName
from escalation.events import AgreementChanged, MarkPassed
from escalation.policy import Policy, Slice
from escalation.terms import Priority, Role
from escalation.view import sla_view
from tests.unit.rules.story import CONTACT, MONDAY, POLICY, Story, at_tier, of_kind

H = timedelta(hours=1)
RESOLVE = Resolve(code="fixed", cause="identity", resolution="Removed the stale credential from the phone")


def graded(**without: None) -> Policy:
    """A policy with an agreement on every level; those named in `without` have none."""
    agreements = {
        name: POLICY.agreements["standard"].model_copy(deep=True)
        for name in ("for_ticket", "for_contact", "for_site", "for_client", "for_all")
    }
    client = POLICY.clients["acme-dental"]
    said = client.model_dump() | {
        "agreement": None if "client" in without else "for_client",
        "sites": {"annex": {} if "site" in without else {"agreement": "for_site"}},
        "contact_agreements": {} if "contact" in without else {CONTACT.name: "for_contact"},
    }
    return POLICY.model_copy(
        update={
            "agreements": agreements,
            "default_agreement": None if "default" in without else "for_all",
            "clients": {"acme-dental": type(client).model_validate(said)},
        }
    )


def found(policy: Policy, agreement: str | None = None) -> Slice:
    return policy.slice_for("acme-dental", contact=CONTACT.name, site="annex", agreement=agreement)


def test_b10_the_most_specific_agreement_wins_and_says_who_named_it() -> None:
    nothing = dict[str, None]()
    levels = [("ticket", "for_ticket"), ("contact", "for_contact"), ("site", "for_site"), ("client", "for_client"),
              ("default", "for_all"), ("nobody", "")]  # fmt: skip
    for by, name in levels:
        piece = found(graded(**nothing), "for_ticket" if by == "ticket" else None)
        assert (piece.agreement, piece.agreed_by) == (name, by)
        nothing[by] = None


def test_b10_the_reason_is_shown_with_the_clocks() -> None:
    story = Story(found(graded())).open(site="annex")
    shown = sla_view(story.ticket, story.policy, story.now)
    assert (shown.agreement, shown.agreed_by, story.ticket.site) == ("for_contact", "contact", "annex")


@pytest.mark.parametrize(("said", "field"), [({"site": "moon"}, "site"), ({"agreement": "gold"}, "agreement")])
def test_b10_a_site_or_an_agreement_that_is_not_there_is_refused(said: dict[str, str], field: str) -> None:
    with pytest.raises(UnknownName) as caught:
        POLICY.slice_for("volta-mfg", **said)
    assert caught.value.details["field"] == field


def test_b10_a_site_may_have_hours_of_its_own() -> None:
    ward = POLICY.slice_for("northside-clinic", site="ward")
    office = POLICY.slice_for("northside-clinic", site="office")
    assert (ward.calendars["client"].zone, office.calendars["client"].zone) == ("UTC", "America/Chicago")
    assert (ward.agreement, office.agreement) == ("premium", "standard")


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.INTEGRATION])
def test_b10_only_who_routes_or_leads_names_an_agreement_for_one_ticket(role: Role) -> None:
    piece = POLICY.slice_for("acme-dental", agreement="premium")
    intake = Intake(client="acme-dental", subject="Cannot sign in", agreement="premium")
    with pytest.raises(NotPermitted):
        open_ticket("T-1", Open(by="x", role=role, intake=intake), piece, MONDAY)
    (first, *_) = open_ticket("T-1", Open(by="dana", role=Role.DISPATCHER, intake=intake), piece, MONDAY)
    assert first.clocks["resolution"].target == POLICY.agreements["premium"].promises[Priority.P3].resolution.time


def out_of_contract() -> Slice:
    return POLICY.slice_for("volta-mfg", site="old-depot")


def test_b10_out_of_contract_promises_the_client_nothing_and_the_tiers_still_owe_each_other() -> None:
    story = Story(out_of_contract()).open(site="old-depot")
    assert set(story.ticket.clocks) == {"accept"}
    story.do(Accept())
    assert set(story.ticket.clocks) == {"accept", "tier_1"}
    assert sla_view(story.ticket, story.policy, story.now).agreement == "out_of_contract"


def test_b10_a_whole_life_out_of_contract() -> None:
    story = at_tier(1, out_of_contract(), site="old-depot")
    story.do(UpdateFields(urgency=1))
    story.wait(hours=40)
    assert story.ticket.tier == 1  # no promise, so no window before its end
    story.do(RESOLVE)
    story.do(Reopen(reason="It is locked again"))
    story.do(Accept())
    story.do(RESOLVE)
    assert read_off(story.ticket.clocks, resolved=True) is None


# ------------------------------------------------------------------------------------------- another one, afterwards
def changed(name: str, **said: object) -> ChangeAgreement:
    asked = {"by": "dana", "role": Role.DISPATCHER, "agreement": name, "reason": "The new contract"}
    return ChangeAgreement.model_validate(asked | {"policy": always_open(agreement=name or None)} | said)


def always_open(**said: str | None) -> Slice:
    cut = POLICY.slice_for("acme-dental", **said)  # type: ignore[arg-type]
    return cut.model_copy(update={"calendars": cut.calendars | {"client": AROUND_THE_CLOCK}})


def test_b5_another_agreement_counts_from_the_start_with_time_and_pauses_kept() -> None:
    story = at_tier(2)
    story.do(ContactMade(text="We are on it"))
    story.wait(hours=2)
    story.do(Hold(reason="waiting_customer", evidence={"question_sent": "Which phone?"}))
    story.wait(hours=5)
    story.do(Resume())
    story.wait(hours=7)
    (event,) = story.do(changed("premium"))
    assert isinstance(event, AgreementChanged)
    assert (event.before, event.agreement, event.agreed_by) == ("standard", "premium", "ticket")
    clock = story.clock("resolution")
    assert (clock.target, clock.counted, clock.due_at) == (16 * H, 9 * H, MONDAY + 21 * H)
    assert [pause.spared for pause in clock.pauses] == [5 * H]
    assert {line.what: line.after_at for line in event.moved}["resolution 100"] == MONDAY + 21 * H


def test_b5_thresholds_that_lie_behind_under_it_are_not_told_and_those_ahead_are() -> None:
    story = at_tier(2)
    story.do(ContactMade(text="We are on it"))
    story.wait(hours=11)
    story.do(changed("premium"))
    passed = [e.mark for e in of_kind(story.wait(hours=30), MarkPassed) if e.clock == "resolution"]
    assert passed == ["75", "90", "100"]


def test_b5_a_later_priority_goes_by_the_new_agreement() -> None:
    story = at_tier(2)
    story.do(changed("premium"))
    story.do(UpdateFields(impact=1, urgency=2))
    assert story.clock("resolution").target == 6 * H


def test_b5_back_to_what_is_found_for_it_and_the_reason_with_it() -> None:
    story = at_tier(2)
    story.do(changed("premium"))
    story.do(changed(""))
    assert (story.ticket.agreement, story.ticket.agreed_by, story.clock("resolution").due_at) == (
        "standard", "client", MONDAY + 24 * H,
    )  # fmt: skip
    assert story.do(changed("")) == []


def test_b10_a_ticket_goes_out_of_contract_and_comes_into_one() -> None:
    story = at_tier(2)
    story.wait(hours=3)
    story.do(changed("out_of_contract"))
    assert not story.clock("resolution").running
    bare = Story(always_open(agreement="out_of_contract"))
    bare.open()
    bare.do(Accept())
    bare.wait(hours=13)
    bare.do(changed("standard"))
    clock = bare.clock("resolution")
    assert (clock.started_at, clock.counted, clock.due_at) == (MONDAY, 13 * H, MONDAY + 24 * H)
    assert "50" not in clock.marks


def test_b5_who_may_say_so_and_what_it_needs() -> None:
    story = at_tier(2)
    story.refuses(NotPermitted, changed("premium", by="marek", role=Role.TECHNICIAN))
    story.refuses(IncompleteCommand, changed("premium", reason=" "))
    story.refuses(IncompleteCommand, changed("premium", policy=None))
    elsewhere = POLICY.slice_for("volta-mfg", agreement="premium")
    story.refuses(PolicyUnfit, changed("premium", policy=elsewhere))
