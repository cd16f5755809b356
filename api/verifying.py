"""Whether people can be reached: a code goes out by a way, and comes back."""

import secrets
from datetime import datetime

from api.callers import leads
from api.faults import ContactNotVerified, InvalidRequest, NotFound, TooSoon
from api.patience import patiently
from api.services import Services
from escalation.durations import format_duration
from escalation.messages import Message
from escalation.policy import Policy
from escalation.ports import Token
from escalation.terms import Facts
from escalation.verifying import AGAIN_AFTER, CODE_LIVES, hashed, mark_of, methods_of, right, unproven

_TEMPLATE = "verify_contact"


class Way(Facts):
    """One way to somebody, by its channel; blank `verified_at`: nobody knows whether it leads there."""

    method: str
    verified_at: datetime | None = None


async def ways(services: Services, policy: Policy, token: Token, person: str) -> tuple[Way, ...]:
    """The ways that the policy has to somebody: one's own, or anybody's for those who lead."""
    _may(policy, token, person)
    proofs = await patiently(services.contact_methods.proofs)
    found = methods_of(policy, person, proofs)
    return tuple(Way(method=method, verified_at=at) for method, at in found.items())


async def send_code(services: Services, policy: Policy, token: Token, person: str, method: str) -> None:
    """Send a code by this very way, once a minute at most."""
    mark, now = _mark(policy, token, person, method), services.now()
    code = f"{secrets.randbelow(10**6):06}"
    if not await patiently(services.contact_methods.ask, person, method, mark, hashed(person, method, code), now):
        raise TooSoon(f"A code went out less than {format_duration(AGAIN_AFTER)} ago; wait for that one.")
    spoken = " ".join(code) if method == "voice" else code
    message = Message(
        key=f"contact/{person}/{method}/{int(now.timestamp())}",
        ticket_id=f"contact/{person}",
        template=_TEMPLATE,
        urgent=False,
        to=person,
        recipient_kind="person",
        params={"code": spoken, "good_for": format_duration(CODE_LIVES)},
        at=now,
        via=method,
    )
    await services.postman.take([message])


async def prove(services: Services, policy: Policy, token: Token, person: str, method: str, code: str) -> None:
    """Take the code that came; InvalidRequest for a wrong one, and for one that is too old or was guessed at."""
    mark, now, said = _mark(policy, token, person, method), services.now(), "".join(code.split())
    if not await patiently(
        services.contact_methods.answer,
        person,
        method,
        lambda asked: right(asked, person, method, said, mark, now),
        now,
    ):
        fault = {"field": "code", "message": "This is not the code that went out, or it is too old; ask for another."}
        raise InvalidRequest("The code is wrong or too old.", errors=[fault])


async def check_reachable(services: Services, person: str) -> None:
    """Raise ContactNotVerified for somebody to whom no way is proven, where the policy asks for one."""
    policy = await patiently(services.policies.current)
    if not policy.on_call.require_verified or person not in policy.people:
        return
    if unproven(policy, [person], await patiently(services.contact_methods.proofs)):
        name = policy.people[person].name
        raise ContactNotVerified(
            f"{name} cannot take a duty before a way to reach them is verified: see Contact in the console.",
            field="who",
        )


async def unreachable(services: Services, policy: Policy, people: set[str]) -> list[str]:
    """Those among these people to whom no way is proven."""
    return unproven(policy, people, await patiently(services.contact_methods.proofs))


def _mark(policy: Policy, token: Token, person: str, method: str) -> str:
    _may(policy, token, person)
    if method not in methods_of(policy, person, ()):
        raise NotFound(f"The policy has no way {method!r} to this person.")
    return mark_of(policy.people[person].address, method)


def _may(policy: Policy, token: Token, person: str) -> None:
    if person != token.person:
        leads(token)
    if person not in policy.people:
        raise NotFound("The desk has nobody of this id.")
