import copy
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from escalation.library import Sop
from escalation.lint.policy import problems
from escalation.policy import Policy
from escalation.terms import Priority
from tierline import PARTS_ROOT
from tierline.library_files import shipped_sops
from tierline.policy_file import load_policy

POLICY = load_policy(PARTS_ROOT / "policies" / "default.yaml")
DOCUMENT: dict[str, Any] = POLICY.model_dump(mode="json")

Defect = Callable[[dict[str, Any]], object]


def spoilt(defect: Defect) -> dict[str, Any]:
    document = copy.deepcopy(DOCUMENT)
    defect(document)
    return document


def trigger(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in document["triggers"] if each["id"] == name)
    return found


def copied(name: str, **changes: object) -> Defect:
    """A trigger like another one, at the end of the list."""
    return lambda d: d["triggers"].append({**copy.deepcopy(trigger(d, name)), **changes})


def turned_round(document: dict[str, Any]) -> None:
    """I2 once more, its two tests in the other order."""
    again = copy.deepcopy(trigger(document, "I2"))
    again["when"]["all"].reverse()
    document["triggers"].append({**again, "id": "I9"})


def no_identity_at_tier_one(document: dict[str, Any]) -> None:
    for person in document["people"].values():
        if person["tier"] == 1:
            person["skills"] = [skill for skill in person["skills"] if skill != "identity"]


