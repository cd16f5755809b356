"""Somebody at the console, as a browser without scripts: follows redirects, keeps its cookie, sends forms."""

from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import httpx

from escalation.terms import Role
from tests.api.conftest import Api

_OUR_OWN = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Visit:
    """One visit, begun by `visit_of`."""

    client: httpx.AsyncClient

    async def get(self, path: str, **query: Any) -> httpx.Response:
        """A page, wherever it leads."""
        return await self.client.get(path, params=query or None, follow_redirects=True)

    async def send(self, path: str, **fields: Any) -> httpx.Response:
        """A form; the answer itself, without following it."""
        return await self.client.post(path, data=fields, headers=_OUR_OWN)


async def visit_of(api: Api, person: str = "grace", role: Role = Role.SERVICE_MANAGER, *clients: str) -> Visit:
    """Signed in."""
    client = httpx.AsyncClient(transport=httpx.ASGITransport(api.app), base_url="http://api.example")
    visit = Visit(client)
    answer = await visit.send("/console/sign-in", token=api.token(person, role, *clients))
    assert answer.status_code == 303, answer.text
    return visit


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def words_of(page: httpx.Response) -> str:
    """What a page says, without its markup."""
    parser = _Words()
    parser.feed(page.text.partition("<main")[2])
    return " ".join(parser.words)
