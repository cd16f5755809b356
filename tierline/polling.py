"""A worker: the workflows, the activities with their stores and channels, and a health answer while it polls."""

import asyncio
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from temporalio.client import Client
from temporalio.runtime import Runtime
from temporalio.service import RPCError
from temporalio.worker import PollerBehaviorAutoscaling, Worker

from activities.audit import AuditActivities
from activities.backtest import BacktestActivities
from activities.clerk import Clerk
from activities.cover import CoverActivities
from activities.desk import DeskActivities
from activities.effects import EffectActivities
from activities.holding import HoldingActivities
from activities.intake import IntakeActivities
from activities.last_known import LastKnown
from activities.links import KnownKeys, Links
from activities.mail import MailActivities
from activities.measures import Measures
from activities.postman import DeliveryActivities, TemporalPostman
from activities.psa.waking import PsaHerald, TemporalWakes
from activities.readings import ReadingActivities
from activities.relief import ReliefActivities
from activities.review import ReviewActivities
from activities.webhooks import WebhookActivities
from activities.wording import Wording
from api.gateway import Tickets
from api.hook_bell import HookBell
from channels.hooks import Hooks
from channels.outlets import Outlets
from stores.webhook_log import WebhookLog
from tierline.activity_log import ActivityLog
from tierline.alert_desk import TemporalAlertDesk
from tierline.backtest_judge import ProcessJudge
from tierline.heap import settle
from tierline.lasting import begin_duty, begin_intake, begin_mail
from tierline.mail_desk import MailDesk
from tierline.psa_hints import PsaHints
from tierline.psa_worker import psa_worker
from tierline.settings import Settings
from tierline.tracing import tracing
from tierline.webhook_watch import watch
from tierline.wiring import Stores, mailbox, outlets, own_addresses, temporal
from tierline.worker_health import healthy
from tierline.worker_runtime import measured_runtime
from workflows.attributes import ATTRIBUTES
from workflows.audit import AuditWorkflow
from workflows.backtest import BacktestWorkflow
from workflows.delivery import DeliveryWorkflow
from workflows.duty import DutyWorkflow
from workflows.intake import IntakeWorkflow
from workflows.legible import Legible
from workflows.mail import MailWorkflow
from workflows.measures import begin as begin_counting
from workflows.options import backtests, deliveries, webhooks
from workflows.psa import PsaWorkflow
from workflows.review import ReviewWorkflow
from workflows.sandbox import runner
from workflows.ticket import TicketWorkflow
from workflows.webhook import WebhookWorkflow

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

    from api.services import Services

log = structlog.get_logger()

THREADS = 20
_SENDING = 10  # messages on their way at once; each may wait for a channel for as long as that takes
_CARRYING = 10  # webhooks at once
_CACHED_TICKETS = 5_000
# Workflow tasks at once. They share one interpreter, so more of them only make each one slower: after a restart, with
# every ticket to be read again from its history, so slow that they time out, are begun anew, and none is ever done.
# What waits in the server instead waits in the order of priority: with 40 here, an emergency stood behind 40 others.
TASKS = 10
_GRACE = timedelta(seconds=15)
_ASK_AGAIN = 1.0


class AttributesMissingError(RuntimeError):
    """A search attribute is not registered: an upsert of it would stop every ticket."""


