"""The commands under `tierline policy` that deal with published versions."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tierline.settings import Settings

State = Annotated[Path | None, typer.Option("--state", help="State directory.", show_default=".tierline")]
Version = Annotated[str, typer.Argument(help="As shown by `policy list`.")]
Either = Annotated[str, typer.Argument(help="A published version, or a file.")]


def add_to(app: typer.Typer, settings: "Callable[[Path | None], Settings]") -> None:
    """Add the commands; `settings` gives those of the stack that runs on a state directory."""

    @app.command("publish")
    def publish_policy(file: Annotated[Path, typer.Argument(help="A policy document.")], state: State = None) -> None:
        """Publish a document for new tickets. Its version must be new; running tickets stay on theirs."""
        from tierline.policy_versions_cli import publish

        publish(settings(state), file)

    @app.command("list")
    def list_policies(state: State = None) -> None:
        """Show every published version."""
        from tierline.policy_versions_cli import list_all

        list_all(settings(state))

    @app.command("show")
    def show_policy(
        version: Annotated[str | None, typer.Argument(help="A version.", show_default="the current one")] = None,
        state: State = None,
    ) -> None:
        """Print a version as it was published."""
        from tierline.policy_versions_cli import show

        show(settings(state), version)

    @app.command("diff")
    def diff_policies(before: Either, after: Either, state: State = None) -> None:
        """Say what the second says differently from the first; exit code 1 if anything."""
        from tierline.policy_versions_cli import diff

        raise typer.Exit(diff(settings(state), before, after))

    @app.command("rollback")
    def roll_back(version: Version, state: State = None) -> None:
        """Give new tickets an earlier version again."""
        from tierline.policy_versions_cli import rollback

        rollback(settings(state), version)

    @app.command("migrate")
    def migrate_tickets(
        version: Version,
        client: Annotated[str | None, typer.Option(help="Only this client's.")] = None,
        stage: Annotated[str | None, typer.Option(help="Only at this stage, such as tier_2.")] = None,
        priority: Annotated[str | None, typer.Option(help="Only of this priority.")] = None,
        from_version: Annotated[str | None, typer.Option("--from", help="Only those on this version.")] = None,
        ticket: Annotated[list[str] | None, typer.Option(help="This ticket (repeatable).")] = None,
        reason: Annotated[str | None, typer.Option(help="Why, for their timelines.")] = None,
        apply: Annotated[bool, typer.Option("--apply", help="Move them; otherwise only show what would move.")] = False,
        state: State = None,
    ) -> None:
        """Show every deadline of running tickets that would move under a version, or move the tickets to it."""
        from tierline.policy_versions_cli import migrate

        asked = {"client": client, "stage": stage, "priority": priority, "from_version": from_version, "reason": reason}
        chosen: dict[str, object] = {name: value for name, value in asked.items() if value is not None}
        selection = chosen | ({"tickets": ticket} if ticket else {})
        raise typer.Exit(migrate(settings(state), version, selection, apply=apply))