DEFECTS: dict[str, tuple[Defect, str, str]] = {
    "a client's calendar": (
        lambda d: d["clients"]["tiny-cafe"].update(calendar="cor"),
        "clients.tiny-cafe.calendar",
        "no calendar 'cor'",
    ),
    "a client's agreement": (
        lambda d: d["clients"]["tiny-cafe"].update(agreement="gold"),
        "clients.tiny-cafe.agreement",
        "no agreement 'gold'",
    ),
    "a person's calendar": (
        lambda d: d["people"]["jun"].update(calendar="x"),
        "people.jun.calendar",
        "no calendar 'x'",
    ),
    "a person under another's name": (
        lambda d: d["people"]["jun"].update(id="june"),
        "people.jun.id",
        "'june' is listed as 'jun'",
    ),
    "a domain of two clients": (
        lambda d: d["clients"]["harbor-law"].update(domains=["ACME-dental.example"]),
        "clients.harbor-law.domains.0",
        "a domain of acme-dental as well",
    ),
    "a domain that is none": (
        lambda d: d["clients"]["tiny-cafe"].update(domains=["owner@tiny-cafe.example"]),
        "clients.tiny-cafe.domains.0",
        "no mail domain",
    ),
    "a target's calendar": (
        lambda d: d["agreements"]["premium"]["promises"]["P2"]["response"].update(calendar="24x7"),
        "agreements.premium.promises.P2.response.calendar",
        "no calendar '24x7'",
    ),
    "an accept target's calendar": (
        lambda d: d["accept"]["P1"].update(calendar="always"),
        "accept.P1.calendar",
        "no calendar 'always'",
    ),
    "a promise of no time": (lambda d: d["accept"]["P1"].update(time="0s"), "accept.P1.time", "no time at all"),
    "a response after the resolution": (
        lambda d: d["agreements"]["standard"]["promises"]["P1"]["response"].update(time="5h"),
        "agreements.standard.promises.P1",
        "later than the resolution",
    ),
    "a priority without a promise": (
        lambda d: d["agreements"]["standard"]["promises"].pop("P4"),
        "agreements.standard.promises",
        "no promise for priority P4",
    ),
    "a priority without an accept target": (
        lambda d: d["accept"].pop("P3"),
        "accept",
        "no accept target for priority P3",
    ),
    "a cell missing in the matrix": (lambda d: d["matrix"]["2"].pop("3"), "matrix.2", "impact 2 and urgency 3"),
    "a calendar without hours": (
        lambda d: d["calendars"]["apac"].update(hours={}),
        "calendars.apac",
        "not open for one hour",
    ),
    "a calendar called client": (
        lambda d: d["calendars"].update(client=d["calendars"]["x24"]),
        "calendars.client",
        "stands for the client's own",
    ),
    "a role that nobody holds": (
        lambda d: d["thresholds"].update({"75": ["duty_manager"]}),
        "thresholds.75",
        "no role 'duty_manager' that anybody holds",
    ),
    "a breach that nobody hears of": (
        lambda d: d["thresholds"].pop("100"),
        "thresholds",
        "nobody would hear of a breach",
    ),
    "coordination between two thresholds": (
        lambda d: d.update(coordinate_at=85),
        "coordinate_at",
        "85 is not one of the thresholds",
    ),
    "a field that the note does not have": (
        lambda d: d["note"].update(minimal=["phone"]),
        "note.minimal",
        "no field of the note 'phone'",
    ),
    "two triggers of one name": (
        copied("E3", when={"field": "vip"}),
        "triggers.14.id",
        "E3 is the id of another trigger",
    ),
    "a trigger with the timer's name": (copied("C3", id="S1"), "triggers.14.id", "another trigger, auto_escalation"),
    "a shadowed trigger": (copied("C3", id="C9"), "triggers.14.when", "C9 is never reached: C3 fires"),
    "a trigger shadowed in other words": (turned_round, "triggers.14.when", "I9 is never reached: I2 fires"),
    "a trigger on a category that is not": (
        copied("E3", id="E9", when={"field": "category", "value": "security.alarm"}),
        "triggers.14.when",
        "category is never security.alarm",
    ),
    "a trigger on a flag that is not": (
        copied("C4", id="C9", when={"field": "flags", "op": "has", "value": "haunted"}),
        "triggers.14.when",
        "flags is never haunted",
    ),
    "a count without a number": (
        copied("R2", id="R9", when={"field": "returns", "op": "at_least"}),
        "triggers.14.when",
        "returns is never True",
    ),
    "a question that the field cannot answer": (
        copied("I2", id="I9", when={"field": "scope", "op": "more_than", "value": "one_user"}),
        "triggers.14.when",
        "scope cannot be asked with 'more_than', only with in, is",
    ),
    "a list where one value belongs": (
        copied("I2", id="I9", when={"field": "priority", "value": ["P1"]}),
        "triggers.14.when",
        "'is' needs one value",
    ),
    "a move to nowhere": (copied("C3", id="C9", to={}), "triggers.14.to", "names no tier"),
    "a move to a fourth tier": (copied("C3", id="C9", to={"tier": 4}), "triggers.14.to.tier", "there is no tier 4"),
    "information for nobody": (copied("I3", id="I9", to={}), "triggers.14.to", "names no role"),
    "coordination by a role without the right": (
        lambda d: trigger(d, "R2").update(to={"role": "account_manager"}),
        "triggers.13.to.role",
        "no role 'account_manager'",
    ),
    "a skill that nobody has": (
        lambda d: trigger(d, "E1").update(to={"tier": 3, "skill": "forensics"}),
        "triggers.0.to.skill",
        "no skill 'forensics' that anybody has",
    ),
    "an entry to tier 3 by no trigger": (
        lambda d: d["tier_three_entry"].append("C5"),
        "tier_three_entry.8",
        "no trigger 'C5'",
    ),
    "a tier without a scope": (lambda d: d["scope"].pop("2"), "scope", "says nothing of tier 2"),
    "a tier with a skill that nobody has": (
        lambda d: d["scope"]["3"]["skills"].append("mainframe"),
        "scope.3.skills",
        "no skill 'mainframe'",
    ),
    "a start tier without the skill": (
        no_identity_at_tier_one,
        "categories.access.permissions",
        "nobody at tier 1, where it starts, has the skill identity",
    ),
    "a start tier out of scope": (
        lambda d: d["categories"]["email.flow"].update(tier=1),
        "categories.email.flow",
        "it starts at tier 1, which may not handle it",
    ),
    "an emergency that no trigger catches": (
        lambda d: d["categories"]["vendor.coordination"].update(emergency=True),
        "categories.vendor.coordination",
        "no emergency trigger fires",
    ),
    "a stranger on a rota": (
        lambda d: d["on_call"]["rotas"]["managers"].update(members=["grace", "gus"]),
        "on_call.rotas.managers.members",
        "no person 'gus'",
    ),
    "a rota that never answers": (
        lambda d: d["on_call"]["rotas"]["t2_nights"].update(active={}),
        "on_call.rotas.t2_nights.active",
        "the rota never answers",
    ),
    "a stranger in a layer": (
        lambda d: d["on_call"]["rotas"]["managers"].update(layers=[{"name": "top", "members": ["gus"]}]),
        "on_call.rotas.managers.layers.0.members",
        "no person 'gus'",
    ),
    "a gap where emergencies go": (
        lambda d: d["on_call"]["rotas"]["t3_primary"].update(active={"mon-fri": ["00:00-24:00"]}),
        "on_call.rotas.t3_primary",
        "emergencies and P1 tickets go to it",
    ),
    "a gap where the ladder begins": (
        lambda d: d["on_call"]["paging"]["emergency"]["steps"].insert(0, {"rota": "t2_nights", "wait": "5m"}),
        "on_call.rotas.t2_nights",
        "the ladder emergency begins here",
    ),
    "a step of no rota": (
        lambda d: d["on_call"]["paging"]["emergency"]["steps"][1].update(rota="t4"),
        "on_call.paging.emergency.steps.1.rota",
        "no rota 't4'",
    ),
    "a gap that nobody is told of": (
        lambda d: d["on_call"]["paging"]["emergency"].update(tell=["director"]),
        "on_call.paging.emergency.tell",
        "no role 'director'",
    ),
    "a ladder in another's shadow": (
        lambda d: d["on_call"]["paging"].update(again=copy.deepcopy(d["on_call"]["paging"]["emergency"])),
        "on_call.paging.again.when",
        "never used for P1",
    ),
    "an absence of a stranger": (
        lambda d: d["on_call"].update(
            absences=[{"person": "gus", "start": "2026-05-01T00:00:00Z", "end": "2026-05-02T00:00:00Z"}]
        ),
        "on_call.absences.0.person",
        "no person 'gus'",
    ),
    "an override of no rota": (
        lambda d: d["on_call"]["overrides"][0].update(rota="t3"),
        "on_call.overrides.0.rota",
        "no rota 't3'",
    ),
    "an override by a stranger": (
        lambda d: d["on_call"]["overrides"][0].update(who="gus"),
        "on_call.overrides.0.who",
        "no person 'gus'",
    ),
    "a tier whose rota is not there": (
        lambda d: d["on_call"]["by_tier"].update({"2": "t2"}),
        "on_call.by_tier.2",
        "no rota 't2'",
    ),
    "nobody on call for emergencies": (
        lambda d: d["on_call"]["by_tier"].pop("3"),
        "on_call.by_tier",
        "no rota answers",
    ),
    "no rota of managers": (lambda d: d["on_call"].update(managers="bosses"), "on_call.managers", "no rota 'bosses'"),
    "a fallback owner who is not there": (
        lambda d: d["fallback"]["owner"].update({"2": "gus"}),
        "fallback.owner.2",
        "no person 'gus'",
    ),
    "a tier without a fallback": (lambda d: d["fallback"]["owner"].pop("1"), "fallback.owner", "at tier 1"),
    "a fallback manager who is not there": (
        lambda d: d["fallback"].update(manager="gus"),
        "fallback.manager",
        "no person 'gus'",
    ),
    "a placeholder that nobody fills": (
        lambda d: d["messages"].update(ack="{ticket_id}: {colour}"),
        "messages.ack",
        "put in place of 'colour'",
    ),
    "a placeholder of another message": (
        lambda d: d["messages"].update(ack="{ticket_id}: {question}"),
        "messages.ack",
        "put in place of 'question'",
    ),
    "a stray brace": (lambda d: d["messages"].update(ack="{ticket_id} }"), "messages.ack", "put in place of '}'"),
    "a message without a text": (lambda d: d["messages"].pop("ack"), "messages", "no text for ack"),
    "a text that nobody sends": (
        lambda d: d["messages"].update(birthday="Well done"),
        "messages.birthday",
        "nothing sends a message of this name",
    ),
}


