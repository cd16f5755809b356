"""What is None is left out of a payload, so everything that travels must read back without it."""

import typing
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from activities.effects import Done, Errand
from activities.review import Reminder
from escalation.commands import ASKED, Absorb, Opening
from escalation.messages import Message
from escalation.ports import Ask, Named
from escalation.review.decision import Approve, Waive
from escalation.review.incident import Publication, Published, ReviewCase, Waiver
from escalation.review.view import Drafted, ReviewView
from escalation.view import DeadlineView, HandoffView, SlaView, TicketView
from tests.workflow.desk import intake
from workflows.case import Case
from workflows.converter import data_converter

TRAVELLING: list[type[BaseModel]] = [
    *(Absorb, Approve, Ask, Case, DeadlineView, Done, Drafted, Errand, HandoffView, Message, Named, Opening),
    *(Publication, Published, Reminder, ReviewCase, ReviewView, SlaView, TicketView, Waive, Waiver),
    *ASKED.values(),
]


def parts(model: type[BaseModel], known: set[type[BaseModel]]) -> Iterator[type[BaseModel]]:
    """The model and every model inside it."""
    if model in known:
        return
    known.add(model)
    yield model
    for field in model.model_fields.values():
        for kind in _kinds(field.annotation):
            yield from parts(kind, known)


def _kinds(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        yield from annotation.__subclasses__()
    for argument in typing.get_args(annotation):
        yield from _kinds(argument)


@pytest.mark.parametrize("model", TRAVELLING, ids=lambda model: model.__name__)
def test_whatever_may_be_none_is_none_when_it_is_left_out(model: type[BaseModel]) -> None:
    wanting = [
        f"{part.__name__}.{name}"
        for part in parts(model, set())
        for name, field in part.model_fields.items()
        if type(None) in typing.get_args(field.annotation) and (field.is_required() or field.default is not None)
    ]
    assert wanting == []


def test_none_is_left_out_and_everything_else_comes_back() -> None:
    taken = intake(urgency=None)
    (payload,) = data_converter.payload_converter.to_payloads([taken])
    assert b"urgency" not in payload.data
    assert data_converter.payload_converter.from_payloads([payload], [type(taken)]) == [taken]
