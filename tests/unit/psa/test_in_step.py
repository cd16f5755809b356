"""Both sides of one record: what changes on either is on the other, refusals are said, and then it is quiet."""

import pytest

from escalation.commands import AnyCommand, Comment, ContactMade, Hold, Resolve, Resume, Triage, UpdateFields
from escalation.lifecycle import Stage
from escalation.psa.link import mark
from escalation.psa.mapping import PsaMap, Rule
from escalation.psa.record import PsaAway
from escalation.terms import Role
from tests.psa_world import AUTHORS, OURS, World, rules
from tests.unit.rules.story import FACTS

FIXED = {"code": "fixed", "cause": "a policy", "resolution": "The group was corrected"}


async def taken_in(world: World, **said: object) -> str:
    """A record of ours, triaged and owned, both sides in step."""
    record = world.there.opens(**said)  # type: ignore[arg-type]
    await world.settle(record)
    await ask(world, record, Triage(category="identity.password_reset", impact=3, urgency=2, facts=FACTS), "dana")
    await world.settle(record)
    return record


async def ask(world: World, record: str, command: AnyCommand, by: str = "") -> None:
    ticket = world.ticket(record)
    role = Role.DISPATCHER if by == "dana" else Role.TECHNICIAN
    stamped = command.model_copy(update={"by": by or ticket.owner, "role": role, "request_id": f"ours/{ticket.seq}"})
    await world.api.tickets.command(ticket.id, stamped, stamped.request_id)


@pytest.fixture
def world() -> World:
    return World.of()


async def test_r105_a_record_there_is_a_ticket_here_with_its_client_contact_and_words(world: World) -> None:
    record = world.there.opens("Till down", description="since noon", priority="2")
    await world.settle(record)
    ticket = world.ticket(record)
    assert (ticket.client, ticket.subject, ticket.description) == ("acme-dental", "Till down", "since noon")
    assert (ticket.contact.email, ticket.source) == ("bob@acme-dental.example", "psa/helpdesk")
    assert ticket.external_id == "helpdesk/1"
    assert world.book.kinds(record) == ["taken_in"]


async def test_r105_a_record_of_nobody_we_know_is_not_taken_in_and_that_is_said(world: World) -> None:
    record = world.there.opens(queue="99", requester_email="x@elsewhere.example")
    await world.settle(record)
    assert world.book.links[record].ticket_id is None
    assert world.book.kinds(record) == ["not_taken_in"]
    await world.settle(record)
    assert len(world.book.lines) == 1
    world.there.sets(record, queue="1")
    await world.settle(record)
    assert world.ticket(record).client == "acme-dental"


async def test_r105_every_move_here_shows_there_once_and_in_its_words(world: World) -> None:
    record = await taken_in(world)
    world.passes(minutes=5)
    await ask(world, record, Comment(text="looked at the {{log}}"))
    await ask(world, record, Hold(reason="waiting_parts", evidence={"eta": "Tuesday"}))
    await world.settle(record)
    there = world.there.records[record]
    assert (there.status, there.assignee) == ("on_hold", AUTHORS[world.ticket(record).owner])
    words = [said.text for said in there.comments]
    assert sum("looked at the {{log}}" in text for text in words) == 1
    assert sum("Tuesday" in text for text in words) == 1
    await ask(world, record, Resume())
    await ask(world, record, Resolve(**FIXED))
    await world.settle(record)
    there = world.there.records[record]
    assert (there.status, there.resolution) == ("resolved", FIXED["resolution"])
    assert there.comments[-1].public


async def test_r105_what_is_said_there_is_the_customers_word_ours_to_them_or_a_note(world: World) -> None:
    record = await taken_in(world)
    owner = world.ticket(record).owner
    world.there.says(record, "It smells burnt", None, public=True)
    world.there.says(record, "Leave it off, please", AUTHORS[owner], public=True)
    world.there.says(record, "The fuser, I think", AUTHORS[owner])
    before = len(world.there.writes)
    await world.settle(record)
    story = [(e.event.kind, e.event.by) for e in world.api.tickets.stories[world.ticket(record).id][-3:]]
    assert story == [("contacted", "psa/helpdesk"), ("contacted", owner), ("commented", owner)]
    assert len(world.there.writes) == before


