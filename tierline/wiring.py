"""Where the parts meet: settings in, stores and ways out and a Temporal client made of them."""

from dataclasses import dataclass
from email.utils import parseaddr
from typing import TYPE_CHECKING

from pydantic import SecretStr
from sqlalchemy import Engine
from temporalio.client import Client, Interceptor
from temporalio.runtime import Runtime

from channels.imap import Imap, account_at
from channels.outlets import ChatAndPhone, Outlets, configured_outlets
from channels.twilio import Account
from escalation.ports import Unavailable
from stores.alerts import Alerts
from stores.audit_reading import AuditReading
from stores.audits import Audits
from stores.backtests import Backtests
from stores.consultations import Consultations
from stores.contact_methods import ContactMethods
from stores.database import engine_for
from stores.desk import Desk
from stores.exercises import Exercises
from stores.figures import Figures
from stores.inbox import Bodies
from stores.journal import Journal
from stores.kin import Record
from stores.letters import Letters
from stores.library import Library
from stores.likeness import Likeness
from stores.lines import Lines
from stores.live_rotas import LiveRotas
from stores.maintenance import Maintenance
from stores.majors import Majors
from stores.messages import Outbox
from stores.news import Watcher
from stores.people import People
from stores.policies import Policies
from stores.psa import PsaBook
from stores.pulse import Pulses
from stores.read_side import ReadSide
from stores.readings import Readings
from stores.relief import Relief
from stores.reviews import Reviews
from stores.search import Search
from stores.signing_keys import SigningKeys
from stores.solving import Solving
from stores.sources import Sources
from stores.tokens import Tokens
from stores.webhooks import Webhooks
from tierline.policy_amending import Amender
from tierline.settings import Settings
from workflows.converter import data_converter

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider


@dataclass(frozen=True)
class Stores:
    """Everything that rests in PostgreSQL, over one engine."""

    engine: Engine
    alerts: Alerts
    audits: Audits
    consultations: Consultations
    contact_methods: ContactMethods
    backtests: Backtests
    bodies: Bodies
    desk: Desk
    exercises: Exercises
    figures: Figures
    search: Search
    journal: Journal
    keys: SigningKeys
    letters: Letters
    library: Library
    likeness: Likeness
    lines: Lines
    majors: Majors
    maintenance: Maintenance
    outbox: Outbox
    people: People
    policies: Policies
    psa: PsaBook
    pulses: Pulses
    read_side: ReadSide
    readings: Readings
    relief: Relief
    record: Record
    reviews: Reviews
    rotas: LiveRotas
    solving: Solving
    sources: Sources
    tokens: Tokens
    watcher: Watcher
    webhooks: Webhooks

    @classmethod
    def at(cls, dsn: str) -> "Stores":
        """The stores of this database; nothing is connected before it is asked."""
        engine = engine_for(dsn)
        library = Library(engine)
        policies, read_side, journal = Policies(engine), ReadSide(engine), Journal(engine)
        reading = AuditReading(engine, read_side)
        return cls(
            engine=engine,
            alerts=Alerts(engine),
            audits=Audits(engine, reading, policies),
            consultations=Consultations(engine),
            contact_methods=ContactMethods(engine),
            likeness=Likeness(engine),
            backtests=Backtests(engine),
            bodies=Bodies(engine),
            desk=Desk(engine),
            exercises=Exercises(engine),
            figures=Figures(engine),
            search=Search(engine),
            journal=journal,
            keys=SigningKeys(engine),
            letters=Letters(engine),
            library=library,
            lines=Lines(engine),
            majors=Majors(engine),
            maintenance=Maintenance(engine),
            outbox=Outbox(engine),
            people=People(engine),
            policies=policies,
            psa=PsaBook(engine),
            pulses=Pulses(engine),
            read_side=read_side,
            readings=Readings(engine),
            relief=Relief(engine),
            record=Record(engine),
            reviews=Reviews(engine, Amender(library.sops).amend),
            rotas=LiveRotas(engine),
            solving=Solving(engine),
            sources=Sources(engine),
            tokens=Tokens(engine),
            watcher=Watcher(engine, journal),
            webhooks=Webhooks(engine),
        )


def outlets(settings: Settings, stores: Stores) -> Outlets:
    """The ways out that are set, or that a person of the policy names; ValueError with what is wrong about them."""
    return configured_outlets(
        smtp_url=settings.smtp_url.get_secret_value() if settings.smtp_url else None,
        mail_from=settings.mail_from,
        webhook_url=settings.webhook_url,
        webhook_secret=settings.webhook_secret.get_secret_value() if settings.webhook_secret else None,
        allow_apprise=bool(settings.apprise_urls) or _somebody_uses_apprise(stores),
        chat=ChatAndPhone(
            slack_token=settings.slack_token.get_secret_value() if settings.slack_token else None,
            slack_webhooks=_by_name(settings.slack_webhooks),
            slack_url=settings.slack_url,
            teams_webhooks=_by_name(settings.teams_webhooks),
            twilio=_twilio(settings),
        ),
    )


def mailbox(settings: Settings) -> Imap | None:
    """The mailbox that clients write to, if one is set; ValueError with what is wrong about it."""
    if settings.imap_url is None or not settings.imap_url.get_secret_value():
        return None
    return Imap(account_at(settings.imap_url.get_secret_value()), settings.imap_done)


def own_addresses(settings: Settings) -> frozenset[str]:
    """From which we write ourselves: a mail of such a sender is one of our own that came back."""
    _, address = parseaddr(settings.mail_from)
    return frozenset({address.lower()} - {""})


def _by_name(said: tuple[SecretStr, ...]) -> dict[str, str]:
    parted = [each.get_secret_value().partition("=") for each in said]
    return {name: url for name, _, url in parted}


def _twilio(settings: Settings) -> Account | None:
    if not (settings.twilio_account and settings.twilio_token and settings.twilio_from):
        return None
    return Account(
        sid=settings.twilio_account,
        token=settings.twilio_token.get_secret_value(),
        sender=settings.twilio_from,
        public_url=settings.api_url,
        url=settings.twilio_url,
    )


def _somebody_uses_apprise(stores: Stores) -> bool:
    try:
        return any(person.apprise for person in stores.policies.current().people.values())
    except Unavailable:
        return True  # better a delivery that finds no way than a page that was never tried


async def temporal(settings: Settings, runtime: Runtime | None = None, spans: "TracerProvider | None" = None) -> Client:
    """A client that speaks our models; fails at once when the server is not there."""
    return await Client.connect(
        **settings.temporal_connection(),
        data_converter=data_converter,
        runtime=runtime,
        interceptors=interceptors(spans),
    )


async def temporal_later(settings: Settings, spans: "TracerProvider | None" = None) -> Client:
    """A client that connects when it is first used, for a process that starts before its server."""
    return await Client.connect(
        **settings.temporal_connection(), data_converter=data_converter, lazy=True, interceptors=interceptors(spans)
    )


def interceptors(spans: "TracerProvider | None") -> list[Interceptor]:
    """What a client is given to trace its calls, and those of its workers; nothing where nobody traces."""
    if spans is None:
        return []
    from tierline.temporal_tracing import TicketTracing  # needs the extra `otel`

    return [TicketTracing(spans)]
