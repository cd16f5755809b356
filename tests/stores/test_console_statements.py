"""Every page of the console over the real PostgreSQL: as many statements for many rows as for few."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute
from pydantic import SecretStr
from sqlalchemy import Engine

from api.app import create_app
from api.console.app import PAGES as MODULES
from bench.database import statements
from bench.past import keep, lives, multiply
from bench.play import default_policy
from bench.present import open_lives
from escalation.alerts.books import Arrival, NewSource
from escalation.alerts.source import Scheme, Secret, SourceKind, SourceMap
from escalation.alerts.windows import Planned
from escalation.audit.window import Window
from escalation.library.documents import KnownIssue
from escalation.library.markdown import written
from escalation.library.revisions import Draft
from escalation.oncall import RotaOverride
from escalation.ports import TicketFilter
from escalation.psa.ports import Connection, LogLine
from stores.webhook_log import WebhookLog
from tests.stores.server import Server
from tests.stores.test_backtests import TEXT, new, report
from tests.stores.test_exercises import done, exercise
from tests.stores.test_reviews import review_of
from tierline.prepare import first_token, prepare_database
from tierline.serve import services
from tierline.settings import Settings
from tierline.wiring import Stores, temporal_later

NOW = datetime.now(UTC)
WEEK = timedelta(weeks=1)
_UNANSWERED = 2
PAGES = {
    "/": "",
    "/mine": "?person=marek",
    "/triage": "",
    "/triage/{ticket_id}": "",
    "/triage/practice": "",
    "/triage/practice/{exercise_id}": "",
    "/tickets": "?stage=",
    "/tickets/new": "",
    "/tickets/{ticket_id}": "?do=escalate",
    "/on-call": "",
    "/intake": "",
    "/intake/bodies/{number}": "",
    "/intake/sources/new": "",
    "/intake/sources/{source}": "",
    "/policy": "",
    "/policy/new": "",
    "/policy/{version}": "",
    "/policy/{version}/diff": "?against=2026.1",
    "/policy/backtests": "",
    "/policy/backtests/new": "",
    "/policy/backtests/{backtest}": "",
    "/metrics": "",
    "/metrics/breakdown": "?by=technician",
    "/metrics/flows": "",
    "/metrics/hours": "",
    "/metrics/trends": "",
    "/metrics/tickets": "?figure=routine",
    "/metrics/escalation.csv": "",
    "/metrics/breakdown.csv": "",
    "/metrics/flows.csv": "",
    "/metrics/hours.csv": "",
    "/metrics/trends.csv": "",
    "/metrics/tickets.csv": "?figure=escalations",
    "/library": "",
    "/library/+new": "?kind=sop",
    "/library/{document}": "",
    "/library/{document}/edit": "",
    "/library/{document}/diff": "",
    "/reviews": "",
    "/reviews/{ticket_id}": "",
    "/audits": "",
    "/audits/{audit}": "",
    "/audits/{audit}.json": "",
    "/audits/{audit}.csv": "",
    "/audits/{audit}.md": "",
    "/audits/{audit}.html": "",
    "/contact": "",
    "/maintenance": "",
    "/psa": "",
    "/psa/{connection}": "",
    "/webhooks": "",
    "/webhooks/{webhook}": "",
}
NO_PAGES = {"/sign-in", "/stream", "/tickets/{ticket_id}/{name}"}  # the door, what never ends, a way back to a page


class Filled:
    """A desk over a database of its own, that gets fuller."""

    def __init__(self, settings: Settings) -> None:
        prepare_database(settings)
        first_token(settings)
        self.settings, self.stores = settings, Stores.at(settings.dsn)
        self.audit = self._begin()

    @property
    def engine(self) -> Engine:
        return self.stores.engine

    def _begin(self) -> str:
        policy = default_policy()
        self.hook = self._subscribed()
        self.stores.psa.connect(
            Connection(name="helpdesk", connector="django_helpdesk", url="https://help.example", made_at=NOW), "secret"
        )
        keep(self.engine, lives(policy, 6, since=NOW - timedelta(days=85)))
        keep(self.engine, open_lives(policy, 40, NOW))
        self._more(1, 3)
        return self.stores.audits.make("monthly", None, by="grace", at=NOW).id

    def _subscribed(self) -> str:
        told = {"url": "https://psa.example/hook", "kinds": ["*"], "clients": None, "note": "", "by": "grace"}
        return self.stores.webhooks.add(**told, at=NOW - timedelta(days=90))[0].id  # type: ignore[arg-type]

    def grow(self) -> None:
        """Four times as many tickets, three times as much of everything else."""
        multiply(self.engine, 3)
        self._more(3, 9)

    def _more(self, first: int, end: int) -> None:
        stores = self.stores
        for n in range(first, end):
            stores.reviews.save_draft(review_of(f"T-{n:012}", client="acme-dental"))
            stores.audits.make("weekly", Window(since=NOW - (n + 1) * WEEK, until=NOW - n * WEEK), by="grace", at=NOW)
            practice = exercise(n, "grace").model_copy(update={"policy_version": "2026.1", "clients": None})
            stores.exercises.begin(practice)
            if n != _UNANSWERED:
                stores.exercises.answer(done(practice, n))
            stores.backtests.begin(new(f"B-{n}"), None, str(n))
            stores.backtests.finish(f"B-{n}", report(n), NOW)
            stores.library.draft(_issue(n))
            window = Planned(client="acme-dental", starts_at=NOW, ends_at=NOW + WEEK, reason=f"Works {n}")
            stores.maintenance.plan(window, "grace", NOW)
            policy = default_policy().model_copy(update={"version": f"v{n}"})
            stores.policies.publish(TEXT.replace("2026.1", f"v{n}", 1), policy, by="grace", at=NOW)
            self._sent(f"source-{n}")
            start = NOW + n * timedelta(days=1)
            change = RotaOverride(rota="t3_primary", who="marek", start=start, end=start + timedelta(hours=4))
            stores.rotas.override(change, by="grace")
            self._subscribed()
            refused = f"Refused {n}"
            line = LogLine(connection="helpdesk", record_id=str(n), kind="refused", key=str(n), text=refused, at=NOW)
            stores.psa.log(line)
        WebhookLog(self.engine).feed(self.hook, NOW)

    def _sent(self, source: str) -> None:
        """A machine that was let in, and something of it that nobody could read."""
        how, stores = SourceMap(client="acme-dental"), self.stores
        made = NewSource(id=source, kind=SourceKind.GENERIC, scheme=Scheme.PATH, map=how)
        stores.sources.create(made, Secret(id=source, hash=source.encode()), "grace", NOW)
        stores.bodies.store([Arrival(source=source, received_at=NOW, body=b"{")])
        for body in stores.bodies.waiting(10):
            stores.bodies.put_aside(body.number, "not_json", "It is none.")

    def address(self, template: str) -> str:
        """A page's own address, with names that are there."""
        named = {
            "audit": self.audit,
            "version": "v2",
            "document": "SOP-01",
            "exercise_id": f"X-{_UNANSWERED}",
            "backtest": "B-2",
            "source": "source-2",
            "number": "1",
            "webhook": self.hook,
            "connection": "helpdesk",
        }
        wanted = TicketFilter(stage="triage" if template.startswith("/triage") else "tier_1")
        named["ticket_id"] = self.stores.read_side.tickets(wanted, 1, None).tickets[0].ticket.id
        if template.startswith("/reviews"):
            named["ticket_id"] = f"T-{2:012}"
        return "/console" + template.format(**named)


