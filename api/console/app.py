"""The console as an application of its own below /console: its pages, its files, and faults as pages."""

from datetime import timedelta

from fastapi import FastAPI

from api.body_limit import BodyLimit
from api.broadcast import Broadcast
from api.console import faults
from api.console.guard import Guard
from api.console.pages import (
    audits,
    audits_acted,
    backtests,
    contact,
    documents,
    documents_decided,
    documents_written,
    entrance,
    intake,
    intake_sources,
    library,
    maintenance,
    metrics,
    metrics_csv,
    metrics_drawn,
    metrics_tickets,
    mine,
    new_ticket,
    now,
    on_call,
    policy,
    practice,
    psa,
    reviews,
    reviews_decided,
    stream,
    ticket,
    tickets,
    triage,
    webhooks,
)
from api.console.render import STATIC, environment
from api.console.shipped import Shipped
from api.current_policy import CurrentPolicy
from api.door import Door
from api.services import Services

PAGES = (
    entrance,
    now,
    mine,
    contact,
    practice,
    triage,
    tickets,
    new_ticket,
    ticket,
    on_call,
    intake,
    intake_sources,
    maintenance,
    backtests,
    policy,
    metrics,
    metrics_drawn,
    metrics_tickets,
    metrics_csv,
    stream,
    library,
    documents_written,
    documents,
    documents_decided,
    reviews,
    reviews_decided,
    audits,
    audits_acted,
    webhooks,
    psa,
)


def create_console(services: Services, door: Door, policy: CurrentPolicy) -> FastAPI:
    """The console over the services, the door and the policy of the API that it belongs to."""
    console = FastAPI(title="Tierline console", openapi_url=None, docs_url=None, redoc_url=None)
    console.state.services = services
    console.state.door = door
    console.state.current_policy = policy
    console.state.templates = environment()
    console.state.news = Broadcast(lambda _: services.watched.news(), timedelta(seconds=1))
    faults.install(console)
    for page in PAGES:
        console.include_router(page.router)
    console.mount("/static", Shipped(directory=STATIC))
    console.add_middleware(BodyLimit, refusal=faults.too_much)
    console.add_middleware(Guard)
    return console
