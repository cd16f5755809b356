"""Whatever happens on both sides, and however calls between them fail: they come into step, and then it is quiet."""

from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from escalation.commands import AnyCommand, Comment, ContactMade, Hold, Resolve, Resume, UpdateFields
from escalation.errors import Refusal
from escalation.psa.merging import verdicts
from escalation.psa.record import PsaAway
from escalation.psa.showing import shown
from escalation.terms import Role
from tests.psa_world import AUTHORS, World, rules, run
from tests.unit.psa.test_in_step import taken_in

STATUSES = ("open", "reopened", "on_hold", "resolved", "closed", "duplicate", "odd")
WORDS = ("", "the cable was loose", "n/a", "{{ still }} {%")
OURS: dict[str, AnyCommand] = {
    "hold": Hold(reason="waiting_parts", evidence={"eta": "Tuesday"}),
    "resume": Resume(),
    "resolve": Resolve(code="fixed", cause="a cable", resolution="Put back in"),
    "note": Comment(text="looked at it"),
    "word": ContactMade(direction="outbound", channel="phone", text="We are on it"),
    "title": UpdateFields(subject="Another title"),
    "severe": UpdateFields(impact=1, urgency=1),
}

who = st.sampled_from(["owner", "other", "requester", "stranger"])
theirs = st.one_of(
    st.tuples(st.just("says"), who, st.sampled_from(WORDS), st.sampled_from([None, *STATUSES])),
    st.tuples(st.just("title"), st.sampled_from(["Theirs", "Theirs too"])),
    st.tuples(st.just("priority"), st.sampled_from(["1", "2", "5", "9"])),
    st.tuples(st.just("assignee"), st.sampled_from(["", AUTHORS["tomas"], AUTHORS["marek"], "404"])),
    st.tuples(st.just("queue"), st.sampled_from(["1", "2"])),
)
ours = st.tuples(st.just("ours"), st.sampled_from(sorted(OURS)))
sync = st.tuples(st.just("sync"), st.lists(st.sampled_from(["", "before", "after", "refused"]), max_size=4))
steps = st.lists(st.one_of(theirs, ours, sync), max_size=8)
wins = st.sampled_from(["ours", "theirs", "latest"])


@dataclass
class Play:
    """One story of both sides."""

    world: World
    record: str = ""
    moves: int = field(default=0)

    async def step(self, step: tuple[object, ...]) -> None:
        """One thing that happens."""
        self.world.passes(minutes=1)
        match step:
            case ("sync", [*fails]):
                self.world.there.fails = [str(each) for each in fails]
                await self._sync()
                self.world.there.fails = []
            case ("ours", str(name)):
                self.moves += 1
                await self._ask(OURS[name])
            case ("says", str(author), str(text), status):
                self.moves += 1
                self.world.there.says(self.record, text, self._author(author), status=status)  # type: ignore[arg-type]
            case (str(name), str(value)):
                self.moves += 1
                self.world.there.sets(self.record, **{name: value})
            case _:
                raise AssertionError(step)

    async def _sync(self) -> None:
        try:
            await self.world.sync(self.record)
        except PsaAway:
            return

    async def _ask(self, command: AnyCommand) -> None:
        ticket = self.world.ticket(self.record)
        stamped = {"by": ticket.owner, "role": Role.TECHNICIAN, "request_id": f"played/{self.moves}"}
        try:
            await self.world.api.tickets.command(ticket.id, command.model_copy(update=stamped), f"played/{self.moves}")
        except Refusal:
            return

    def _author(self, who: str) -> str | None:
        owner = self.world.ticket(self.record).owner
        other = next(name for name in ("tomas", "priya") if name != owner)
        return {"owner": AUTHORS[owner], "other": AUTHORS[other], "requester": None, "stranger": "404"}[who]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(story=steps, status=wins, title=wins)
def test_r105_any_interleaving_of_both_sides_converges_and_then_stays_silent(
    story: list[tuple[object, ...]], status: str, title: str
) -> None:
    async def play() -> None:
        found = rules()
        changed = {
            "status": found.rule("status").model_copy(update={"wins": status}),
            "title": found.rule("title").model_copy(update={"wins": title}),
        }
        one = Play(World.of(rules(fields=found.fields | changed)))
        one.record = await taken_in(one.world)
        before = len(one.world.there.writes)
        for step in story:
            await one.step(step)
        await one.world.settle(one.record)
        _in_step(one)
        written = len(one.world.there.writes) - before
        # A move is told once, refused or shown once, and a title or status is written back once; a try may be lost.
        assert written <= 5 * (one.moves + len(story)) + 2, one.world.there.writes
        asked = len(one.world.api.tickets.asked)
        one.world.passes(hours=1)
        assert [await one.world.sync(one.record) for _ in range(3)] == [0, 0, 0]
        assert len(one.world.api.tickets.asked) == asked

    run(play())


def _in_step(one: Play) -> None:
    """Every field that is shown says what the ticket is, or what their system would not take instead."""
    world, link = one.world, one.world.book.links[one.record]
    record, ticket = world.there.records[one.record], world.ticket(one.record)
    for each in verdicts(record, link, shown(ticket, world.book.map), world.book.map, None):
        assert each.step in ("agreed", "leave"), each
        assert each.step == "agreed" or each.ours is None or link.stuck.get(each.field) == each.ours, each
    ours = [said.text.rpartition("[")[2] for said in record.comments if said.id in link.mine.values()]
    assert len(set(ours)) == len(ours)
