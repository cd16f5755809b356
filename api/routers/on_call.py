"""Who answers now, and who takes a rota over."""

from typing import Self

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, model_validator

from api.callers import DeskWide, Handed, steers
from api.problems import responses
from api.words import Moment, Word
from escalation.ports import OnCallNow

router = APIRouter(prefix="/on-call", tags=["on call"])


class OnCall(BaseModel):
    """Each rota at one moment; nobody outside its hours."""

    at: Moment
    rotas: tuple[OnCallNow, ...]


class Override(BaseModel):
    """Somebody takes a rota over from `start` up to, and not including, `end`."""

    model_config = ConfigDict(extra="forbid")

    rota: Word
    who: Word
    start: Moment
    end: Moment

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end <= self.start:
            raise ValueError("an override ends after it begins")
        return self


@router.get("", responses=responses("forbidden"))
def on_call(services: Handed, _: DeskWide, at: Moment | None = None) -> OnCall:
    """Who is on call for each rota, now or at another moment."""
    moment = at or services.now()
    return OnCall(at=moment, rotas=tuple(services.people.on_call(moment)))


@router.post("/overrides", status_code=201, responses=responses("forbidden", "unknown_name", "body_too_large"))
def override(override: Override, services: Handed, token: DeskWide) -> Override:
    """Put somebody in another's place for a while; a later override wins over an earlier one."""
    steers(token)
    services.people.override(override.rota, override.who, override.start, override.end)
    return override