@pytest.mark.parametrize(("status", "stage"), [("resolved", Stage.RESOLVED), ("on_hold", Stage.TIER_1)])
async def test_r105_a_status_there_is_the_move_that_the_map_says_in_its_authors_name(
    world: World, status: str, stage: Stage
) -> None:
    record = await taken_in(world)
    owner = world.ticket(record).owner
    world.there.says(record, "The fuser was exchanged", AUTHORS[owner], public=True, status=status)
    before = len(world.there.writes)
    await world.settle(record)
    ticket = world.ticket(record)
    assert ticket.stage is stage
    assert bool(ticket.hold) is (status == "on_hold")
    assert world.api.tickets.stories[ticket.id][-1].event.by == owner
    assert len(world.there.writes) == before  # what was done there is known there


async def test_r105_a_refused_move_is_set_back_with_a_private_word_and_asked_once(world: World) -> None:
    record = await taken_in(world)
    owner = world.ticket(record).owner
    world.there.says(record, "", AUTHORS[owner], status="resolved")
    assert await world.sync(record) == 2
    there = world.there.records[record]
    assert there.status == "open"
    assert not there.comments[-1].public
    assert "needs resolution" in there.comments[-1].text
    assert "set back to 'open'" in there.comments[-1].text
    assert await world.sync(record) == 0
    assert world.book.kinds(record) == ["taken_in", "refused"]
    world.there.says(record, "Now with words: the cable was loose", AUTHORS[owner], status="resolved")
    await world.settle(record)
    assert world.ticket(record).stage is Stage.RESOLVED


async def test_r105_somebody_who_is_not_the_owner_moves_nothing_there_either(world: World) -> None:
    record = await taken_in(world)
    other = next(name for name in ("tomas", "priya") if name != world.ticket(record).owner)
    world.there.says(record, "done, I think", AUTHORS[other], status="resolved")
    await world.settle(record)
    assert world.ticket(record).stage is Stage.TIER_1
    assert world.there.records[record].status == "open"
    assert "only the owner can" in world.there.records[record].comments[-1].text


async def test_r105_a_map_may_let_anybody_of_the_desk_there_speak_for_the_owner() -> None:
    world = World.of(rules(acts="owner"))
    record = await taken_in(world)
    other = next(name for name in ("tomas", "priya") if name != world.ticket(record).owner)
    world.there.says(record, "done, I think", AUTHORS[other], status="resolved")
    await world.settle(record)
    assert world.ticket(record).stage is Stage.RESOLVED


async def test_r105_a_customer_who_reopens_there_reopens_here(world: World) -> None:
    record = await taken_in(world)
    await ask(world, record, Resolve(**FIXED))
    await world.settle(record)
    world.passes(minutes=10)
    world.there.says(record, "It is broken again", None, public=True, status="reopened")
    await world.settle(record)
    assert world.ticket(record).stage is Stage.TIER_1
    assert world.there.records[record].status == "reopened"  # as good as open, so it is left


def _with(field: str, **rule: object) -> PsaMap:
    return rules(fields=rules().fields | {field: Rule.model_validate(rule)})


@pytest.mark.parametrize(("wins", "title"), [("ours", "Ours"), ("theirs", "Theirs"), ("latest", "Ours")])
async def test_r105_where_both_changed_a_field_the_map_says_who_wins_and_the_conflict_is_on_record(
    wins: str, title: str
) -> None:
    world = World.of(_with("title", wins=wins))
    record = await taken_in(world)
    world.there.sets(record, title="Theirs")
    world.passes(minutes=1)
    await ask(world, record, UpdateFields(subject="Ours"))
    await world.settle(record)
    assert (world.ticket(record).subject, world.there.records[record].title) == (title, title)
    assert "conflict" in world.book.kinds(record)


