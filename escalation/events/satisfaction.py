"""What the customer thinks of the service, and what the desk says to that."""

from typing import Literal

from escalation.events.fact import Fact


class ServiceRated(Fact):
    """The customer rated the service, from 1 to 5; `low`: the service manager has to look into it."""

    kind: Literal["service_rated"] = "service_rated"
    score: int
    comment: str = ""
    channel: str = ""
    low: bool = False

    @property
    def reason(self) -> str:
        """In words, for whoever is told."""
        said = f": {self.comment}" if self.comment else ""
        return f"the customer rated the service {self.score} of 5{said}"


class RatingAnswered(Fact):
    """The service manager looked into a low score."""

    kind: Literal["rating_answered"] = "rating_answered"
    text: str