def _issue(n: int) -> Draft:
    document = KnownIssue(id=f"KI-{n}", title=f"Fault {n}", body="As it is.", symptoms=("slow",), workaround="Wait")
    return Draft(document=document, text=written(document), author="grace", at=NOW)


@pytest.fixture
def filled(server: Server, tmp_path: Path) -> Iterator[Filled]:
    desk = Filled(Settings(state=tmp_path, database_url=SecretStr(server.url("console_statements"))))
    yield desk
    desk.engine.dispose()


@asynccontextmanager
async def _browser(filled: Filled) -> AsyncIterator[httpx.AsyncClient]:
    """Signed in with the first token; Temporal is away, and no page needs it."""
    app = create_app(services(filled.settings, filled.stores, await temporal_later(filled.settings)))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk.example", timeout=60) as browser:
        token = filled.settings.token_file.read_text(encoding="utf-8").strip()
        assert (await browser.post("/console/sign-in", data={"token": token})).status_code == 303
        yield browser


async def _asked(filled: Filled, browser: httpx.AsyncClient, address: str) -> int:
    """How many statements a page needs once what rarely changes is known: the least of two looks."""
    numbers = []
    for _ in range(2):
        with statements(filled.engine) as said:
            answer = await browser.get(address)
        assert answer.status_code == 200, (address, answer.status_code, answer.text[:500])
        numbers.append(len(said))
    return min(numbers)


async def test_no_page_of_the_console_asks_more_of_the_database_where_there_is_more(filled: Filled) -> None:
    addresses = {template: filled.address(template) + query for template, query in PAGES.items()}
    async with _browser(filled) as browser:
        few = {template: await _asked(filled, browser, address) for template, address in addresses.items()}
        filled.grow()
        many = {template: await _asked(filled, browser, address) for template, address in addresses.items()}
    assert many == few
    assert max(many.values()) < 30


def test_every_page_that_the_console_has_is_counted() -> None:
    routes = [route for page in MODULES for route in page.router.routes if isinstance(route, APIRoute)]
    assert {route.path for route in routes if route.methods == {"GET"}} - NO_PAGES == PAGES.keys()
