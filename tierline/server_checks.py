"""Checks of the servers: database, Temporal, worker, API."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import httpx
import psycopg
from alembic.config import Config
from alembic.script import ScriptDirectory
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, GetSystemInfoRequest
from temporalio.client import Client
from temporalio.service import RPCError

from escalation.ports import Unavailable
from escalation.verifying import on_rotas, unproven
from stores.contact_methods import ContactMethods
from stores.database import engine_for
from stores.policies import Policies
from tierline import PARTS_ROOT
from tierline.findings import UP, UnwellError
from tierline.settings import Settings
from workflows.attributes import ATTRIBUTES

T = TypeVar("T")

_PATIENCE = timedelta(seconds=10)
_POLLS_WITHIN = timedelta(minutes=2)


def database(settings: Settings) -> str:
    with _connected(settings) as connection:
        return f"PostgreSQL {connection.info.parameter_status('server_version')} at {connection.info.host}"


def migrations(settings: Settings) -> str:
    """Whether the tables are those that this version expects."""
    config = Config()
    config.set_main_option("script_location", str(PARTS_ROOT / "stores" / "migrations"))
    expected = ScriptDirectory.from_config(config).get_current_head()
    with _connected(settings) as connection:
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except psycopg.errors.UndefinedTable:
            row = None
    found = row[0] if row else None
    if found != expected:
        raise UnwellError(f"the database is at {found or 'nothing'}, expected {expected}", "run `tierline prepare`")
    return f"at {found}"


def contact(settings: Settings) -> str:
    """Whether whoever takes turns on a rota can be reached, as far as it was tried."""
    engine = engine_for(settings.dsn, pool_size=1)
    try:
        policy, proofs = Policies(engine).current(), ContactMethods(engine).proofs()
    except Unavailable:
        return "no policy is published yet"
    finally:
        engine.dispose()
    turns = on_rotas(policy)
    unknown = unproven(policy, turns, proofs)
    if unknown and policy.on_call.require_verified:
        raise UnwellError(
            f"nobody knows whether {', '.join(unknown)} can be reached",
            "see Contact in the console, or `tierline people`",
        )
    return f"{len(turns) - len(unknown)} of {len(turns)} people on rotas have a way that was tried"


def temporal(settings: Settings) -> str:
    async def version(client: Client) -> str:
        info = await client.workflow_service.get_system_info(GetSystemInfoRequest())
        return (
            f"server {info.server_version}, namespace {client.namespace}, at {client.service_client.config.target_host}"
        )

    return _asked(settings, version)


def search_attributes(settings: Settings) -> str:
    async def registered(client: Client) -> set[str]:
        request = ListSearchAttributesRequest(namespace=client.namespace)
        return set((await client.operator_service.list_search_attributes(request)).custom_attributes)

    if missing := set(ATTRIBUTES) - _asked(settings, registered):
        raise UnwellError(f"not registered: {', '.join(sorted(missing))}", "run `tierline prepare`")
    return f"all {len(ATTRIBUTES)} registered"


def worker(settings: Settings) -> str:
    """Asks Temporal who polls, so that workers on other machines count too."""

    async def polls(client: Client) -> list[datetime]:
        kind = TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW
        queue = TaskQueue(name=settings.task_queue)
        request = DescribeTaskQueueRequest(namespace=client.namespace, task_queue=queue, task_queue_type=kind)
        answer = await client.workflow_service.describe_task_queue(request)
        return [poller.last_access_time.ToDatetime(UTC) for poller in answer.pollers]

    lately = [at for at in _asked(settings, polls) if datetime.now(UTC) - at < _POLLS_WITHIN]
    if not lately:
        raise UnwellError(
            f"nobody takes work from the task queue {settings.task_queue!r}", f"{UP}, or `tierline worker`"
        )
    return f"{len(lately)} polling the task queue {settings.task_queue!r}"


def api(settings: Settings) -> str:
    url = f"{settings.api_url}/readyz"
    try:
        answer = httpx.get(url, timeout=_PATIENCE.total_seconds())
    except httpx.HTTPError as error:
        raise UnwellError(f"{url}: {error}", UP) from None
    if answer.is_error:
        raise UnwellError(f"{url} answered {answer.status_code}: {answer.text[:300]}", "see its log")
    return f"ready at {settings.api_url}"


def _connected(settings: Settings) -> "psycopg.Connection[tuple[str, ...]]":
    address = settings.dsn.replace("postgresql+psycopg://", "postgresql://", 1)
    try:
        return psycopg.connect(address, connect_timeout=5)
    except psycopg.OperationalError as error:
        raise UnwellError(str(error).strip().splitlines()[0], f"{UP}; or see TIERLINE_DATABASE_URL") from None


def _asked(settings: Settings, question: Callable[[Client], Awaitable[T]]) -> T:
    async def ask() -> T:
        client = await Client.connect(**settings.temporal_connection())
        return await question(client)

    try:
        return asyncio.run(asyncio.wait_for(ask(), _PATIENCE.total_seconds()))
    except (RPCError, RuntimeError, TimeoutError) as error:
        cure = f"{UP}; or see TIERLINE_TEMPORAL_ADDRESS and TIERLINE_TEMPORAL_PROFILE"
        where = settings.temporal_connection()["target_host"]
        reason = "no answer" if "tcp connect error" in str(error) else str(error) or "no answer in time"
        raise UnwellError(f"{where}: {reason}", cure) from None