async def serve(settings: Settings) -> None:
    """Poll until told to stop; waits for a Temporal server that is not there yet."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runtime, spans = measured_runtime(settings), tracing("tierline-worker")
    client = await _connected(settings, runtime, spans, stop)
    if client is None:
        return
    await check_attributes(client)
    with (
        ThreadPoolExecutor(THREADS, thread_name_prefix="activity") as threads,
        ThreadPoolExecutor(_SENDING, thread_name_prefix="sending") as senders,
        ThreadPoolExecutor(_CARRYING, thread_name_prefix="webhook") as carriers,
    ):
        asyncio.get_running_loop().set_default_executor(threads)
        stores = Stores.at(settings.dsn)
        out = outlets(settings, stores)
        log.info(out.describe())
        measures = Measures(runtime.metric_meter)
        measures.begin(out.channels)
        begin_counting(runtime.metric_meter, client.namespace, settings.task_queue)
        tickets = tickets_worker(settings, client, threads, stores, measures, configured=out.configured)
        sending = sending_worker(settings, client, senders, stores, out, measures)
        judging = judging_worker(settings, client, stores)
        hooks = Hooks(allow_private=settings.webhooks_may_be_private)
        carrying = webhooks_worker(settings, client, carriers, stores, hooks)
        linking = psa_worker(settings, client, stores)
        workers = (tickets, sending, judging, carrying, linking)
        settle()
        async with (
            tickets,
            sending,
            judging,
            carrying,
            linking,
            await healthy(settings, lambda: all(w.is_running for w in workers)),
        ):
            await begin_duty(client, settings.task_queue)
            await begin_intake(client, settings.task_queue)
            if settings.imap_url is not None:
                await begin_mail(client, settings.task_queue, timedelta(seconds=settings.imap_every))
            log.info("worker polls", task_queue=settings.task_queue, pid=os.getpid())
            watching = asyncio.create_task(watch(stores.webhooks.behind, HookBell(client, settings.task_queue).wake))
            await stop.wait()
            watching.cancel()
            log.info("worker stops")
    if spans is not None:
        await asyncio.to_thread(spans.shutdown)


def tickets_worker(
    settings: Settings,
    client: Client,
    threads: ThreadPoolExecutor,
    stores: Stores,
    measures: Measures,
    *,
    configured: bool,
) -> Worker:
    """The worker of the workflows and of what they wait for; `configured`: there is a way out for messages."""
    postman = TemporalPostman(client, settings.task_queue, stores.outbox, configured=configured)
    desk = DeskActivities(stores.desk, stores.record, stores.library)
    reviews = ReviewActivities(stores.reviews, stores.journal, postman)
    relief = ReliefActivities(client, stores.relief, measures)
    kept = timedelta(days=settings.intake_kept_days)
    alert_desk = TemporalAlertDesk(Tickets(client, settings.task_queue))
    wakes = TemporalWakes(client, settings.task_queue)
    herald, hints = PsaHerald(stores.psa, wakes), PsaHints(stores.psa, wakes, asyncio.get_running_loop())
    return Worker(
        client,
        task_queue=settings.task_queue,
        workflows=[
            TicketWorkflow,
            ReviewWorkflow,
            DeliveryWorkflow,
            DutyWorkflow,
            AuditWorkflow,
            BacktestWorkflow,
            IntakeWorkflow,
            WebhookWorkflow,
            MailWorkflow,
            PsaWorkflow,
        ],
        activities=[
            desk.name_receivers,
            desk.client_of,
            desk.guide_of,
            EffectActivities(stores.journal, postman, measures, [herald]).carry_out,
            reviews.draft_review,
            reviews.review_overdue,
            reviews.publish_revision,
            reviews.waive_review,
            relief.relieve,
            IntakeActivities(stores.bodies, stores.alerts, stores.policies, alert_desk, hints, kept).drain,
            AuditActivities(stores.audits, postman).make_audit,
            BacktestActivities(stores.backtests, ProcessJudge(stores.engine, settings.dsn)).end_backtest,
            CoverActivities(stores.rotas, postman).warn_of_gaps,
            ReadingActivities(stores.readings, postman).tell_readers,
            mail_activities(settings, client, stores).look_for_mail,
        ],
        activity_executor=threads,
        interceptors=[Legible(), ActivityLog()],
        workflow_runner=runner(),
        max_cached_workflows=_CACHED_TICKETS,
        max_concurrent_activities=THREADS,
        max_concurrent_workflow_tasks=TASKS,
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(),
        graceful_shutdown_timeout=_GRACE,
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=3),
    )


def mail_activities(settings: Settings, client: Client, stores: Stores) -> MailActivities:
    """The desk's mailbox; what mail asks for goes through the API's own ways."""

    def handed() -> "Services":
        from tierline.serve import services  # only where mail comes in

        return services(settings, stores, client)

    clerk = Clerk(stores.letters, MailDesk(handed), stores.outbox, stores.policies, own_addresses(settings))
    return MailActivities(mailbox(settings), stores.letters, clerk)


def sending_worker(
    settings: Settings,
    client: Client,
    threads: ThreadPoolExecutor,
    stores: Stores,
    out: Outlets,
    measures: Measures,
) -> Worker:
    """The worker that sends, with slots and threads of its own: a mail server that hangs holds up no ticket."""
    known = LastKnown(stores.people, stores.policies, tuple(url.get_secret_value() for url in settings.apprise_urls))
    wording = Wording(known, known, Links(KnownKeys(stores.keys), settings.api_url))
    holding = HoldingActivities(known, stores.outbox)
    delivering = DeliveryActivities(known, wording, out, stores.outbox, measures)
    return Worker(
        client,
        task_queue=deliveries(settings.task_queue),
        activities=[
            delivering.deliver,
            delivering.deliver_held,
            delivering.give_up,
            delivering.let_expire,
            holding.plan_delivery,
        ],
        activity_executor=threads,
        interceptors=[ActivityLog()],
        max_concurrent_activities=_SENDING,
        graceful_shutdown_timeout=_GRACE,
    )


def webhooks_worker(
    settings: Settings, client: Client, threads: ThreadPoolExecutor, stores: Stores, hooks: Hooks
) -> Worker:
    """The worker of webhooks, apart from the pages: a receiver that hangs holds up nobody but itself."""
    carrying = WebhookActivities(stores.webhooks, WebhookLog(stores.engine, settings.api_url), hooks)
    return Worker(
        client,
        task_queue=webhooks(settings.task_queue),
        activities=[carrying.carry_webhook],
        activity_executor=threads,
        interceptors=[ActivityLog()],
        max_concurrent_activities=_CARRYING,
        graceful_shutdown_timeout=_GRACE,
    )


def judging_worker(settings: Settings, client: Client, stores: Stores) -> Worker:
    """The worker of back-tests, one at a time; it waits for a process beside it, in no thread of the tickets'."""
    judging = BacktestActivities(stores.backtests, ProcessJudge(stores.engine, settings.dsn))
    return Worker(
        client,
        task_queue=backtests(settings.task_queue),
        activities=[judging.judge_past],
        interceptors=[ActivityLog()],
        max_concurrent_activities=1,
    )


async def check_attributes(client: Client) -> None:
    """Raise AttributesMissingError unless every search attribute of ours is registered."""
    from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest

    known = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    missing = sorted(set(ATTRIBUTES) - set(known.custom_attributes))
    if missing:
        raise AttributesMissingError(f"search attributes are not registered (tierline prepare): {', '.join(missing)}")


async def _connected(
    settings: Settings, runtime: Runtime, spans: "TracerProvider | None", stop: asyncio.Event
) -> Client | None:
    while not stop.is_set():
        try:
            return await temporal(settings, runtime, spans)
        except (RuntimeError, RPCError) as away:
            log.warning("Temporal is not there yet", error=str(away).partition("\n")[0])
        try:
            await asyncio.wait_for(stop.wait(), _ASK_AGAIN)
        except TimeoutError:
            continue
    return None
