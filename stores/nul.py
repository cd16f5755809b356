"""The one character that PostgreSQL cannot hold."""

from pydantic import BaseModel

_REPLACED_BY = "\N{REPLACEMENT CHARACTER}"


def holds_nul(model: BaseModel) -> bool:
    """Whether there may be a NUL somewhere in it."""
    return "\\u0000" in model.model_dump_json()


def without_nul(value: object) -> object:
    """The same JSON value with another character in place of each NUL."""
    match value:
        case str():
            return value.replace("\x00", _REPLACED_BY)
        case list():
            return [without_nul(each) for each in value]
        case dict():
            return {without_nul(name): without_nul(each) for name, each in value.items()}
        case _:
            return value
