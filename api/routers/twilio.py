"""What Twilio sends back: how far a text or a call came, and what somebody answered. Signed, and open to nobody else.

`/v1/receipts/twilio` is named in every text and call that goes out. `/v1/receipts/twilio/sms` is for whoever sets up
the number: its webhook for incoming messages. The key that is pressed during a call comes to the page's own link.
"""

import hmac
import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated
from xml.sax.saxutils import escape

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api import answering
from api.callers import Handed, PolicyNow
from api.faults import Forbidden, NotFound
from api.patience import patiently
from escalation.errors import Refusal
from escalation.links import AckLink, BadLink
from escalation.messages import Receipt
from escalation.outbox import SendState
from escalation.policy import Policy

router = APIRouter(include_in_schema=False)

_STATES: Mapping[str, SendState] = {
    "delivered": "delivered",
    "read": "read",
    "undelivered": "failed_perm",
    "failed": "failed_perm",
    "canceled": "failed_perm",
    "in-progress": "delivered",
    "completed": "delivered",
    "busy": "failed_perm",
    "no-answer": "failed_perm",
}
_TAKEN_UP = re.compile(r"\s*1[\s,.:]+(\S{1,100})\s*")
_HOW = 'Answer "1" and the ticket, such as: 1 T-0123456789AB'
_SOON = timedelta(minutes=5)


async def _form(request: Request, services: Handed) -> dict[str, str]:
    """The form that Twilio sent; NotFound where no account is set up, Forbidden for anybody else's."""
    if services.twilio is None:
        raise NotFound("No Twilio account is set up.")
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    path = request.scope.get("raw_path", request.url.path.encode()).decode("ascii", "replace")
    query = request.scope["query_string"].decode("ascii", "replace")
    url = services.twilio.public_url + path + (f"?{query}" if query else "")
    said = request.headers.get("X-Twilio-Signature", "")
    if not hmac.compare_digest(said.encode(), signature(url, form, services.twilio.token).encode()):
        raise Forbidden("This was not signed by Twilio.")
    return form


Form = Annotated[dict[str, str], Depends(_form)]


@router.post("/v1/receipts/twilio", status_code=204)
async def receipt(form: Form, services: Handed, m: str = "", o: str = "") -> None:
    """How far a text or a call has come; a state that says less than is known changes nothing."""
    said = form.get("MessageStatus") or form.get("CallStatus") or ""
    state = _STATES.get(said)
    if state is None or not o or not await patiently(services.receipts.knows, m):
        return
    sid = form.get("MessageSid") or form.get("CallSid")
    why = f"error {form['ErrorCode']}" if form.get("ErrorCode") else said
    channel = "voice" if "CallSid" in form else "sms"
    got = Receipt(channel=channel, state=state, provider_id=sid, detail=why[:100], at=services.now())
    await patiently(services.receipts.settle, m, o[:200], got)


@router.post("/v1/receipts/twilio/sms")
async def text(form: Form, services: Handed, policy: PolicyNow) -> Response:
    """A text from somebody's phone: "1" and a ticket takes it up in their name."""
    found = _TAKEN_UP.fullmatch(form.get("Body", ""))
    if found is None:
        return _message(_HOW)
    known, ticket = await policy.get(), found[1].upper()
    for person in (each for each in known.people.values() if each.sms == form.get("From")):
        page = await patiently(services.receipts.paged, person.id, ticket)
        if page is not None:
            link = AckLink(
                ticket_id=ticket,
                epoch=int(page.params.get("epoch") or 0),
                person=person.id,
                channel="sms",
                expires_at=services.now() + _SOON,
            )
            return _message(await _answered(services, known, link))
    return _message(f"No page about {ticket} went to this number.")


@router.post("/a/{token}/call")
async def key(token: str, form: Form, services: Handed, policy: PolicyNow) -> Response:
    """A key that was pressed during a call: 1 takes the ticket up."""
    if form.get("Digits") != "1":
        return _said("Nothing was done. Goodbye.")
    try:
        link = await answering.read(services, token)
    except BadLink:
        return _said("This page is too old. Open the ticket in the console.")
    return _said(await _answered(services, await policy.get(), link))


def signature(url: str, form: Mapping[str, str], token: str) -> str:
    """As Twilio makes it: the address, then every field with its value in the order of the names."""
    signed = url + "".join(name + form[name] for name in sorted(form))
    return b64encode(hmac.new(token.encode(), signed.encode(), "sha1").digest()).decode()


async def _answered(services: Handed, policy: Policy, link: AckLink) -> str:
    try:
        return (await answering.answer(services, policy, link)).sentence
    except Refusal as refusal:
        return refusal.message


def _message(text: str) -> Response:
    return _twiml(f"<Message>{escape(text)}</Message>")


def _said(text: str) -> Response:
    return _twiml(f"<Say>{escape(text)}</Say>")


def _twiml(inner: str) -> Response:
    return Response(f"<Response>{inner}</Response>", media_type="application/xml")
