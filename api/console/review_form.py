"""The form that ends a review: what it says, as a decision; and what is refused, at the field that it is about."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from api.faults import InvalidRequest
from api.routers.reviews import ApproveBody
from escalation.errors import Refusal
from escalation.policy.amendments import AccessGrant, ScopeChange, TierChange
from escalation.review.decision import Change, DocumentChange
from escalation.review.incident import QUESTIONS, Review
from escalation.triggers import Condition

Said = Mapping[str, str]
Made = TypeVar("Made")
TIERS = (1, 2, 3)
_CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)
_UNANSWERED = "Needs an answer."
_NOTHING = "Choose what changes: the document, the criteria or the access. A review that changes nothing is waived."
_LACKS = {
    "changes": _NOTHING,
    "body": "Say what the document is to say.",
    "start_tier": "Choose the tier at which it starts.",
    "category": "Say what of the criteria changes.",
}


def approval(said: Said, review: Review) -> tuple[ApproveBody, list[str]]:
    """The decision that the form says, and which part of the form each change comes from; InvalidRequest at a field."""
    parts = list(_changes(said, review))
    answers = {key: said.get(key, "").strip() for key in QUESTIONS}
    changes = tuple(change for _, change in parts)
    try:
        return ApproveBody(answers=answers, changes=changes, comment=said.get("comment", "").strip()), [
            part for part, _ in parts
        ]
    except ValidationError as error:
        raise _at({_last(each["loc"]): str(each["msg"]) for each in error.errors()}) from None


def lacking(refusal: Refusal, parts: list[str]) -> dict[str, str]:
    """A sentence for each field that an incomplete decision lacks; empty where the refusal is about something else."""
    missing = refusal.details.get("missing")
    return dict(_lack(str(each), parts) for each in missing) if isinstance(missing, list | tuple) else {}


def _lack(missing: str, parts: list[str]) -> tuple[str, str]:
    if missing in QUESTIONS:
        return missing, _UNANSWERED
    name = missing.rpartition(".")[2]
    if name == "category" and "criteria" in parts:
        name, said = "criteria", _LACKS["category"]
        return name, said
    return ("form" if name == "changes" else name), _LACKS.get(name, f"Needed: {name.replace('_', ' ')}.")


def _changes(said: Said, review: Review) -> Iterator[tuple[str, Change]]:
    if said.get("document"):
        body = said.get("body", "").replace("\r\n", "\n")
        yield "document", DocumentChange(body=None if body.strip() == review.proposed.body.strip() else body)
    if said.get("criteria"):
        yield "criteria", _criteria(said, review.case.category)
    if said.get("access"):
        yield "access", _access(said)


def _criteria(said: Said, category: str) -> ScopeChange:
    start = said.get("start_tier", "")
    tiers = {tier: change for tier in TIERS if (change := _tier(said, tier)) != TierChange()}
    return _made(
        "criteria",
        lambda: ScopeChange.model_validate(
            {
                "category": category if start else None,
                "start_tier": int(start) if start.isdigit() else None,
                "tiers": tiers,
                "triggers": dict(_conditions(said)),
            }
        ),
    )


def _tier(said: Said, tier: int) -> TierChange:
    def field(name: str) -> str:
        return said.get(f"{name}_{tier}", "").strip()

    limits = {name: field(name) or None for name in ("failed_attempts", "time_box", "idle")}
    lists = {name: _listed(field(name)) for name in ("may_also", "may_no_longer")}
    return _made(str(tier), lambda: TierChange.model_validate({**lists, **limits}), lambda name: f"{name}_{tier}")


def _conditions(said: Said) -> Iterator[tuple[str, Condition]]:
    """The triggers whose condition says something else than the form was filled with."""
    for field, text in said.items():
        kind, _, name = field.partition(".")
        if kind != "trigger" or _plain(text) == _plain(said.get(f"was.{name}", "")):
            continue
        try:
            yield name, _CONDITION.validate_json(text)
        except ValidationError as error:
            raise _at({field: f"This is no condition: {error.errors()[0]['msg']}."}) from None


def _access(said: Said) -> AccessGrant:
    tier, names = said.get("access_tier", ""), _listed(said.get("access_names", ""))
    if not names:
        raise _at({"access_names": "Name what the tier gets access to."})
    named = {"tier": "access_tier", "access": "access_names"}
    return _made("access", lambda: AccessGrant.model_validate({"tier": tier, "access": names}), named.__getitem__)


def _made(part: str, make: Callable[[], Made], field: Callable[[str], str] | None = None) -> Made:
    """What is made; InvalidRequest with the form's own fields where it cannot be."""
    try:
        return make()
    except ValidationError as error:
        wrong = {str(each["loc"][0]) if each["loc"] else part: str(each["msg"]) for each in error.errors()}
        raise _at({field(name) if field else name: words for name, words in wrong.items()}) from None


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (each.strip() for each in text.replace("\n", ",").split(","))))


def _plain(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text.strip()


def _last(place: tuple[int | str, ...]) -> str:
    return str(place[-1]) if place else "form"


def _at(wrong: Mapping[str, str]) -> InvalidRequest:
    errors = [{"field": field, "message": message} for field, message in wrong.items()]
    return InvalidRequest("; ".join(wrong.values()), errors=errors)
