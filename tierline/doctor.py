"""`tierline doctor`: looks at everything the product needs, and says for each fault what to do."""

from collections.abc import Callable
from typing import NamedTuple

from rich.console import Console
from rich.markup import escape

from tierline import machine_checks, server_checks
from tierline.findings import UnwellError
from tierline.settings import Settings


class Check(NamedTuple):
    """A look at one thing; `needs` names a check without which this one has no sense."""

    name: str
    look: Callable[[Settings], str]
    needs: str | None = None


CHECKS = (
    Check("Python", machine_checks.python),
    Check("Settings", machine_checks.settings_known),
    Check("Policy", machine_checks.policy),
    Check("Embedded servers", machine_checks.embedded_servers),
    Check("State directory", machine_checks.state_directory),
    Check("Ports", machine_checks.ports_free),
    Check("Database", server_checks.database),
    Check("Migrations", server_checks.migrations, "Database"),
    Check("Temporal", server_checks.temporal),
    Check("Search attributes", server_checks.search_attributes, "Temporal"),
    Check("Worker", server_checks.worker, "Temporal"),
    Check("API", server_checks.api),
    Check("Contact", server_checks.contact, "Migrations"),
    Check("First token", machine_checks.first_token),
)


def run(settings: Settings) -> int:
    """Print one line for each check; 1 when any found a fault."""
    console = Console(highlight=False, soft_wrap=True)
    faults: set[str] = set()
    for check in CHECKS:
        if check.needs in faults:
            console.print(f"[dim]-[/] {check.name:<18} [dim]not checked without {check.needs}[/]")
            continue
        try:
            console.print(f"[green]✓[/] {check.name:<18} {escape(check.look(settings))}")
        except UnwellError as unwell:
            faults.add(check.name)
            console.print(f"[red]✗[/] {check.name:<18} {escape(str(unwell))}")
            console.print(f"  {'':<18} [dim]→[/] {escape(unwell.cure)}")
    console.print(f"\n{len(faults)} of {len(CHECKS)} checks found a fault." if faults else "\nAll is well.")
    return int(bool(faults))
