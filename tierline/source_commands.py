"""The commands under `tierline source`."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tierline.settings import Settings

State = Annotated[Path | None, typer.Option("--state", help="State directory.", show_default=".tierline")]
Source = Annotated[str, typer.Argument(help="As shown by `source list`.")]
MapFile = Annotated[Path | None, typer.Option("--map", help="How its words are read, as YAML or JSON; docs/intake.md.")]


def sources(settings: "Callable[[Path | None], Settings]") -> typer.Typer:
    """The commands; `settings` gives those of the stack that runs on a state directory."""
    app = typer.Typer(help="Monitoring and other machines that may come in.", no_args_is_help=True)
    _add_making(app, settings)
    _add_changing(app, settings)
    _add_looking(app, settings)
    return app


def _add_making(app: typer.Typer, settings: "Callable[[Path | None], Settings]") -> None:
    @app.command("add")
    def add(
        source: Annotated[str, typer.Argument(help="Small letters, digits and hyphens: it stands in the address.")],
        kind: Annotated[str, typer.Option(help="alertmanager, pagerduty, cloudevents, generic, …")],
        client: Annotated[str | None, typer.Option(help="Whose faults these are, if all are of one client.")] = None,
        map_file: MapFile = None,
        scheme: Annotated[
            str | None, typer.Option(help="How it proves itself, if not as its kind mostly does.")
        ] = None,
        header: Annotated[str | None, typer.Option(help="The header of its key, with --scheme header.")] = None,
        secret: Annotated[str | None, typer.Option(help="A signing secret that exists already.")] = None,
        note: Annotated[str, typer.Option(help="What it is.")] = "",
        state: State = None,
    ) -> None:
        """Let a machine in, and show its secret, once."""
        from tierline import source_cli

        said = {"id": source, "kind": kind, "scheme": scheme, "header": header, "secret": secret, "note": note}
        source_cli.add(settings(state), map_file, client, **said)


def _add_changing(app: typer.Typer, settings: "Callable[[Path | None], Settings]") -> None:
    @app.command("map")
    def change_map(source: Source, file: Path, state: State = None) -> None:
        """Read its words by this map from now on; the former ones stay on record."""
        from tierline import source_cli

        source_cli.change_map(settings(state), source, file)

    @app.command("secret")
    def secret(
        source: Source,
        given: Annotated[str | None, typer.Option("--secret", help="A signing secret that exists already.")] = None,
        state: State = None,
    ) -> None:
        """Make a second secret and show it, once; both are good until one is retired."""
        from tierline import source_cli

        source_cli.renew(settings(state), source, given)

    @app.command("retire")
    def retire(source: Source, secret_id: str, state: State = None) -> None:
        """Retire a secret, by its id."""
        from tierline import source_cli

        source_cli.retire(settings(state), source, secret_id)

    @app.command("disable")
    def disable(source: Source, state: State = None) -> None:
        """Shut a source out."""
        from tierline import source_cli

        source_cli.turn(settings(state), source, on=False)

    @app.command("enable")
    def enable(source: Source, state: State = None) -> None:
        """Let it in again."""
        from tierline import source_cli

        source_cli.turn(settings(state), source, on=True)


def _add_looking(app: typer.Typer, settings: "Callable[[Path | None], Settings]") -> None:
    @app.command("list")
    def list_sources(state: State = None) -> None:
        """Show the sources: when each was last heard, what waits, what lies in quarantine."""
        from tierline import source_cli

        source_cli.list_all(settings(state))

    @app.command("show")
    def show(source: Source, state: State = None) -> None:
        """Print a source with its map."""
        from tierline import source_cli

        source_cli.show(settings(state), source)

    @app.command("try")
    def try_file(source: Source, body: Path, map_file: MapFile = None, state: State = None) -> None:
        """Print what a body in a file would say; nothing is kept. Exit code 1 if something is wrong."""
        from tierline import source_cli

        if not source_cli.try_file(settings(state), source, body, map_file):
            raise typer.Exit(1)
