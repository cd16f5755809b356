"""What is wrong with a form, by field: a refusal, a fault or a model's own words turned into sentences."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from api.faults import Fault, InvalidRequest
from api.problems import STATUS
from escalation.errors import Refusal

FORM = "form"  # what belongs to no single field
NO = (Refusal, Fault, ValidationError)
"""What a form can be answered with instead of being carried out."""


def wrong_of(error: Exception) -> dict[str, str]:
    """A sentence for each field that the error names, and one for the whole form where it names none."""
    match error:
        case ValidationError():
            return {_field(each["loc"]): str(each["msg"]) for each in error.errors()}
        case Refusal():
            return _named(error.details, error.message) or {FORM: error.message}
        case Fault():
            return _named(error.details, error.detail) or {FORM: error.detail}
        case _:
            raise error


def status_of(error: Exception) -> int:
    """The status that the API has for it."""
    return STATUS[error.code] if isinstance(error, Refusal | Fault) else 422


def moment_of(text: str, zone: ZoneInfo, field: str) -> datetime:
    """What a field of a date and a time says, by the viewer's clock; InvalidRequest where it says no moment."""
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        message = "Enter a day and a time."
        raise InvalidRequest(message, errors=[{"field": field, "message": message}]) from None
    return (local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(UTC)


def _named(details: dict[str, object], sentence: str) -> dict[str, str]:
    errors, field, missing = details.get("errors"), details.get("field"), details.get("missing")
    if isinstance(errors, list):
        return {str(each["field"]): str(each["message"]) for each in errors if isinstance(each, dict)}
    if isinstance(missing, list | tuple):
        return {str(each): sentence for each in missing}
    return {str(field): sentence} if field else {}


def _field(place: tuple[int | str, ...]) -> str:
    return ".".join(map(str, place)) or FORM
