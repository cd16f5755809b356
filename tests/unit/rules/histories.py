"""Random lives of tickets: what people, tools and time might do, sensibly or not."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from escalation.commands import AnyCommand
from escalation.deadlines import Deadline, next_deadline
from escalation.desk import decide
from escalation.errors import Refusal
from escalation.events import Event
from escalation.guide import Guide
from escalation.policy import PagingLadder, PagingStep, Slice
from escalation.ticket import Ticket
from tests.unit.rules.asked import EPISODES, INTAKES, OWNER, PAUSES
from tests.unit.rules.story import MONDAY, POLICY, Story, policy_of

_MONDAY = st.just(MONDAY)
MANY = 200  # judgements after which deadlines must have come to rest
# Where one step is all of the ladder, a few judgements climb it to its end.
ONLY = PagingStep(rota="owner", wait=timedelta(minutes=5))
ONE_STEP = {"short": PagingLadder(when=("emergency", "P1"), steps=(ONLY,), loops=1)}
SLICES = (
    policy_of(),
    policy_of("northside-clinic").model_copy(update={"paging": ONE_STEP}),
    policy_of("volta-mfg", always_open=False),
)
GUIDES = {
    sop: Guide(sop=sop, revision=1, steps=("1", "2"), mandatory={"1": 1})
    for sop in {category.sop for category in POLICY.categories.values()}
    if sop
}


@dataclass
class History:
    """A life as it went: its story, what was refused, what fell due."""

    story: Story
    refused: list[Refusal] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    fired: list[tuple[Deadline, list[Event]]] = field(default_factory=list)

    def play(self, command: AnyCommand) -> None:
        """Play one command; a Refusal is noted, anything else escapes."""
        if command.by == OWNER:
            command = command.model_copy(update={"by": self.story.owner})
        try:
            self.story.do(command)
        except Refusal as refusal:
            self.refused.append(refusal)
        self.tickets.append(self.story.ticket)

    def rest(self) -> None:
        """Judge what is due until nothing is."""
        for _ in range(MANY):
            coming = next_deadline(self.story.ticket)
            if coming is None or coming.at > self.story.now:
                return
            self.fired.append((coming, self.story.judge_one()))
            self.tickets.append(self.story.ticket)
        raise AssertionError(f"deadlines do not come to rest: {coming} at {self.story.now}")


@st.composite
def histories(draw: st.DrawFn, length: int = 14, began: SearchStrategy[datetime] = _MONDAY) -> History:
    """A ticket taken in and lived through, with deadlines judged in time or late."""
    policy: Slice = draw(st.sampled_from(SLICES))
    story = Story(policy, now=draw(began), guides=draw(st.sampled_from([{}, GUIDES])))
    story.alike = draw(st.sampled_from([(), (), ("T-8", "T-9")]))
    history = History(story.open(**draw(INTAKES)))
    history.tickets.append(history.story.ticket)
    for episode in draw(st.lists(EPISODES, min_size=length // 2, max_size=length)):
        for command in episode:
            history.play(command)
        history.story.sleep(seconds=draw(PAUSES).total_seconds())
        if draw(st.booleans()):
            history.rest()
    history.rest()
    return history


def still_the_same(ticket: Ticket, command: AnyCommand, story: Story) -> bool:
    """Whether judging twice gives one answer and changes nothing that was handed in."""
    before = ticket.model_dump_json(), command.model_dump_json(), story.policy.model_dump_json()
    answers = []
    for _ in range(2):
        try:
            answers.append([e.model_dump_json() for e in decide(ticket, command, story.policy, story.now)])
        except Refusal as refusal:
            answers.append([refusal.code, str(refusal), str(refusal.details)])
    return answers[0] == answers[1] and before == (
        ticket.model_dump_json(), command.model_dump_json(), story.policy.model_dump_json()
    )  # fmt: skip