async def test_r105_a_field_that_is_not_taken_is_set_back_and_one_that_is_not_shown_is_left() -> None:
    world = World.of(_with("title", take=False, wins="ours"))
    record = await taken_in(world)
    world.there.sets(record, title="Theirs", description="more words")
    await world.settle(record)
    assert world.there.records[record].title == "Cannot sign in"
    assert "set_back" in world.book.kinds(record)
    assert world.ticket(record).description == "more words"


@pytest.mark.parametrize("how", ["before", "after"])
async def test_r105_a_write_of_which_nobody_hears_is_neither_lost_nor_said_twice(world: World, how: str) -> None:
    record = await taken_in(world)
    await ask(world, record, Comment(text="ordered a new one"))
    await ask(world, record, Hold(reason="waiting_parts", evidence={"eta": "Tuesday"}))
    for _ in range(3):
        world.there.fails = [how]
        with pytest.raises(PsaAway):
            await world.sync(record)
    await world.settle(record)
    words = [said.text for said in world.there.records[record].comments]
    assert sum("ordered a new one" in text for text in words) == 1
    assert sum("Tuesday" in text for text in words) == 1
    assert world.there.records[record].status == "on_hold"
    assert world.ticket(record).hold is not None  # and our own hold did not come back as theirs


async def test_r105_a_move_of_ours_after_a_lost_answer_is_not_undone_by_its_echo(world: World) -> None:
    record = await taken_in(world)
    await ask(world, record, Hold(reason="waiting_parts", evidence={"eta": "Tuesday"}))
    world.there.fails = ["", "after"]  # the comment goes well, the status is written, and nobody hears of it
    with pytest.raises(PsaAway):
        await world.sync(record)
    assert world.there.records[record].status == "on_hold"
    await ask(world, record, Resume())
    await world.settle(record)
    assert world.ticket(record).hold is None
    assert world.there.records[record].status == "open"
    assert "refused" not in world.book.kinds(record)


async def test_r105_what_their_system_will_not_take_is_on_record_and_not_tried_for_ever(world: World) -> None:
    record = await taken_in(world)
    await ask(world, record, UpdateFields(subject="Another title"))
    world.there.fails = ["refused"]
    await world.sync(record)
    assert "refused_there" in world.book.kinds(record)
    assert await world.sync(record) == 0
    await ask(world, record, UpdateFields(subject="A third one"))
    await world.settle(record)
    assert world.there.records[record].title == "A third one"


async def test_r105_a_comment_that_quotes_ours_is_still_theirs(world: World) -> None:
    record = await taken_in(world)
    await ask(world, record, Comment(text="ordered a new one"))
    await world.settle(record)
    (ours,) = [said for said in world.there.records[record].comments if said.author == OURS and "ordered" in said.text]
    assert mark(world.ticket(record).id, str(world.ticket(record).seq)) in ours.text
    world.there.says(record, f"> {ours.text}\n\nthank you", None, public=True)
    await world.settle(record)
    assert world.ticket(record).inbound_contacts == 1


async def test_r105_a_record_that_is_gone_leaves_the_ticket_to_us(world: World) -> None:
    record = await taken_in(world)
    del world.there.records[record]
    await world.sync(record)
    await world.sync(record)
    assert world.book.kinds(record) == ["taken_in", "gone"]
    assert world.ticket(record).stage is Stage.TIER_1


async def test_r105_our_word_to_the_customer_is_public_and_our_notes_are_not(world: World) -> None:
    record = await taken_in(world)
    await ask(world, record, ContactMade(direction="outbound", channel="phone", text="We are on it"))
    await ask(world, record, Comment(text="they are upset"))
    await world.settle(record)
    said = {each.text.partition("\n")[0]: each.public for each in world.there.records[record].comments}
    assert said["We are on it"]
    owner = world.api.policy.people[world.ticket(record).owner].name
    assert not said[f"{owner}: they are upset"]
