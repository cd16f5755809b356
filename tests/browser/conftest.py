"""A real browser, and a running product to look at."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 30_000  # milliseconds, for whatever is looked for
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser of this machine; without one a developer's run skips, and CI's fails."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None and os.environ.get("CI"):
        pytest.fail("CI has no browser: .ci/run installs chromium")
    if found is None:
        pytest.skip("no browser here: install chromium to see what people see tested")
    return found


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield browser
        await browser.close()


async def new_page(browser: Browser, width: int = 1440, height: int = 1000, *, dark: bool = False) -> Page:
    """A window of its own, with its own cookies."""
    context = await browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
    )
    context.set_default_timeout(PATIENCE)
    return await context.new_page()


async def shot(page: Page, name: str, *, whole: bool = False) -> None:
    """Keep what the browser shows, or the whole page, in the directory that TIERLINE_SCREENSHOTS names, if any."""
    if directory := os.environ.get("TIERLINE_SCREENSHOTS"):
        await page.screenshot(path=Path(directory) / f"{name}.png", full_page=whole)
