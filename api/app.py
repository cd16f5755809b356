"""The HTTP face: every router behind one token check, every error as one kind of document."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.telemetry import TelemetryConfig
from opentelemetry.trace import TracerProvider
from pydantic.json_schema import models_json_schema
from starlette.types import Receive, Scope, Send

from api import answer_page, problems, reference
from api.body_limit import BodyLimit
from api.broadcast import Broadcast
from api.callers import caller
from api.console.app import create_console
from api.current_policy import CurrentPolicy
from api.door import Door
from api.intake.path_keys import PathKeys, carries_key
from api.intake.reception import Reception
from api.measures import Measures
from api.pulse import Looking
from api.request_log import QUIET, RequestLog, is_secret
from api.routers import (
    audits,
    backtests,
    calendars,
    commands,
    health,
    intake,
    knowledge,
    library,
    maintenance,
    majors,
    metrics,
    on_call,
    overrides,
    people,
    policies,
    psa,
    quarantine,
    queues,
    readings,
    reports,
    reviews,
    scrape,
    sops,
    sources,
    swaps,
    tickets,
    triage,
    twilio,
    webhooks,
)
from api.routers import problems as problem_records
from api.services import Services
from api.summaries import name_calls
from escalation.ports import Unavailable

_NOUNS = (
    tickets, commands, majors, queues, metrics, reports, people, on_call, overrides, swaps, calendars, reviews,
    backtests, policies, sops, readings, problem_records, triage, audits, knowledge, library, sources,
    quarantine, webhooks, maintenance, psa,
)  # fmt: skip
_THREADS = 40  # that ask a store, beside the forty of FastAPI's own
_DESCRIPTION = """\
Tickets of a service desk from intake to review. Errors are RFC 9457 documents: branch on `code`, which never changes
meaning. `Idempotency-Key` makes every POST safe to repeat.
"""


def create_app(services: Services, spans: TracerProvider | None = None) -> FastAPI:
    """The application over these services; its requests are traced where there is somewhere for spans to go."""
    return equipped(bare_app(spans), services)


def equipped(app: FastAPI, services: Services) -> FastAPI:
    """The same application, with these services behind it, and the console."""
    app.state.services = services
    app.state.door = Door(services.tokens, services.now)
    app.state.current_policy = CurrentPolicy(services.policies, services.now)
    app.state.broadcast = Broadcast(lambda clients: queues.seen(services, clients))
    app.state.measures = Measures()
    app.state.looking = Looking(services, lambda: app.state.broadcast.listeners)
    app.state.reception = Reception(services)
    app.state.console = create_console(services, app.state.door, app.state.current_policy)
    return app


def bare_app(spans: TracerProvider | None = None) -> FastAPI:
    """All routes, and nothing behind them yet."""
    app = FastAPI(
        title="Tierline",
        version="1",
        summary="An escalation engine for service desks",
        description=_DESCRIPTION,
        docs_url=None,  # FastAPI's own pages take their files from elsewhere
        redoc_url=None,
        lifespan=_lifespan,
        telemetry=_telemetry(spans),
    )
    problems.install(app)
    app.include_router(intake.router)  # first: a storm of alerts need not look through all the others
    reference.install(app)
    app.include_router(health.router)
    app.include_router(scrape.router)
    app.include_router(_v1())
    app.include_router(answer_page.router)
    app.include_router(twilio.router)
    app.mount("/console", _console)
    app.add_middleware(BodyLimit, but="/console/")
    app.add_middleware(RequestLog)
    app.add_middleware(PathKeys)
    _document_problems(app)
    return app


def _telemetry(spans: TracerProvider | None) -> TelemetryConfig:
    """One span for each request but those of probes and of Prometheus, and those whose address holds a key."""
    return TelemetryConfig(
        tracer_provider=spans,
        tracing=spans is not None,
        metrics=False,
        logs=False,
        operation_spans=False,
        auto_configure=False,
        exclude=lambda scope: scope["path"] in QUIET or is_secret(scope["path"]) or carries_key(scope),
    )


async def _console(scope: Scope, receive: Receive, send: Send) -> None:
    """The console over the services that are behind the application."""
    await scope["app"].state.console(scope, receive, send)


def _v1() -> APIRouter:
    v1 = APIRouter(prefix="/v1", dependencies=[Depends(caller)])
    for noun in _NOUNS:
        v1.include_router(noun.router)
    return v1


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Learn tokens and policy now, so that both are known should PostgreSQL go away."""
    door: Door = app.state.door
    policy: CurrentPolicy = app.state.current_policy
    services: Services = app.state.services
    # Python's own default is six on a machine of two cores: so many look-ups that hang would stop every call.
    threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="asked")
    asyncio.get_running_loop().set_default_executor(threads)  # and the loop shuts it down
    with suppress(Unavailable):
        await asyncio.to_thread(door.refresh, services.now())
        await asyncio.to_thread(policy.refresh)
    yield


def _document_problems(app: FastAPI) -> None:
    """Put the problem document, to which every operation refers, among the schemas."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = plain()
            name_calls(document)
            models = [(problems.Problem, "serialization")]
            _, found = models_json_schema(models, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
            document.setdefault("components", {}).setdefault("schemas", {}).update(found["$defs"])
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