@pytest.mark.parametrize("name", DEFECTS)
def test_a_planted_defect_is_found_and_its_place_named(name: str) -> None:
    defect, path, words = DEFECTS[name]
    found = problems(Policy.model_validate(spoilt(defect)))
    assert [(p.path, p.message) for p in found if p.path == path and words in p.message], found


def test_nothing_is_found_where_nothing_is_planted() -> None:
    assert problems(Policy.model_validate(DOCUMENT)) == []


@pytest.mark.parametrize("name", ["a client's calendar", "a shadowed trigger", "a stray brace", "a promise of no time"])
def test_one_defect_is_one_problem(name: str) -> None:
    assert len(problems(Policy.model_validate(spoilt(DEFECTS[name][0])))) == 1


def test_the_same_condition_may_lead_further_up() -> None:
    """At Tier 2 the second one moves, where the first one no longer does."""
    further = copied("I1", id="I9", to={"tier": 3})
    assert problems(Policy.model_validate(spoilt(further))) == []


def test_where_no_sops_are_said_any_may_be_named() -> None:
    unknown: Defect = lambda d: d["categories"]["email.flow"].update(sop="SOP-99")  # noqa: E731
    assert problems(Policy.model_validate(spoilt(unknown)), sops={}) == []


# ---------------------------------------------------------------------------------------------------- the library

