"""The command `tierline`. Every command imports what it needs when it runs, so that the command starts quickly."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tierline import (
    audit_commands,
    library_commands,
    link_commands,
    maintenance_commands,
    people_commands,
    policy_commands,
    psa_commands,
    quarantine_commands,
    source_commands,
    token_commands,
)
from tierline.faults import OperatorError

if TYPE_CHECKING:
    from tierline.settings import Settings

app = typer.Typer(
    help="Runs a service desk's escalations: every ticket a durable workflow, every promise a durable timer.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
token_app = typer.Typer(help="API tokens.", no_args_is_help=True)
policy_app = typer.Typer(help="The policy document.", no_args_is_help=True)
triage_app = typer.Typer(help="Practise triage.", no_args_is_help=True)
sop_app = typer.Typer(help="The documents to work by.", no_args_is_help=True)
app.add_typer(token_app, name="token")
app.add_typer(policy_app, name="policy")
app.add_typer(triage_app, name="triage")
app.add_typer(sop_app, name="sop")

State = Annotated[Path | None, typer.Option("--state", help="State directory.", show_default=".tierline")]


@app.command()
def up(
    state: State = None,
    api_port: Annotated[int | None, typer.Option(help="API.", show_default="8000")] = None,
    temporal_port: Annotated[int | None, typer.Option(help="Temporal server.", show_default="7233")] = None,
    ui_port: Annotated[int | None, typer.Option(help="Temporal UI.", show_default="8233")] = None,
    postgres_port: Annotated[int | None, typer.Option(help="PostgreSQL.", show_default="5433")] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Start this part alone (repeatable): postgres, temporal, prepare, …")
    ] = None,
) -> None:
    """Start everything on this machine: database, Temporal, worker, API. Ctrl-C stops it."""
    from tierline import up as stack

    if unknown := set(only or ()) - set(stack.NAMES):
        raise OperatorError(f"there is no part {', '.join(sorted(unknown))}: the parts are {', '.join(stack.NAMES)}")
    settings = _settings(
        state=state, api_port=api_port, temporal_port=temporal_port, ui_port=ui_port, postgres_port=postgres_port
    )
    raise typer.Exit(stack.run(settings, only or stack.NAMES))


@app.command()
def prepare(state: State = None) -> None:
    """Bring the database up to date, register search attributes and schedules, make the first token. Repeatable."""
    from tierline.audit_schedules import register_audit_schedules
    from tierline.local_temporal import keep_histories
    from tierline.prepare import first_token, prepare_database, register_search_attributes

    settings = _settings(running=True, state=state)
    prepare_database(settings)
    if settings.temporal_embedded:
        keep_histories(settings)
    register_search_attributes(settings)
    register_audit_schedules(settings)
    first_token(settings)


@app.command()
def worker() -> None:
    """Run a worker in the foreground; as many as you like, on any machine."""
    from tierline.become import become_worker

    become_worker()


@app.command()
def api(
    host: Annotated[str | None, typer.Option(show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(show_default="8000")] = None,
) -> None:
    """Run the API in the foreground."""
    from tierline.become import become_api

    become_api(_settings(api_host=host, api_port=port))


@app.command()
def doctor(state: State = None) -> None:
    """Check the set-up and the running parts; each fault with what to do about it."""
    from tierline.doctor import run

    raise typer.Exit(run(_settings(running=True, state=state)))


@app.command()
def metrics(
    log: Annotated[Path | None, typer.Option(help="Compute from this event log, without a server.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="Which column of the log means what (YAML).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    since: Annotated[str | None, typer.Option("--from", help="Moment, ISO 8601; of the running desk only.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Moment, ISO 8601; of the running desk only.")] = None,
    by: Annotated[
        str | None, typer.Option(help="client, category, technician, shift, partner, hours or priority.")
    ] = None,
    imported: Annotated[bool, typer.Option("--imported", help="Of the imported logs, not of the desk's own.")] = False,
    state: State = None,
) -> None:
    """Escalation figures, of the running desk or of an event log."""
    if log is not None:
        from tierline.metrics_cli import log_metrics

        log_metrics(log, mapping, as_json=as_json)
        return
    from tierline.ask_api import show_metrics

    query = {"from": since, "to": until, "by": by, "imported": "true" if imported else None}
    show_metrics(_settings(running=True, state=state), query, as_json=as_json)


@app.command()
def pauses(
    since: Annotated[str | None, typer.Option("--from", help="Moment, ISO 8601.", show_default="90 days ago")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Moment, ISO 8601.", show_default="now")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    state: State = None,
) -> None:
    """Holds that look wrong: the customer had replied, or the clock was stopped just before a breach."""
    from tierline.pauses_cli import show

    show(_settings(running=True, state=state), {"from": since, "to": until}, as_json=as_json)


@app.command()
def oncall(
    days: Annotated[int, typer.Option(min=1, max=366, help="How far ahead.")] = 14,
    rota: Annotated[str | None, typer.Option(help="This rota alone.")] = None,
    zone: Annotated[str | None, typer.Option(help="Show times in this zone.", show_default="this machine's")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, times in UTC.")] = False,
    state: State = None,
) -> None:
    """Who is on call now and over the next days, why they, and where nobody is."""
    from tierline.oncall_cli import show

    show(_settings(running=True, state=state), days=days, rota=rota, zone=zone, as_json=as_json)


@app.command()
def views(
    person: Annotated[str | None, typer.Option(help="With views of what this person holds.")] = None,
    script: Annotated[bool, typer.Option("--script", help="For the browser's console, on the UI's page.")] = False,
    bookmarks: Annotated[bool, typer.Option("--bookmarks", help="A file that browsers import.")] = False,
    state: State = None,
) -> None:
    """The views of the Temporal UI: links, a script that saves them in the UI, or bookmarks."""
    from tierline.views_cli import show

    show(_settings(running=True, state=state), person=person, script=script, bookmarks=bookmarks)


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="Event log: CSV, or CSV in gzip.")],
    mapping: Annotated[Path | None, typer.Option(help="Which column means what (YAML).")] = None,
    state: State = None,
) -> None:
    """Read an event log into the journal, with its own times. Nothing is sent to anyone."""
    from tierline.import_cli import run

    run(_settings(running=True, state=state), file, mapping)


@app.command()
def demo(state: State = None) -> None:
    """Play a business day of tickets through the running desk and show what happened."""
    from tierline.demo import run

    run(_settings(running=True, state=state))


@app.command()
def rebuild(state: State = None) -> None:
    """Build the whole read side again from the journal."""
    from tierline.rebuild_cli import run

    run(_settings(running=True, state=state))


@triage_app.command("practise")
def practise_triage(
    seed: Annotated[int | None, typer.Option(min=0, help="The same seed gives the same cases.")] = None,
    cases: Annotated[int, typer.Option(min=1, max=50, help="How many.")] = 5,
    state: State = None,
) -> None:
    """Answer made-up tickets, and see what the rules do with each and why."""
    from tierline.triage_cli import practise

    practise(_settings(running=True, state=state), seed=seed, cases=cases)


@policy_app.command("check")
def check_policy(
    file: Annotated[Path | None, typer.Argument(help="A policy document.", show_default="the default policy")] = None,
) -> None:
    """Say whether the document holds, and where it does not."""
    from tierline.policy_cli import check

    raise typer.Exit(check(file or _settings().policy_path))


@policy_app.command("backtest")
def backtest_policy(
    file: Annotated[
        Path | None, typer.Argument(help="The policy document to try.", show_default="the versions that each had")
    ] = None,
    since: Annotated[datetime | None, typer.Option("--from", help="Tickets taken in from then on (UTC).")] = None,
    until: Annotated[datetime | None, typer.Option("--to", help="Tickets taken in before then (UTC).")] = None,
    log: Annotated[Path | None, typer.Option(help="Try it on this event log, without a server.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="Which column of the log means what (YAML).")] = None,
    client: Annotated[
        str | None, typer.Option(help="Whose promises hold for a log.", show_default="the policy's first")
    ] = None,
    imported: Annotated[bool, typer.Option("--imported", help="On the imported logs, not the desk's own.")] = False,
    details: Annotated[Path | None, typer.Option(help="Write each changed ticket there, a line of JSON each.")] = None,
    show: Annotated[int, typer.Option(help="How many changed tickets to show.")] = 10,
    workers: Annotated[int, typer.Option(help="Processes.", show_default="one for each core")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    state: State = None,
) -> None:
    """Run past tickets through another policy, and say what would have changed. Nothing is written but the report."""
    from tierline.backtest_cli import Wanted, run

    wanted = Wanted(
        policy=file, since=_utc(since), until=_utc(until), log=log, mapping=mapping, client=client, imported=imported,
        workers=workers or os.cpu_count() or 1, examples=show, details=details, as_json=as_json,
    )  # fmt: skip
    run(_settings(running=log is None, state=state), wanted)


@policy_app.command("schema")
def write_policy_schema() -> None:
    """Write policies/schema.json, against which editors check a policy document."""
    from tierline.policy_cli import write_schema

    write_schema()


def _of_running(state: Path | None) -> "Settings":
    return _settings(running=True, state=state)


app.add_typer(audit_commands.audits(_of_running), name="audit")
app.add_typer(psa_commands.psa(_of_running), name="psa")
app.add_typer(link_commands.links(_of_running), name="links")
app.add_typer(maintenance_commands.maintenance(_of_running), name="maintenance")
app.add_typer(people_commands.people(_of_running), name="people")
app.add_typer(source_commands.sources(_of_running), name="source")
app.add_typer(quarantine_commands.quarantine(_of_running), name="quarantine")
token_commands.add_to(token_app, _of_running)
policy_commands.add_to(policy_app, _of_running)
library_commands.add_to(sop_app, _of_running)


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None


def _settings(*, running: bool = False, **flags: Any) -> "Settings":
    """Settings with these flags; with `running`, on the ports that the stack of the state directory noted."""
    from pydantic import ValidationError

    from tierline.settings import Settings, SettingsError

    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings.of_running(**given) if running else Settings(**given)
    except ValidationError as error:
        raise SettingsError.of(error) from None


def main() -> None:
    """The command's entry point."""
    code: str | int | None = 0
    try:
        app()
    except OperatorError as error:
        typer.secho(f"tierline: {error}", err=True, fg=typer.colors.RED)
        code = 1
    except SystemExit as leaving:
        code = leaving.code
    # Not sys.exit: a process that has used the Temporal client can crash while the interpreter is taken down.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))
