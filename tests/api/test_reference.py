"""The API's own pages: from files of ours alone."""

import re

import pytest

from tests.api.conftest import Api

_FILES = re.compile(r'(?:src|href)="([^"]+)"')


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
async def test_the_reference_of_the_api_takes_nothing_from_elsewhere(api: Api, path: str) -> None:
    page = await api.client.get(path)
    assert page.status_code == 200
    assert "//" not in page.text
    assert "/openapi.json" in page.text
    files = _FILES.findall(page.text)
    assert len(files) >= 2
    for file in files:
        assert (await api.client.get(file)).status_code == 200, file
    policy = page.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "http" not in policy
    assert "<script>" not in page.text


async def test_the_reference_shows_what_there_is_without_a_token(api: Api) -> None:
    assert "/v1/tickets" in (await api.client.get("/openapi.json")).json()["paths"]