PATHS: dict[str, tuple[Defect, str, str]] = {
    "a category without an SOP": (
        lambda d: d["categories"]["email.flow"].update(sop=None),
        "categories.email.flow",
        "no SOP covers it",
    ),
    "a category of an SOP that is not there": (
        lambda d: d["categories"]["email.flow"].update(sop="SOP-99"),
        "categories.email.flow.sop",
        "no SOP 'SOP-99'",
    ),
    "a trigger that no SOP names": (copied("C2", id="C7"), "triggers.14", "no SOP tells people of C7"),
    "an automatic move that no SOP names": (
        lambda d: d["auto_escalation"].update(trigger="S9"),
        "auto_escalation.trigger",
        "no SOP tells people of S9",
    ),
}


@pytest.mark.parametrize("name", PATHS)
def test_r70_an_escalation_path_without_an_sop_is_named(name: str) -> None:
    defect, path, words = PATHS[name]
    assert problems(Policy.model_validate(DOCUMENT), sops=shipped_sops()) == []
    found = problems(Policy.model_validate(spoilt(defect)), sops=shipped_sops())
    assert [(p.path, p.message) for p in found if p.path == path and words in p.message], found


SAID: dict[str, tuple[dict[str, Any], str, str]] = {
    "another count of attempts": ({"failed_attempts": {1: 4}}, "scope.1.failed_attempts", "after 4 failed attempts"),
    "another time to respond": ({"accept_within": {"P4": "8h"}}, "accept.P4", "says 8h; the engine holds people to 4h"),
    "a trigger that cannot fire": ({"escalate": {"P4": ["E3"]}}, "triggers.2", "E3 never fires on its tickets"),
    "a trigger that is not there": ({"escalate": {"P4": ["E9"]}}, "triggers", "there is no trigger 'E9'"),
    "a message that nobody wrote": ({"messages": ["birthday"]}, "messages", "there is no message 'birthday'"),
}


@pytest.mark.parametrize("name", SAID)
def test_r73_an_sop_that_says_something_else_than_the_engine_is_refused_with_the_policy(name: str) -> None:
    says, path, words = SAID[name]
    sops = dict(shipped_sops())
    sops["SOP-01"] = Sop.model_validate(sops["SOP-01"].model_dump() | says)
    found = [each for each in problems(POLICY, sops=sops) if each.path == path]
    assert len(found) == 1
    assert words in found[0].message
    assert found[0].message.startswith("SOP-01, ")


def test_r73_an_emergency_that_its_sop_does_not_know_is_refused() -> None:
    sops = dict(shipped_sops())
    sops["SOP-10"] = sops["SOP-10"].model_copy(update={"escalate": {Priority.P1: ("C1",)}})
    found = [each for each in problems(POLICY, sops=sops) if each.path == "categories.security.ransomware"]
    assert "goes to tier 3 at once, and it names none of the emergency triggers" in found[0].message


@pytest.mark.parametrize(
    ("defect", "words"),
    [
        (lambda d: d["on_call"]["rotas"]["managers"].update(members=[]), "at least 1 item"),
        (lambda d: d["on_call"]["rotas"]["managers"].update(handover="09:00"), "a weekly rota hands over"),
        (lambda d: d["on_call"]["rotas"]["managers"].update(zone="Mars/Olympus"), "unknown time zone"),
        (lambda d: d["on_call"]["rotas"]["t2_nights"].update(active={"weekdays": []}), "unknown day 'weekdays'"),
        (lambda d: d["on_call"]["overrides"][0].update(end="2026-07-03T14:00:00Z"), "ends before it begins"),
        (lambda d: trigger(d, "C3").update(when={"field": "mood"}), "unknown trigger field 'mood'"),
        (lambda d: d["on_call"]["paging"]["emergency"].update(steps=[]), "at least 1 item"),
    ],
    ids=[
        "an empty rota",
        "a week without a day",
        "no zone",
        "no weekday",
        "an empty override",
        "an unknown field",
        "an empty ladder",
    ],
)
def test_some_defects_do_not_even_load(defect: Defect, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Policy.model_validate(spoilt(defect))
