"""Practising triage: made-up tickets, one's own answers, and beside them what the rules did."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from api import practice
from api.console.here import Here, Looking
from api.console.wrong import NO, status_of, wrong_of
from api.faults import InvalidRequest
from api.patience import patiently
from escalation.triage.exercise import FIELDS, Answer, Exercise

router = APIRouter(prefix="/triage/practice")

_LENGTHS = (1, 3, 5, 10)
_MOST_SEED = 2**63
_HEARD = 20  # exercises that are listed


@router.get("")
async def begin(here: Looking) -> Response:
    """A new exercise, and how one did in those before."""
    return await _entrance(here, {}, {})


@router.post("")
async def begun(
    here: Looking,
    seed: Annotated[str, Form(max_length=30)] = "",
    how_many: Annotated[str, Form(max_length=9)] = "3",
) -> Response:
    """Begin it; the same seed is the same exercise."""
    said = {"seed": seed, "how_many": how_many}
    try:
        sheet = await patiently(practice.begin, here.services, here.token, _seed(seed), _length(how_many))
    except NO as no:
        return await _entrance(here, said, wrong_of(no), status_of(no))
    return RedirectResponse(f"/console/triage/practice/{sheet.id}", 303)


@router.get("/{exercise_id}")
async def one(here: Looking, exercise_id: str) -> Response:
    """An exercise to be answered; or, once it was, the answers beside what the rules did."""
    return await _page(here, exercise_id, {}, {})


@router.post("/{exercise_id}")
async def answered(here: Looking, exercise_id: str, request: Request) -> Response:
    """Answer it, once."""
    said = {name: str(value) for name, value in (await request.form()).items()}
    sheet, _ = await patiently(practice.sheet, here.services, here.token, exercise_id)
    try:
        answers = {case.number: _answer(said, case.number) for case in sheet.cases}
        await patiently(practice.answer, here.services, here.token, exercise_id, answers)
    except NO as no:
        return await _page(here, exercise_id, said, wrong_of(no), status_of(no))
    return RedirectResponse(f"/console/triage/practice/{exercise_id}", 303)


async def _entrance(here: Here, said: dict[str, str], wrong: dict[str, str], status: int = 200) -> Response:
    done = await patiently(here.services.exercises.answered, here.viewer.person)
    latest = sorted(done, key=_when, reverse=True)[:_HEARD]
    return here.page("practice.html", status=status, said=said, wrong=wrong, lengths=_LENGTHS, done=latest)


async def _page(
    here: Here, exercise_id: str, said: dict[str, str], wrong: dict[str, str], status: int = 200
) -> Response:
    sheet, exercise = await patiently(practice.sheet, here.services, here.token, exercise_id)
    says = {each.id: each.says for each in sheet.choices.triggers}
    return here.page(
        "exercise.html",
        status=status,
        sheet=sheet,
        exercise=exercise,
        said=said,
        wrong=wrong,
        fields=FIELDS,
        says=says,
        triggers=[(name, f"{name}: {words}") for name, words in says.items()],
    )


def _answer(said: dict[str, str], number: int) -> Answer:
    """The answer to one case; a ValidationError whose places name the fields of the form."""
    given: dict[str, Any] = {name: said[f"{name}-{number}"] for name in FIELDS if said.get(f"{name}-{number}")}
    try:
        return Answer.model_validate(given)
    except ValidationError as fault:
        errors = [{"field": f"{each['loc'][0]}-{number}", "message": "Choose one."} for each in fault.errors()]
        raise InvalidRequest("Every question of every case needs an answer.", errors=errors) from None


def _seed(said: str) -> int | None:
    text = said.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text) < _MOST_SEED):
        message = "A seed is a number, or nothing for a new exercise."
        raise InvalidRequest(message, errors=[{"field": "seed", "message": message}])
    return int(text)


def _length(said: str) -> int:
    if said not in map(str, _LENGTHS):
        message = "Choose how many."
        raise InvalidRequest(message, errors=[{"field": "how_many", "message": message}])
    return int(said)


def _when(exercise: Exercise) -> str:
    return exercise.answered_at.isoformat() if exercise.answered_at else ""
