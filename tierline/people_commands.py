"""The commands under `tierline people`."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tierline.settings import Settings

State = Annotated[Path | None, typer.Option("--state", help="State directory.", show_default=".tierline")]


def people(settings: "Callable[[Path | None], Settings]") -> typer.Typer:
    """The commands; `settings` gives those of the stack that runs on a state directory."""
    app = typer.Typer(help="The people of the desk.", no_args_is_help=True)

    @app.callback()
    def several() -> None:
        """The people of the desk."""

    @app.command("verify")
    def verify(
        person: Annotated[str, typer.Argument(help="Whose way it is.")],
        method: Annotated[str, typer.Argument(help="mail, teams, slack, apprise, sms or voice.")],
        code: Annotated[str | None, typer.Option(help="The code that came; without it, one is sent.")] = None,
        state: State = None,
    ) -> None:
        """Have a code sent by a way to somebody, and enter the one that came."""
        from tierline.ask_api import post

        said = {} if code is None else {"code": code}
        post(settings(state), f"/v1/people/{person}/contact-methods/{method}/verify", said)
        done = f"a code went out to {person} by {method}: enter it with --code"
        typer.echo(done if code is None else f"{person} can be reached by {method}")

    return app
