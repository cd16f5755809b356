"""`tierline views`: the views of the Temporal UI, for this host and namespace."""

import typer

from tierline import ui_views
from tierline.settings import Settings


def show(settings: Settings, *, person: str | None, script: bool, bookmarks: bool) -> None:
    """Print each view with its link; or a script for the UI; or a file of bookmarks."""
    views = ui_views.views_of(person)
    if script:
        typer.echo(ui_views.script(settings.namespace, views), nl=False)
    elif bookmarks:
        typer.echo(ui_views.bookmarks(settings.ui_url, settings.namespace, views))
    else:
        width = max(len(view.name) for view in views)
        for view in views:
            typer.echo(f"{view.name:<{width}}  {ui_views.link(settings.ui_url, settings.namespace, view)}")
