"""Whether something is offered: the judge that would refuse it is asked beforehand."""

from collections.abc import Callable
from typing import ParamSpec

from api.faults import Fault
from escalation.errors import Refusal

Given = ParamSpec("Given")


def allowed(judge: Callable[Given, object], *args: Given.args, **kwargs: Given.kwargs) -> bool:
    """Whether the judge lets it pass."""
    try:
        judge(*args, **kwargs)
    except (Fault, Refusal):
        return False
    return True
