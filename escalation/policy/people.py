"""The people of the desk, the rotas, and who answers when nobody can be asked."""

from pydantic import Field

from escalation.messages import Address
from escalation.oncall import Absence, Board, Rota, RotaOverride
from escalation.policy.paging import PagingLadder
from escalation.quiet import QuietHours
from escalation.terms import Facts, Name, Tier


class Person(Facts):
    """Somebody of the desk: what they can do, when they work, how much they can hold, how to reach them.

    `slack` is the id of a member or channel, or the name of a webhook that the settings know; `teams` is such a name;
    `sms` and `voice` are numbers as +4930123456. In `quiet_hours`, by the clock of their calendar, information waits.
    """

    id: Name
    name: str
    role: Name
    tier: Tier | None = None
    skills: tuple[str, ...] = ()
    calendar: Name
    capacity: int = Field(default=8, ge=0)
    team_lead_of: tuple[Tier, ...] = ()
    email: str | None = None
    apprise: tuple[str, ...] = ()
    slack: str | None = None
    teams: str | None = None
    sms: str | None = None
    voice: str | None = None
    quiet_hours: QuietHours | None = None
    partner: str | None = None

    @property
    def address(self) -> Address:
        """Where they can be reached."""
        return Address.model_validate(self.model_dump(include=set(Address.model_fields)))


class OnCall(Facts):
    """The rotas, who replaces whom, who is away, and which rota answers for which tier.

    `require_verified`: nobody takes a duty over, by an override or a swap, to whom no way to be reached is proven.
    """

    rotas: dict[str, Rota]
    overrides: tuple[RotaOverride, ...] = ()
    absences: tuple[Absence, ...] = ()
    by_tier: dict[Tier, str]
    managers: str
    paging: dict[str, PagingLadder] = {}
    require_verified: bool = False

    def board(self) -> Board:
        """The rotas as the document has them, without what is changed by hand."""
        return Board.model_validate({name: getattr(self, name) for name in Board.model_fields})


class Fallback(Facts):
    """Who owns and who coordinates when the desk cannot be asked."""

    owner: dict[Tier, Name]
    manager: Name
