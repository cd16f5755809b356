"""The commands under `tierline psa`."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tierline.settings import Settings

State = Annotated[Path | None, typer.Option("--state", help="State directory.", show_default=".tierline")]
Name = Annotated[str, typer.Argument(help="The connection.")]


def psa(settings: "Callable[[Path | None], Settings]") -> typer.Typer:
    """The commands; `settings` gives those of the stack that runs on a state directory."""
    app = typer.Typer(help="Other systems that tickets are kept in step with.", no_args_is_help=True)

    @app.command("check")
    def check(
        path: Annotated[Path, typer.Argument(help="A map (YAML).")],
        policy: Annotated[Path | None, typer.Option(help="The policy to hold it against.")] = None,
    ) -> None:
        """Say whether a map holds, and where it does not. Needs no server."""
        from tierline.psa_cli import check as check_map

        check_map(path, policy or settings(None).policy_path)

    @app.command("connect")
    def connect(
        name: Name,
        url: Annotated[str, typer.Option(help="Where the other system's API is.")],
        path: Annotated[Path, typer.Option("--map", help="Its map (YAML).")],
        user: Annotated[str, typer.Option(help="The user of ours there.")] = "tierline",
        every: Annotated[int, typer.Option(help="Seconds between two looks at everything.", min=5, max=86400)] = 300,
        state: State = None,
    ) -> None:
        """Connect, or change a connection. The user's secret comes from TIERLINE_PSA_SECRET, or is asked for."""
        from tierline.psa_cli import connect as connect_to

        connect_to(settings(state), name, url, user, path, every)

    @app.command("list")
    def show(state: State = None) -> None:
        """Show the connections, and how far each is."""
        from tierline.psa_cli import show as show_all

        show_all(settings(state))

    @app.command("log")
    def log(
        name: Name, limit: Annotated[int, typer.Option(min=1, max=200, help="How many.")] = 50, state: State = None
    ) -> None:
        """Show conflicts, refused moves, and records that were not taken in."""
        from tierline.psa_cli import show_log

        show_log(settings(state), name, limit)

    @app.command("sync")
    def sync(
        name: Name,
        record: Annotated[list[str] | None, typer.Option(help="This record alone (repeatable).")] = None,
        state: State = None,
    ) -> None:
        """Have records looked at again; without any, everything."""
        from tierline.psa_cli import sync as sync_now

        sync_now(settings(state), name, tuple(record or ()))

    _ends(app, settings)
    return app


def _ends(app: typer.Typer, settings: "Callable[[Path | None], Settings]") -> None:
    @app.command("pause")
    def pause(name: Name, state: State = None) -> None:
        """Let a connection rest."""
        from tierline.psa_cli import rest

        rest(settings(state), name, enabled=False)

    @app.command("resume")
    def resume(name: Name, state: State = None) -> None:
        """Let a connection go on; it catches up."""
        from tierline.psa_cli import rest

        rest(settings(state), name, enabled=True)

    @app.command("remove")
    def remove(name: Name, state: State = None) -> None:
        """Forget a connection and its links. Tickets stay on both sides."""
        from tierline.psa_cli import remove as forget

        forget(settings(state), name)
