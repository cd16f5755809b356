"""How `tierline demo` looks in a terminal: who, when, what; a link that can be copied whole."""

from datetime import datetime

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

_TIME, _WHO = 10, 16  # columns


class Teller:
    """Prints the story."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def scene(self, clock: str, title: str, setting: str) -> None:
        """The heading of a story, and what it is about."""
        self.console.print()
        self.console.print(Text(f"{clock}  {title}", style="bold"))
        self.console.print(Padding(Text(setting, style="italic"), (0, 0, 0, 2), expand=False))

    def ticket(self, ticket_id: str, about: str, link: str) -> None:
        """A ticket comes in."""
        self.console.print()
        self.console.print(Text.assemble("  ", (ticket_id, "bold cyan"), f"  {about}"))
        self.console.print(Text(f"  {link}", style="dim"), soft_wrap=True)

    def happened(self, at: datetime, who: str, what: str) -> None:
        """An event of the journal, with its time in UTC."""
        self._line(f"{at:%H:%M:%S}", who, Text(what))

    def refused(self, who: str, tried: str, status: int, code: str, detail: str) -> None:
        """A refusal, as it was meant to be."""
        said = Text.assemble(f"{tried}: ", (f"refused, {status} {code}", "yellow"), f". {detail}")
        self._line("", who, said)

    def note(self, text: str) -> None:
        """A word to the reader."""
        self.console.print(Padding(Text(text, style="dim italic"), (0, 0, 0, 2), expand=False))

    def wrong(self, text: str) -> None:
        """What did not go as it should."""
        self.console.print(Padding(Text(f"✗ {text}", style="bold red"), (0, 0, 0, 2), expand=False))

    def _line(self, when: str, who: str, what: Text) -> None:
        row = Table.grid(padding=(0, 1))
        row.add_column(width=_TIME)
        row.add_column(width=_WHO, no_wrap=True)
        row.add_column()
        row.add_row(Text(f"  {when}", style="dim"), Text(who, style="green" if who != "Tierline" else "magenta"), what)
        self.console.print(row)
