"""What an operator can set: flags, then TIERLINE_… variables, then what the running stack wrote down, then defaults.

`tierline up` notes the ports it uses in STATE/running.json, so that `tierline demo` or `tierline token` in another
terminal finds a stack that runs on other ports without being told.
"""

import json
import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from temporalio.envconfig import ClientConfig, ClientConnectConfig

from tierline import PARTS_ROOT
from tierline.faults import OperatorError

Port = Annotated[int, Field(ge=1, le=65535)]


class SettingsError(OperatorError):
    """A setting makes no sense; one line for each."""

    @classmethod
    def of(cls, error: ValidationError) -> Self:
        """The same in the operator's words, without the value, which may be a secret."""
        return cls("\n".join(f"TIERLINE_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()))


class Settings(BaseSettings):
    """All settings; each is also an environment variable with the prefix TIERLINE_.

    A .env file is not read: it belongs to compose, and must not leak into a developer's stack or tests.
    """

    model_config = SettingsConfigDict(env_prefix="TIERLINE_", env_ignore_empty=True, frozen=True, extra="ignore")

    state: Path = Path(".tierline")
    log_format: Literal["text", "json"] = "text"
    policy_path: Path = PARTS_ROOT / "policies" / "default.yaml"

    database_url: SecretStr | None = None
    """Unset: the embedded server in the state directory."""
    postgres_port: Port = 5433

    temporal_address: str | None = None
    """host:port. Unset: the profile below, TEMPORAL_ADDRESS, or else the embedded server."""
    temporal_namespace: str | None = None
    temporal_profile: str | None = None
    temporal_port: Port = 7233
    ui_port: Port = 8233
    temporal_http_port: Port = 7243
    temporal_metrics_port: Port = 7253
    temporal_ui_url: str | None = None
    task_queue: str = "tierline"
    temporal_retention_hours: Annotated[int, Field(ge=24)] = 72
    """How long the embedded server keeps the history of a closed ticket; our journal keeps it for good."""

    api_host: str = "127.0.0.1"
    api_port: Port = 8000
    public_url: str | None = None
    """The address that people and messages use for the API; unset: the API's own."""
    metrics_token: SecretStr | None = None
    """What Prometheus has to send for the API's /metrics; unset: they are read from this machine alone."""
    intake_kept_days: Annotated[int, Field(ge=4)] = 30
    """How long what machines sent is kept once it is dealt with; longer than any sender goes on trying."""
    intake_most_waiting: Annotated[int, Field(ge=1)] = 50_000
    """When so many requests of machines wait to be dealt with, more are told to come again later."""
    worker_health_host: str = "127.0.0.1"
    worker_health_port: Port = 8001
    worker_metrics_host: str = "127.0.0.1"
    worker_metrics_port: Port = 8002
    """Of the worker's own metrics, which ask nobody who reads them."""

    smtp_url: SecretStr | None = None
    """smtp+starttls://user:password@host:587, or smtps:// for TLS from the first byte; smtp:// without a password."""
    mail_from: str = "tierline@localhost"
    imap_url: SecretStr | None = None
    """The mailbox that clients write to: imaps://user:password@host/INBOX, or imap+starttls://…"""
    imap_done: str = "Tierline"
    """The folder for mail that was dealt with; it is made if there is none."""
    imap_every: Annotated[int, Field(ge=1, le=3600)] = 10
    """Seconds between two looks at the mailbox."""
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = None
    webhooks_may_be_private: bool = False
    """Whether events may go into this network and to this machine; whoever may subscribe can then reach there."""
    apprise_urls: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    """Separated by blanks or line breaks (an apprise URL may itself hold a comma)."""

    slack_token: SecretStr | None = None
    """Of a bot that may write (chat:write), for people whose `slack` is the id of a member or a channel."""
    slack_webhooks: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    """Incoming webhooks as name=https://…, separated by blanks; a person's `slack` may be such a name."""
    slack_url: str = "https://slack.com/api"
    teams_webhooks: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    """Webhooks of Teams workflows as name=https://…; a person's `teams` is such a name."""
    twilio_account: str | None = None
    """The account's SID; with the token and a sender, texts and calls go out."""
    twilio_token: SecretStr | None = None
    twilio_from: str | None = None
    """A number as +4930123456, or a messaging service (MG…), which sends texts and makes no calls."""
    twilio_url: str = "https://api.twilio.com"

    @field_validator("apprise_urls", "slack_webhooks", "teams_webhooks", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return value.split() if isinstance(value, str) else value

    @field_validator("slack_webhooks", "teams_webhooks")
    @classmethod
    def _named(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if any("://" not in each.get_secret_value().partition("=")[2] for each in value):
            raise ValueError("each is a name and an address: oncall=https://…")
        return value

    @field_validator("database_url")
    @classmethod
    def _name_the_driver(cls, value: SecretStr | None) -> SecretStr | None:
        """SQLAlchemy takes a bare postgresql:// for another driver than ours."""
        if value is None:
            return None
        scheme, separator, rest = value.get_secret_value().partition("://")
        if not separator or scheme not in {"postgres", "postgresql", "postgresql+psycopg"}:
            raise ValueError("must be a PostgreSQL address: postgresql://user:password@host:port/database")
        return SecretStr(f"postgresql+psycopg://{rest}")

    @classmethod
    def of_running(cls, **flags: Any) -> Self:
        """The settings with which to reach the stack that runs, or last ran, on the state directory."""
        settings = cls(**flags)
        noted = settings.running_file
        if not noted.exists():
            return settings
        said = settings.model_fields_set
        return cls(**{name: value for name, value in json.loads(noted.read_text()).items() if name not in said} | flags)

    def note_running(self) -> None:
        """Write down the ports in use, for commands in other terminals."""
        ports = {name: value for name, value in self if name.endswith("_port")}
        self.running_file.write_text(json.dumps(ports, indent=2) + "\n")

    @property
    def running_file(self) -> Path:
        return self.state / "running.json"

    @property
    def token_file(self) -> Path:
        """The first token, made by `tierline prepare`; mode 0600."""
        return self.state / "token"

    @property
    def postgres_password_file(self) -> Path:
        return self.state / "postgres" / "password"

    @property
    def dsn(self) -> str:
        """The SQLAlchemy URL of the database, the embedded one unless another is set."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        password = self.postgres_password_file.read_text().strip() if self.postgres_password_file.exists() else ""
        return f"postgresql+psycopg://tierline:{password}@127.0.0.1:{self.postgres_port}/tierline"

    @property
    def temporal_embedded(self) -> bool:
        """Whether `up` runs a dev server of its own; a configuration file is read only when a profile is named."""
        named = self.temporal_address or self.temporal_profile
        return not (named or os.environ.get("TEMPORAL_ADDRESS") or os.environ.get("TEMPORAL_PROFILE"))

    def temporal_connection(self) -> ClientConnectConfig:
        """Arguments for `temporalio.client.Client.connect`: address, namespace, TLS and API key."""
        if self.temporal_embedded:
            return {"target_host": f"127.0.0.1:{self.temporal_port}", "namespace": self.temporal_namespace or "default"}
        # An address alone must not be sent the API key of whatever profile happens to be in the user's file.
        bare = self.temporal_address is not None and self.temporal_profile is None
        config = ClientConfig.load_client_connect_config(profile=self.temporal_profile, disable_file=bare)
        config["target_host"] = self.temporal_address or config.get("target_host", "")
        config["namespace"] = self.temporal_namespace or config.get("namespace") or "default"
        return config

    @property
    def namespace(self) -> str:
        """The Temporal namespace of `temporal_connection`."""
        return self.temporal_connection()["namespace"]

    @property
    def api_url(self) -> str:
        """Where people reach the API, without a slash at the end."""
        return (self.public_url or f"http://127.0.0.1:{self.api_port}").rstrip("/")

    @property
    def ui_url(self) -> str:
        """Where people reach the Temporal UI, without a slash at the end."""
        return (self.temporal_ui_url or f"http://127.0.0.1:{self.ui_port}").rstrip("/")
