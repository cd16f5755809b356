"""Every command of a ticket, each at its own path with its own body and refusals."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

from fastapi import APIRouter
from pydantic import ConfigDict

from api import asking
from api.callers import Caller, Handed, IdempotencyKey
from api.problems import responses
from escalation.commands import ASKED, Command
from escalation.permissions import OWNERS_ONLY
from escalation.view import TicketView
from workflows.examples import EXAMPLES

router = APIRouter(prefix="/tickets/{ticket_id}", tags=["commands"])

_EVERY = (
    "ticket_not_found",
    "ticket_closed",
    "not_permitted",
    "acts_as_another",
    "stale_command",
    "not_allowed_in_stage",
    "unknown_name",
    "incomplete_command",
    "rules_failed",
    "not_confirmed",
    "idempotency_key_reused",
    "body_too_large",
)
# What one command alone can be refused for, beside what every command can.
ITS_OWN: dict[str, tuple[str, ...]] = {
    "triage": ("incomplete_triage",),
    "accept": ("not_owner", "stale_acknowledgement"),
    "log_attempt": ("incomplete_intake", "incomplete_attempt", "beyond_tier_scope", "work_log_full"),
    "tick": ("no_checklist",),
    "walk_tree": ("walk_unfinished",),
    "escalate": ("checklist_incomplete", "no_checklist", "incomplete_handoff", "tier_three_guard"),
    "emergency": ("incomplete_handoff",),
    "transfer": ("incomplete_handoff",),
    "hold": ("already_on_hold",),
    "resume": ("not_on_hold",),
    "contact": ("reopen_window_closed",),
    "near_miss": ("already_escalated",),
    "rate_note": ("no_note_to_rate",),
    "complete_note": ("no_note_debt", "incomplete_handoff"),
    "resolve": ("incomplete_resolution", "beyond_tier_scope"),
    "reopen": ("reopen_window_closed",),
    "merge": ("merge_impossible",),
    "attach": ("parent_impossible",),
    "detach": ("no_parent",),
    "declare_major": ("parent_impossible", "nothing_changes"),
    "post_update": ("not_major",),
    "stand_down": ("not_major",),
    "state_breach": ("not_breached",),
    "ask_exclusion": ("not_breached", "exclusion_pending"),
    "decide_exclusion": ("not_breached", "exclusion_not_asked"),
    "answer_rating": ("nothing_changes",),
    "adopt_policy": ("policy_unfit",),
    "change_agreement": ("policy_unfit",),
}


def refusals(name: str) -> tuple[str, ...]:
    """Every code with which the command can be refused."""
    owned = ("not_owner",) if name in OWNERS_ONLY else ()
    return (*_EVERY, *owned, *ITS_OWN.get(name, ()))


def _body(kind: type[Command]) -> type[Command]:
    """The command as a body: a field that it does not have is a mistake, here where somebody can be told."""
    example: dict[str, Any] = {name: value for name, value in EXAMPLES[kind.name].items() if name not in {"by", "role"}}
    config = ConfigDict(extra="forbid", json_schema_extra={"examples": [example]})
    strict = {"__doc__": kind.__doc__, "__module__": __name__, "model_config": config}
    return cast("type[Command]", type(f"{kind.__name__}Body", (kind,), strict))


def _endpoint(kind: type[Command]) -> Callable[..., Awaitable[TicketView]]:
    async def ask(
        ticket_id: str, command: Command, services: Handed, token: Caller, key: IdempotencyKey = None
    ) -> TicketView:
        return await asking.ask(services, token, ticket_id, command, key)

    ask.__annotations__["command"] = _body(kind)
    ask.__doc__ = f"{kind.__doc__}\n\n`by`, `role` and `request_id` follow from the token and the key."
    return ask


for _name, _kind in ASKED.items():
    router.add_api_route(
        f"/{_name}",
        _endpoint(_kind),
        methods=["POST"],
        name=_name,
        summary=_name.replace("_", " ").capitalize(),
        operation_id=_name,
        response_model=TicketView,
        responses=responses(*refusals(_name)),
    )
