"""The commands under `tierline audit`."""

from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV.")]
AsMarkdown = Annotated[bool, typer.Option("--markdown", help="Print Markdown.")]


def audits() -> typer.Typer:
    """The commands."""
    app = typer.Typer(help="Audits: what the tickets say about how the desk escalates.", no_args_is_help=True)

    @app.command("quarterly")
    def quarterly(
        log: Annotated[Path, typer.Option(help="Of this event log, without a server.")],
        mapping: Annotated[Path | None, typer.Option(help="Which column of the log means what (YAML).")] = None,
        as_json: AsJson = False,
        as_csv: AsCsv = False,
        as_markdown: AsMarkdown = False,
    ) -> None:
        """What always escalates, who fills Tier 3, and at which hours escalations pile up: with test and effect."""
        from tierline.audit_log import audit_log
        from tierline.audit_shown import Form

        audit_log(log, mapping, Form.of(as_json=as_json, as_csv=as_csv, as_markdown=as_markdown))

    return app
