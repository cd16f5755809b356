"""The commands under `tierline audit`."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from escalation.audit.window import AuditKind
    from tierline.settings import Settings

State = Annotated[Path | None, typer.Option("--state", help="State directory.", show_default=".tierline")]
Since = Annotated[str | None, typer.Option("--from", help="Moment, ISO 8601.", show_default="the last whole window")]
Until = Annotated[str | None, typer.Option("--to", help="Moment, ISO 8601.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV.")]
AsMarkdown = Annotated[bool, typer.Option("--markdown", help="Print Markdown.")]


def audits(settings: "Callable[[Path | None], Settings]") -> typer.Typer:
    """The commands; `settings` gives those of the stack that runs on a state directory."""
    app = typer.Typer(help="Audits: what the tickets say about how the desk escalates.", no_args_is_help=True)

    def ask(
        state: Path | None,
        kind: "AuditKind",
        since: str | None,
        until: str | None,
        as_json: bool,
        as_csv: bool,
        as_markdown: bool,
    ) -> None:
        from tierline.audit_asked import ask_audit
        from tierline.audit_shown import Form

        form = Form.of(as_json=as_json, as_csv=as_csv, as_markdown=as_markdown)
        ask_audit(settings(state), kind, since, until, form)

    @app.command("weekly")
    def weekly(
        since: Since = None,
        until: Until = None,
        as_json: AsJson = False,
        as_csv: AsCsv = False,
        as_markdown: AsMarkdown = False,
        state: State = None,
    ) -> None:
        """Who escalates what, the over-escalation alarm, near misses, overdue actions: made once for each window."""
        ask(state, "weekly", since, until, as_json, as_csv, as_markdown)

    @app.command("monthly")
    def monthly(
        since: Since = None,
        until: Until = None,
        as_json: AsJson = False,
        as_csv: AsCsv = False,
        as_markdown: AsMarkdown = False,
        state: State = None,
    ) -> None:
        """A sample of escalations to judge, every ticket at Tier 3 to class, and what was said of them so far."""
        ask(state, "monthly", since, until, as_json, as_csv, as_markdown)

    @app.command("quarterly")
    def quarterly(
        since: Since = None,
        until: Until = None,
        log: Annotated[Path | None, typer.Option(help="Of all of this event log, without a server.")] = None,
        mapping: Annotated[Path | None, typer.Option(help="Which column of the log means what (YAML).")] = None,
        as_json: AsJson = False,
        as_csv: AsCsv = False,
        as_markdown: AsMarkdown = False,
        state: State = None,
    ) -> None:
        """What always escalates, who fills Tier 3, and at which hours escalations pile up: with test and effect."""
        if log is None:
            ask(state, "quarterly", since, until, as_json, as_csv, as_markdown)
            return
        from tierline.audit_log import audit_log
        from tierline.audit_shown import Form

        audit_log(log, mapping, Form.of(as_json=as_json, as_csv=as_csv, as_markdown=as_markdown))

    return app
