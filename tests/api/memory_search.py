"""A library that is searched in memory: a document fits by the words of its title."""

from dataclasses import dataclass, field

from escalation.library.search import Found, Sought
from escalation.library.snippet import snippet, words


@dataclass
class MemorySearch:
    """Documents by id, with the categories and the clients that each is for."""

    documents: list[Found] = field(default_factory=list)
    categories: dict[str, str] = field(default_factory=dict)
    clients: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sought: list[Sought] = field(default_factory=list)

    def find(self, sought: Sought) -> list[Found]:
        self.sought.append(sought)
        asked = set(words(sought.text))
        hits = [(len(asked & set(words(each.title))), each) for each in self.documents if self._meant(each, sought)]
        scored = sorted(((n, each) for n, each in hits if n), key=lambda hit: (-hit[0], hit[1].id))
        return [
            each.model_copy(update={"score": float(n), "snippet": snippet(each.title, asked)}) for n, each in scored
        ][: sought.limit]

    def sop(self, category: str, named: str | None, client: str, clients: tuple[str, ...] | None) -> Found | None:
        wanted = named or next((its_id for its_id, own in self.categories.items() if own == category), None)
        return next((each for each in self.documents if each.id == wanted), None)

    def _meant(self, each: Found, sought: Sought) -> bool:
        own = self.clients.get(each.id, ())
        return (
            (not sought.kinds or each.kind in sought.kinds)
            and (not own or sought.clients is None or bool(set(own) & set(sought.clients)))
            and (not own or sought.client is None or sought.client in own)
        )
