"""What is true of every ticket whatever broke meanwhile; it counts the promises itself, without the product's rules."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from escalation.events import Contacted, Entry, Escalated, Handoff, MarkPassed, NoteOverdue, Transferred
from escalation.ticket import fold
from escalation.view import TicketView, view
from tests.e2e.hasty import ACCEPT, AUTO, RESOLUTION, RESPONSE, SHARES

PRIMARY = {  # the event that a command's acknowledgement promises
    "open": "opened",
    "accept": "accepted",
    "log_attempt": "attempt_logged",
    "escalate": "escalated",
    "contact": "contacted",
    "comment": "commented",
}
Mark = tuple[str, int, str]  # clock, generation, mark
Story = Sequence[Entry]  # a ticket's whole journal


@dataclass(frozen=True)
class Asked:
    """A command and how it was answered: `refused_as` is the code of its refusal."""

    ticket: str
    command: str
    request_id: str
    refused_as: str = ""


def broken(seen: TicketView, story: Story) -> list[str]:
    """Gaps in the journal, and a view that the journal does not tell."""
    found = []
    if [entry.seq for entry in story] != list(range(1, len(story) + 1)):
        found.append(f"{seen.id}: the journal has gaps")
    if view(fold([entry.event for entry in story])) != seen:
        found.append(f"{seen.id}: the journal tells another ticket than the view")
    return found


def misheard(story: Story, asked: Iterable[Asked]) -> list[str]:
    """Acknowledged commands that did not happen exactly once, and refused ones that happened."""
    happened = Counter[tuple[str, str]]((entry.request_id, entry.event.kind) for entry in story)
    known, kinds = {entry.request_id for entry in story}, {entry.event.kind for entry in story}
    found = []
    for each in asked:
        times = happened[each.request_id, PRIMARY[each.command]]
        if each.refused_as and each.request_id in known:
            found.append(f"{each.request_id} was refused ({each.refused_as}) and happened")
        if each.command == "accept" and not times and "accepted" in kinds:
            continue  # two clients accepted in one person's name: the second changes nothing
        if not each.refused_as and times != 1:
            found.append(f"{each.request_id} was acknowledged and happened {times} times")
    return found


def fired(story: Story) -> Iterator[tuple[Mark, datetime, datetime]]:
    """Every deadline that was met: which, when it was due, and when it was met."""
    for entry in story:
        match entry.event:
            case MarkPassed() as passed:
                yield (passed.clock, passed.generation, passed.mark), passed.due_at, passed.at
            case NoteOverdue() as note:
                yield ("note", 0, note.due_at.isoformat()), note.due_at, note.at
            case _:
                continue


def doubled(story: Story) -> list[str]:
    """Deadlines that were met more than once."""
    return [
        f"{story[0].ticket_id}: {mark} {n} times" for mark, n in Counter(m for m, _, _ in fired(story)).items() if n > 1
    ]


def lost(story: Story, until: datetime) -> list[str]:
    """Deadlines that came before `until` and were not met."""
    met = {mark for mark, _, _ in fired(story)}
    return [f"{story[0].ticket_id}: {mark} of {due}" for mark, due in came_due(story, until).items() if mark not in met]


def unfounded(story: Story) -> list[str]:
    """Deadlines met that never were, or not then, or too early."""
    promised = came_due(story, max(entry.event.at for entry in story))
    return [
        f"{story[0].ticket_id}: {mark} due {due}, met {at}, promised for {promised.get(mark)}"
        for mark, due, at in fired(story)
        if promised.get(mark) != due or at < due
    ]


@dataclass
class _Clock:
    generation: int = 0
    ahead: dict[str, datetime] = field(default_factory=dict)


class _Promises:
    """The clocks of one ticket under the hasty policy, run by hand."""

    def __init__(self) -> None:
        self._clocks = {name: _Clock() for name in ("first_response", "resolution", "accept", "note")}
        self.came: dict[Mark, datetime] = {}

    def at(self, moment: datetime) -> None:
        """Time has come to this moment."""
        for name, clock in self._clocks.items():
            for mark in [mark for mark, due in clock.ahead.items() if due <= moment]:
                generation = 0 if name == "note" else clock.generation  # a note is known by when it is owed
                self.came[name, generation, mark] = clock.ahead.pop(mark)

    def start(self, name: str, at: datetime, marks: dict[str, timedelta]) -> None:
        clock = self._clocks[name]
        clock.generation += 1
        clock.ahead = {mark: at + after for mark, after in marks.items()}

    def stop(self, *names: str) -> None:
        for name in names:
            self._clocks[name].ahead = {}

    def drop(self, name: str, mark: str) -> None:
        self._clocks[name].ahead.pop(mark, None)


def came_due(story: Story, until: datetime) -> dict[Mark, datetime]:
    """Every deadline that came before its clock ended, and before `until`."""
    promises = _Promises()
    for entry in story:
        if entry.event.at > until:
            break
        promises.at(entry.event.at)
        _told(promises, entry)
    promises.at(until)
    return promises.came


def _told(promises: _Promises, entry: Entry) -> None:
    event = entry.event
    if event.kind == "opened":
        promises.start("first_response", event.at, {str(share): RESPONSE * share / 100 for share in SHARES})
        promises.start("resolution", event.at, {str(s): RESOLUTION * s / 100 for s in SHARES} | {"auto": AUTO})
    elif event.kind == "accepted":
        promises.stop("accept")
    elif event.kind == "resolved":
        promises.stop("accept", "first_response", "resolution")
    elif isinstance(event, Contacted) and event.direction == "outbound":
        promises.stop("first_response")
    elif isinstance(event, Transferred) and event.why != "asked":
        return  # the next person has what was left of the same promise
    elif isinstance(event, Handoff):
        promises.start("accept", event.at, {str(100 * n): n * ACCEPT for n in (1, 2, 3)})
        if event.to_tier != 1:
            promises.drop("resolution", "auto")
        if isinstance(event, Escalated) and event.owed_at:
            promises.start("note", event.at, {event.owed_at.isoformat(): event.owed_at - event.at})
