"""The commands under `tierline token`."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tierline.settings import Settings

State = Annotated[Path | None, typer.Option("--state", help="State directory.", show_default=".tierline")]


def add_to(app: typer.Typer, settings: "Callable[[Path | None], Settings]") -> None:
    """Add the commands; `settings` gives those of the stack that runs on a state directory."""

    @app.command("create")
    def create_token(
        role: Annotated[
            str, typer.Option(help="technician, dispatcher, team_lead, service_manager, auditor or integration.")
        ],
        person: Annotated[str | None, typer.Option(help="Who acts with it; a technician's token needs one.")] = None,
        client: Annotated[list[str] | None, typer.Option(help="Only this client's tickets (repeatable).")] = None,
        note: Annotated[str, typer.Option(help="What it is for.")] = "",
        state: State = None,
    ) -> None:
        """Make a token and show it, once: only its hash is kept."""
        from tierline.token_cli import create

        create(settings(state), role=role, person=person, clients=tuple(client or ()), note=note)

    @app.command("list")
    def list_tokens(state: State = None) -> None:
        """Show the tokens, without their secrets."""
        from tierline.token_cli import list_all

        list_all(settings(state))

    @app.command("revoke")
    def revoke_token(
        token_id: Annotated[str, typer.Argument(help="As shown by `token list`.")], state: State = None
    ) -> None:
        """Make a token worthless at once."""
        from tierline.token_cli import revoke

        revoke(settings(state), token_id)
