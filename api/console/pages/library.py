"""The library: looked through by words, listed by kind and state, and what is in doubt."""

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import librarian
from api.console.allowed import allowed
from api.console.here import Here, Looking
from api.documents import DocumentLine
from api.patience import patiently
from api.words import Word
from escalation.library import DocumentKind, RevisionState, Wanted
from escalation.library.search import MOST_FOUND, Found, Sought

router = APIRouter()

_A_PAGE = 100
_LONGEST = 500  # characters that somebody looks for


class Asked(BaseModel):
    """What the form asks for; a field that is left empty asks for nothing. Words find what is published alone."""

    model_config = ConfigDict(extra="ignore")

    words: Annotated[str, Field(max_length=_LONGEST)] = ""
    kind: DocumentKind | Literal[""] = ""
    state: RevisionState | Literal[""] = ""
    doubt: Literal["", "yes"] = ""
    category: Word | Literal[""] = ""
    client: Word | Literal[""] = ""

    def sought(self, clients: tuple[str, ...] | None) -> Sought:
        """The words, for the search."""
        kinds = (self.kind,) if self.kind else ()
        return Sought(text=self.words, kinds=kinds, client=self.client or None, clients=clients, limit=MOST_FOUND)

    def wanted(self, clients: tuple[str, ...] | None, after: str | None) -> Wanted:
        """The rest, for the shelf."""
        said = {name: getattr(self, name) or None for name in ("kind", "state", "category", "client")}
        stale = True if self.doubt else None
        return Wanted(**said, stale=stale, clients=clients, after=after, limit=_A_PAGE + 1)

    def asked(self) -> dict[str, str]:
        """What an address says of it."""
        return {name: str(value) for name, value in self if value}


@router.get("/library")
async def library(here: Looking, asked: Annotated[Asked, Query()], after: Word | Literal[""] = "") -> Response:
    """What fits the words, the best first; or, without words, the documents by id."""
    mine = asked.client if here.viewer.clients is None or asked.client in here.viewer.clients else ""
    asked = asked.model_copy(update={"client": mine})
    found = await _found(here, asked) if asked.words.strip() else None
    lines, more = ([], "") if found is not None else await _listed(here, asked, after)
    return here.page(
        "library.html",
        asked=asked,
        found=found,
        lines=lines,
        more=more,
        first=not after,
        may_draft=allowed(librarian.judge_draft, here.token),
    )


async def _found(here: Here, asked: Asked) -> list[Found]:
    return list(await patiently(here.services.search.find, asked.sought(here.viewer.clients)))


async def _listed(here: Here, asked: Asked, after: str) -> tuple[list[DocumentLine], str]:
    wanted = asked.wanted(here.viewer.clients, after or None)
    lines = [DocumentLine.of(each) for each in await patiently(here.services.library.find, wanted)]
    page = lines[:_A_PAGE]
    return page, urlencode(asked.asked() | {"after": page[-1].id}) if len(lines) > _A_PAGE else ""
