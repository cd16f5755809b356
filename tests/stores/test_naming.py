"""The chain, step by step; each test takes the step before away."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Engine

from escalation.errors import UnknownName
from escalation.events import Need
from escalation.oncall import Absence, RotaOverride
from escalation.ports import Ask, Named, Unavailable
from escalation.terms import Priority, Role
from stores.desk import Desk
from stores.live_rotas import LiveRotas
from stores.people import People
from tests.stores.desks import NIGHT, NOON, policy

_keys = count()


class Office:
    """A desk that is asked for a receiver for one new ticket after another."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.desk, self.rotas = engine, Desk(engine), LiveRotas(engine)
        self.desk.seed(policy())

    def ask(self, need: Need, at: datetime = NOON, ticket: str | None = None) -> Named:
        n = next(_keys)
        return self.desk.name(Ask(key=f"k{n}", ticket_id=ticket or f"t{n}", need=need, at=at))

    def away(self, *people: str) -> None:
        for person in people:
            self.rotas.be_away(Absence(person=person, start=NIGHT, end=NOON + timedelta(days=30)), person)


@pytest.fixture
def office(engine: Engine) -> Office:
    return Office(engine)


def _who(named: Named) -> tuple[str, str]:
    return named.person, named.via


VPN = Need(tier=2, skill="firewall")
MAIL = Need(tier=1, skill="m365")


def test_a_person_asked_for_is_named_even_without_the_skill(office: Office) -> None:
    assert _who(office.ask(Need(tier=2, skill="firewall", person="elena"))) == ("elena", "named")


def test_a_person_asked_for_who_is_absent_is_not_named(office: Office) -> None:
    office.away("elena")
    assert _who(office.ask(Need(tier=2, skill="firewall", person="elena"))) == ("marek", "on_shift")


def test_a_person_who_takes_a_ticket_has_it_absent_or_not(office: Office) -> None:
    office.away("elena")
    taken = Need(tier=2, person="elena", in_person=True, exclude=("marek",))
    assert _who(office.ask(taken)) == ("elena", "named")


def test_a_person_whom_the_desk_does_not_know_is_refused_and_nothing_changes(office: Office) -> None:
    office.ask(VPN, ticket="t")
    with pytest.raises(UnknownName) as refused:
        office.ask(Need(tier=2, person="nobody"), ticket="t")
    assert refused.value.details == {"field": "person", "value": "nobody"}
    assert _open(office) == {"marek": 1}


def test_an_emergency_goes_to_whoever_is_on_call_whatever_their_load(office: Office) -> None:
    emergency = Need(tier=3, skill="security", on_call=True, priority=Priority.P1)
    assert [_who(office.ask(emergency, NIGHT)) for _ in range(5)] == [("sofia", "on_call")] * 5


def test_the_skilled_person_on_shift_is_named(office: Office) -> None:
    assert _who(office.ask(VPN)) == ("marek", "on_shift")


def test_the_least_loaded_is_named_then_the_one_who_waited_longest(office: Office) -> None:
    assert [office.ask(MAIL, NOON + timedelta(minutes=n)).person for n in range(4)] == [
        "priya", "tomas", "priya", "tomas",
    ]  # fmt: skip


def test_load_is_measured_against_capacity(office: Office) -> None:
    office.desk.seed(policy(people={"tomas": {"capacity": 30}}))
    assert [office.ask(MAIL).person for _ in range(4)] == ["priya", "tomas", "tomas", "tomas"]


def test_the_preferred_person_comes_first_if_they_fit(office: Office) -> None:
    prefer = MAIL.model_copy(update={"prefer": "tomas"})
    assert [office.ask(prefer).person for _ in range(4)] == ["tomas", "tomas", "tomas", "priya"]


def test_nobody_who_is_excluded_is_named(office: Office) -> None:
    assert office.ask(MAIL.model_copy(update={"exclude": ("priya",)})).person == "tomas"


@pytest.mark.parametrize("priority", [Priority.P1, Priority.P2])
def test_at_night_an_urgent_ticket_goes_to_whoever_is_on_call(office: Office, priority: Priority) -> None:
    # On Monday 18:00 the daily rota has handed over; NIGHT is before the next handover.
    named = office.ask(MAIL.model_copy(update={"priority": priority}), NIGHT)
    assert named.via == "on_call"
    assert named.person in {"elena", "marek"}
    following = office.ask(MAIL.model_copy(update={"priority": priority}), NIGHT + timedelta(days=1))
    assert {named.person, following.person} == {"elena", "marek"}


def test_at_night_an_ordinary_ticket_waits_for_a_skilled_person_of_the_tier(office: Office) -> None:
    assert _who(office.ask(VPN, NIGHT)) == ("marek", "off_shift")


def test_on_a_holiday_nobody_is_on_shift(office: Office) -> None:
    assert _who(office.ask(VPN, datetime(2026, 6, 4, 10, tzinfo=UTC))) == ("marek", "off_shift")


def test_without_the_skill_somebody_of_the_tier_with_room_is_named(office: Office) -> None:
    office.away("marek")
    assert _who(office.ask(VPN)) == ("elena", "without_skill")


