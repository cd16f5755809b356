"""The API as a process: its services made of settings. uvicorn calls `create`."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from fastapi import FastAPI
from sqlalchemy import text
from temporalio.client import Client

from activities.links import KnownKeys
from activities.postman import TemporalPostman
from activities.psa.waking import TemporalWakes
from api.app import create_app
from api.gateway import Intake, Reviews, Tickets, Watch
from api.hook_bell import HookBell
from api.judging import Judging
from api.services import Services, TwilioAccount
from stores.database import transaction
from stores.webhook_log import WebhookLog
from tierline.heap import settle
from tierline.library_reading import read_document
from tierline.logs import configure
from tierline.policy_publishing import Publisher
from tierline.settings import Settings
from tierline.tracing import tracing
from tierline.wiring import Stores, temporal_later


def create() -> FastAPI:
    """The application over the stores and the Temporal server that the settings name."""
    settings = Settings()
    configure(settings.log_format)
    app = application(settings)
    settle()
    return app


def application(settings: Settings) -> FastAPI:
    """The same for given settings; neither database nor Temporal is asked before the first request."""
    stores, spans = Stores.at(settings.dsn), tracing("tierline-api")
    with ThreadPoolExecutor(1) as aside:  # uvicorn calls us inside its loop, and a lazy connect awaits nothing
        client = aside.submit(asyncio.run, temporal_later(settings, spans)).result()
    return create_app(services(settings, stores, client), spans)


def services(settings: Settings, stores: Stores, client: Client) -> Services:
    """Everything that the API is handed."""
    return Services(
        tickets=Tickets(client, settings.task_queue),
        reviews=Reviews(client),
        review_book=stores.reviews,
        audits=stores.audits,
        backtests=stores.backtests,
        judging=Judging(client, settings.task_queue),
        solving=stores.solving,
        read=stores.read_side,
        lines=stores.lines,
        readings=stores.readings,
        record=stores.record,
        journal=stores.journal,
        library=stores.library,
        read_document=read_document,
        letters=stores.outbox,
        receipts=stores.outbox,
        contact_methods=stores.contact_methods,
        webhooks=stores.webhooks,
        webhook_log=WebhookLog(stores.engine, settings.api_url),
        hook_bell=HookBell(client, settings.task_queue),
        keys=KnownKeys(stores.keys),
        consultations=stores.consultations,
        majors=stores.majors,
        likeness=stores.likeness,
        exercises=stores.exercises,
        search=stores.search,
        # Whether a way out is set, the worker knows: what finds none there is on record as such.
        postman=TemporalPostman(client, settings.task_queue, stores.outbox, configured=True),
        figures=stores.figures,
        people=stores.people,
        rotas=stores.rotas,
        relief=stores.relief,
        watch=Watch(client, settings.task_queue),
        watched=stores.watcher,
        linked=stores.psa,
        psa=TemporalWakes(client, settings.task_queue),
        policies=stores.policies,
        publisher=Publisher(stores.policies, stores.library),
        tokens=stores.tokens,
        sources=stores.sources,
        bodies=stores.bodies,
        intake=Intake(client, settings.task_queue),
        alerts=stores.alerts,
        maintenance=stores.maintenance,
        intake_most_waiting=settings.intake_most_waiting,
        now=lambda: datetime.now(UTC),
        pulse=stores.pulses,
        probes={"postgresql": _database(stores), "temporal": _temporal(client)},
        temporal_ui=f"{settings.ui_url}/namespaces/{settings.namespace}",
        twilio=_twilio(settings),
        metrics_token=settings.metrics_token.get_secret_value() if settings.metrics_token else "",
    )


def _twilio(settings: Settings) -> TwilioAccount | None:
    if settings.twilio_token is None:
        return None
    return TwilioAccount(token=settings.twilio_token.get_secret_value(), public_url=settings.api_url)


def _database(stores: Stores) -> Callable[[], Awaitable[bool]]:
    def asked() -> bool:
        with transaction(stores.engine) as connection:
            return bool(connection.execute(text("SELECT 1")).scalar_one())

    return lambda: asyncio.to_thread(asked)


def _temporal(client: Client) -> Callable[[], Awaitable[bool]]:
    return client.service_client.check_health
