"""Looking something up in the library: what is asked, and what is found."""

from escalation.library.documents import DocumentKind
from escalation.terms import Facts

MOST_QUERY = 20_000  # characters
MOST_FOUND = 50


class Sought(Facts):
    """What somebody looks for; no `kinds`: every kind. `clients` are those that the reader may see, None being all.

    `open_only` leaves out known issues that are fixed.
    """

    text: str
    kinds: tuple[DocumentKind, ...] = ()
    client: str | None = None
    clients: tuple[str, ...] | None = None
    open_only: bool = False
    limit: int = 10


class Found(Facts):
    """A published document, how well it fits (comparable within one answer only), and where; `snippet` is HTML.

    In the snippet everything is escaped but the marks around the words that were looked for.
    """

    id: str
    kind: DocumentKind
    title: str
    revision: int
    score: float
    snippet: str
    categories: tuple[str, ...] = ()