def test_a_full_tier_falls_to_its_lead(office: Office) -> None:
    named = [_who(office.ask(VPN)) for _ in range(7)]
    assert named == [("marek", "on_shift")] * 3 + [("elena", "without_skill")] * 3 + [("ruth", "lead")]


def test_without_a_lead_the_service_manager_on_call_is_named(office: Office) -> None:
    office.away("marek", "elena", "ruth")
    assert _who(office.ask(VPN)) == ("grace", "manager")


def test_when_everybody_is_excluded_or_away_the_policys_fallback_is_named(office: Office) -> None:
    office.away("marek", "elena", "ruth", "grace")
    assert _who(office.ask(VPN)) == ("elena", "fallback")
    everybody = tuple(policy().people)
    assert _who(office.ask(VPN.model_copy(update={"exclude": everybody}))) == ("elena", "fallback")


def test_an_absence_ends_by_itself(office: Office) -> None:
    office.rotas.be_away(Absence(person="marek", start=NOON, end=NOON + timedelta(hours=1)), "marek")
    assert office.ask(VPN).person == "elena"
    assert office.ask(VPN, NOON + timedelta(hours=1)).person == "marek"


def test_somebody_who_is_back_is_named_again(office: Office) -> None:
    office.away("marek")
    office.rotas.be_back("marek", NOON)
    assert office.ask(VPN).person == "marek"


@pytest.mark.parametrize(
    ("day", "hour", "via"),
    [
        ("2026-03-27", 7, "on_shift"),  # winter: Warsaw is one hour ahead
        ("2026-03-27", 6, "off_shift"),
        ("2026-03-30", 6, "on_shift"),  # summer: two hours
        ("2026-03-30", 15, "off_shift"),
        ("2026-10-26", 6, "off_shift"),  # winter again
        ("2026-10-26", 15, "on_shift"),
    ],
)
def test_shifts_follow_the_wall_clock_through_daylight_saving(office: Office, day: str, hour: int, via: str) -> None:
    assert office.ask(VPN, datetime.fromisoformat(f"{day}T{hour:02}:30:00Z")).via == via


def test_a_dispatcher_on_shift_takes_what_has_to_be_triaged(office: Office) -> None:
    need = Need(role=Role.DISPATCHER)
    assert _who(office.ask(need)) == ("dana", "on_shift")
    assert _who(office.ask(need, NIGHT)) == ("dana", "off_shift")
    office.away("dana")
    assert _who(office.ask(need)) == ("ruth", "lead")


def test_the_lead_of_the_tier_is_named_for_a_lead(office: Office) -> None:
    assert _who(office.ask(Need(role=Role.TEAM_LEAD, tier=2))) == ("ruth", "lead")
    assert _who(office.ask(Need(role=Role.TEAM_LEAD, tier=3))) == ("grace", "manager")


def test_naming_a_coordinator_leaves_the_owner_alone(office: Office) -> None:
    office.ask(VPN, ticket="t")
    for role in (Role.SERVICE_MANAGER, Role.TEAM_LEAD):
        office.ask(Need(role=role, tier=2), ticket="t")
    assert _open(office) == {"marek": 1}


def test_a_service_manager_is_the_one_on_call_and_in_the_end_the_fallback(office: Office) -> None:
    assert _who(office.ask(Need(role=Role.SERVICE_MANAGER))) == ("grace", "manager")
    office.away("grace")
    assert _who(office.ask(Need(role=Role.SERVICE_MANAGER))) == ("grace", "fallback")


def test_an_override_replaces_whoever_is_on_call_to_the_second(office: Office) -> None:
    start, end = NIGHT, NIGHT + timedelta(hours=1)
    office.rotas.override(RotaOverride(rota="seniors", who="marek", start=start, end=end), "grace")
    emergency = Need(tier=3, on_call=True, priority=Priority.P1)
    second = timedelta(seconds=1)
    moments = (start - second, start, end - second, end)
    assert [office.ask(emergency, at).person for at in moments] == ["sofia", "marek", "marek", "sofia"]


def test_handing_on_frees_the_former_owner(office: Office) -> None:
    office.ask(MAIL, ticket="t")
    office.ask(VPN, ticket="t")
    assert _open(office) == {"marek": 1}


def test_asking_again_after_handing_on_does_not_bring_the_former_owner_back(office: Office) -> None:
    first = Ask(key="one", ticket_id="t", need=MAIL, at=NOON)
    former = office.desk.name(first)
    office.ask(VPN, ticket="t")
    assert office.desk.name(first) == former
    assert _open(office) == {"marek": 1}


def test_a_desk_without_a_policy_says_so(engine: Engine) -> None:
    with pytest.raises(Unavailable, match="publish a policy"):
        Desk(engine).name(Ask(key="k", ticket_id="t", need=MAIL, at=NOON))


def test_a_new_policy_counts_from_the_next_ticket_on(office: Office) -> None:
    assert office.ask(VPN).person == "marek"
    document: dict[str, Any] = {"elena": {"skills": ["firewall"]}, "marek": {"skills": []}}
    Desk(office.engine).seed(policy(version="v2", people=document))
    assert office.ask(VPN).person == "elena"


def _open(office: Office) -> dict[str, int]:
    return {person.id: person.open for person in People(office.engine).people(NOON) if person.open}
