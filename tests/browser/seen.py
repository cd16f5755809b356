"""The console as somebody sees it: a window of their own, signed in."""

from dataclasses import dataclass

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from tests.browser.conftest import new_page
from tests.e2e.desk import Desk

_ASKED = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@dataclass
class Seat:
    """One person at the console."""

    desk: Desk
    page: Page

    async def open(self, path: str) -> Page:
        """A page of the console."""
        await self.page.goto(f"{self.desk.stack.url}{path}")
        return self.page

    async def barriers(self) -> list[str]:
        """What keeps people from using the page that is open, as axe finds it."""
        found = await Axe().run(self.page, options=_ASKED)
        return [
            f"{each['id']}: {each['help']} at {[node['target'] for node in each['nodes'][:3]]}"
            for each in found.response["violations"]
        ]

    async def too_wide(self) -> int:
        """By how many pixels the page is wider than its window."""
        return int(
            await self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        )


async def seated(desk: Desk, browser: Browser, person: str, width: int = 1440, *, dark: bool = False) -> Seat:
    """Signed in as this person, in a window of their own."""
    page = await new_page(browser, width, 1000, dark=dark)
    await page.goto(f"{desk.stack.url}/console/sign-in")
    await page.get_by_label("Your token").fill(await desk.token_of(person))
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/console/")
    return Seat(desk, page)
