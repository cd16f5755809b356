"""The commands under `tierline sop`."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tierline.settings import Settings

State = Annotated[Path | None, typer.Option("--state", help="State directory.", show_default=".tierline")]
Directory = Annotated[Path, typer.Argument(help="A directory of documents, Markdown with front matter.")]


def add_to(app: typer.Typer, settings: "Callable[[Path | None], Settings]") -> None:
    """Add the commands; `settings` gives those of the stack that runs on a state directory."""

    @app.command("import")
    def import_documents(
        directory: Directory,
        publish: Annotated[bool, typer.Option("--publish", help="Publish them; otherwise they are drafts.")] = False,
        state: State = None,
    ) -> None:
        """Bring a directory of documents into the library: all of them or none. Unchanged ones make no revision."""
        from tierline.library_cli import import_directory

        import_directory(settings(state), directory, publish=publish)

    @app.command("export")
    def export_documents(directory: Directory, state: State = None) -> None:
        """Write every document as it is published, a file each, byte for byte as it was written."""
        from tierline.library_cli import export_directory

        export_directory(settings(state), directory)

    @app.command("lint")
    def lint_documents(
        directory: Directory,
        policy: Annotated[
            Path | None, typer.Option(help="The policy to agree with.", show_default="the default policy")
        ] = None,
    ) -> None:
        """Say whether the documents may be published under a policy, and where not. Needs no server."""
        from tierline.library_cli import lint

        raise typer.Exit(lint(directory, policy or settings(None).policy_path))
