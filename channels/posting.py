"""What the ways over HTTP share: one POST, and what its answer or the lack of one means."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from escalation.messages import TemporarilyUndeliverable, Undeliverable

LONGEST_WAIT = timedelta(days=1)  # what a receiver may ask for with Retry-After
_TIME_OUTS = (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.REQUEST_TIMEOUT, httpx.codes.TOO_EARLY)
_READ = 20_000  # bytes of an answer that are looked at


def posted(
    client: httpx.Client, what: str, url: httpx.URL | str, headers: Mapping[str, str] | None = None, **body: object
) -> tuple[httpx.Response, bytes]:
    """The answer, with the beginning of its text; no redirect is followed."""
    with reached(what), client.stream("POST", url, headers=headers, **body) as answer:  # type: ignore[arg-type]
        text = b""
        for part in answer.iter_bytes(_READ):
            text += part
            if len(text) >= _READ:
                break
        return answer, text


@contextmanager
def reached(what: str) -> Iterator[None]:
    """Turns what went wrong on the way into "try again" or "never"; `unknown` once it may have arrived."""
    try:
        yield
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as bad:
        raise Undeliverable(str(bad)) from bad
    except httpx.TransportError as broken:
        reason = f"{what} was not reached: {str(broken) or type(broken).__name__}"
        on_the_way = not isinstance(broken, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
        raise TemporarilyUndeliverable(reason, unknown=on_the_way) from broken


def judged(what: str, answer: httpx.Response, said: str = "") -> None:
    """Nothing if it was taken in; else "try again" or "never". `said` is what the answer adds in words."""
    code = answer.status_code
    if answer.is_success:
        return
    reason = f"{what} answered {code}{said and f': {said}'}"
    if answer.is_redirect:
        raise Undeliverable(f"{reason}, and redirects are not followed")
    if code >= 500 or code in _TIME_OUTS:
        raise TemporarilyUndeliverable(reason, wait_asked_by(answer))
    raise Undeliverable(reason)


def wait_asked_by(answer: httpx.Response) -> timedelta | None:
    """How long the answer asks to wait, if it does."""
    return retry_after(answer.headers.get("retry-after"), datetime.now(UTC))


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """The wait that a Retry-After header asks for, in either of its forms, at most LONGEST_WAIT."""
    if value is None:
        return None
    if value.isascii() and value.isdigit():
        return min(timedelta(seconds=int(value[:9])), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(aware - now, timedelta(0)), LONGEST_WAIT)
