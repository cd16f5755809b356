"""What a ticket's workflow carries: through its whole run, and from one run to the next."""

from pydantic import AwareDatetime, BaseModel, ConfigDict

from escalation.commands import Open
from escalation.events import Entry
from escalation.messages import Message
from escalation.policy.packing import CarriedSlice
from escalation.ticket import Ticket

# Temporal takes two megabytes at once, and a ticket that asks for more stands still for good. A journal that is away
# for long leaves more than that unwritten, so it is offered a part at a time.
AT_ONCE = 128 * 1024  # bytes of entries in one errand
MOST_CARRIED = 1_500_000  # bytes in the start of a new run


class Case(BaseModel):
    """The start input: intake and policy slice; after continue-as-new, also everything that must not be lost."""

    model_config = ConfigDict(extra="ignore")

    ticket_id: str
    policy: CarriedSlice
    intake: Open | None = None
    fingerprint: str = ""
    ticket: Ticket | None = None
    seen: dict[str, str] = {}  # request ids already answered, and what each had asked
    unwritten: list[Entry] = []  # events that the journal does not have yet
    unsent: list[Message] = []
    attributes: dict[str, str | bool] = {}
    recent: list[str] = []  # the last lines of the timeline, for the card
    failures: int = 0  # of writing or sending, since the last success
    retry_at: AwareDatetime | None = None
    judge_at: AwareDatetime | None = None  # when deadlines are judged again, after the rules failed on one
    review_started: bool = False

    def offered(self) -> list[Entry]:
        """The first of what is unwritten: all of it, but for a ticket whose journal was away for long."""
        offered: list[Entry] = []
        size = 0
        for entry in self.unwritten:
            size += len(entry.model_dump_json().encode())
            if offered and size > AT_ONCE:
                break
            offered.append(entry)
        return offered

    @property
    def portable(self) -> bool:
        """Whether it fits into the start of a new run; what does not waits until the journal has taken some of it."""
        return len(self.model_dump_json().encode()) < MOST_CARRIED
