"""Problems: faults that keep coming back, each with the tickets that it made."""

from fastapi import APIRouter

from api.callers import Caller, Handed
from api.faults import NotFound
from api.problems import responses
from api.words import WordInPath
from escalation.ports import ProblemRecord
from escalation.terms import Facts

router = APIRouter(prefix="/problems", tags=["problems"])


class ProblemRecords(Facts):
    """Every problem, the one with the latest ticket first."""

    problems: tuple[ProblemRecord, ...]


@router.get("", responses=responses())
def find(services: Handed, token: Caller) -> ProblemRecords:
    """Every problem of the clients that the token is for."""
    return ProblemRecords(problems=tuple(services.record.problems(token.clients)))


@router.get("/{problem}", responses=responses("not_found"))
def one(problem: WordInPath, services: Handed, token: Caller) -> ProblemRecord:
    """One problem, with all the tickets that are linked to it."""
    found = next((each for each in services.record.problems(token.clients) if each.id == problem), None)
    if found is None:
        raise NotFound("There is no such problem.")
    return found
