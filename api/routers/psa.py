"""Other systems that tickets are in step with: how far each is, hints of changes there, and looking again."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api import syncing
from api.callers import Caller, DeskWide, Handed, steers
from api.faults import Forbidden
from api.problems import responses
from api.syncing import ConnectionLine
from api.words import Word, WordInPath
from escalation.psa.ports import LogLine
from escalation.terms import Facts, Role

router = APIRouter(prefix="/psa", tags=["psa"])

_MOST = 100


def _written(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


RecordId = Annotated[Word, BeforeValidator(_written)]


class Connections(Facts):
    """Every connection, and how far it is."""

    connections: tuple[ConnectionLine, ...]


class LinkLog(Facts):
    """What was put on record of a connection, the latest first."""

    lines: tuple[LogLine, ...]


class Changed(BaseModel):
    """A record that changed there, as a webhook names it; whatever else it says is fetched."""

    id: RecordId


class Hinted(BaseModel):
    """Word of changes there: `record_ids`, or the `ticket` of django-helpdesk's webhooks."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"record_ids": ["17"]}, {"ticket": {"id": 17}}]})

    record_ids: tuple[RecordId, ...] = Field(default=(), max_length=_MOST)
    ticket: Changed | None = None


class Again(BaseModel):
    """Which records to look at again, or of which ticket; without either, everything."""

    model_config = ConfigDict(extra="forbid")

    record_ids: tuple[RecordId, ...] = Field(default=(), max_length=_MOST)
    ticket_id: Word | None = None


@router.get("", responses=responses("forbidden"))
async def connections(services: Handed, _: DeskWide) -> Connections:
    """Every connection: records run here, not run here, and behind; when it was last in step, and what is wrong."""
    return Connections(connections=tuple(await syncing.overview(services)))


@router.get("/{connection}/log", responses=responses("forbidden", "not_found"))
async def log(
    connection: WordInPath,
    services: Handed,
    _: DeskWide,
    ticket: Word | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> LinkLog:
    """Conflicts, refused moves, and records that were not taken in, the latest first."""
    return LinkLog(lines=tuple(await syncing.log(services, connection, limit, ticket)))


@router.post("/{connection}/hints", status_code=202, responses=responses("forbidden", "not_found", "body_too_large"))
async def hint(connection: WordInPath, said: Hinted, services: Handed, token: Caller) -> None:
    """Take word that records changed there; what they say now is fetched, so a hint can be late, doubled or wrong.

    For tools that set no header, the token may be the password of HTTP Basic, as in https://psa:TOKEN@desk.example/….
    """
    if token.role not in (Role.INTEGRATION, Role.SERVICE_MANAGER):
        raise Forbidden("An integration's token gives hints.", role=token.role.value)
    named = [*said.record_ids, *([said.ticket.id] if said.ticket else [])]
    if named:
        await syncing.look_again(services, connection, named)


@router.post("/{connection}/sync", status_code=202, responses=responses("forbidden", "not_found", "body_too_large"))
async def sync(connection: WordInPath, said: Again, services: Handed, token: DeskWide) -> None:
    """Look again at records, at a ticket's record, or at everything."""
    steers(token)
    if said.ticket_id is not None:
        await syncing.look_again_at_ticket(services, connection, said.ticket_id)
    if said.record_ids or said.ticket_id is None:
        await syncing.look_again(services, connection, said.record_ids)
