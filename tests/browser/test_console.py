"""The console in a real browser, over the real product.

Set TIERLINE_SCREENSHOTS to a directory to keep what the browser showed.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.browser.conftest import QUIET, shot
from tests.browser.details import details
from tests.browser.policy import short_promises
from tests.browser.seen import Seat, seated
from tests.e2e.desk import MANAGER, NOTE, Desk, desk_of
from tests.e2e.stack import eventually, home, running

pytestmark = [pytest.mark.browser, pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

SOON = 2_000  # milliseconds: how soon a change is to be seen


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk() -> AsyncIterator[Desk]:
    with home() as place:
        async with running(place / "state", policy=short_promises(place)) as stack, desk_of(stack) as desk:
            yield desk


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield browser
        await browser.close()


async def pages(seat: Seat) -> list[str]:
    """Every page of the menu."""
    await seat.open("/console/")
    links = await seat.page.get_by_role("navigation", name="Pages").get_by_role("link").all()
    return [str(await link.get_attribute("href")) for link in links]


async def test_an_empty_desk_says_what_will_be_there(desk: Desk, browser: Browser) -> None:
    seat = await seated(desk, browser, MANAGER)
    await expect(seat.page.get_by_text("Nothing is open.")).to_be_visible()
    await expect(seat.page.get_by_text("No emergency is open.")).to_be_visible()
    await shot(seat.page, "console-now-empty", whole=True)


async def test_r12_r88_what_changes_is_seen_by_everybody_within_two_seconds_and_without_a_reload(
    desk: Desk, browser: Browser
) -> None:
    seat = await seated(desk, browser, MANAGER)
    await expect(seat.page.locator("#connection")).to_have_text("Live")
    await seat.page.evaluate("window.theSamePage = true")
    taken = await desk.open(subject="The till prints nothing")
    row = seat.page.locator(f"#next-{taken.id}")
    await expect(row).to_be_visible(timeout=SOON)
    await expect(row).to_contain_text("Not accepted")
    await desk.do(taken.id, "accept", taken.owner, {"contacted": True})
    await expect(row).not_to_contain_text("Not accepted", timeout=SOON)
    assert await seat.page.evaluate("window.theSamePage")


async def test_r45_an_sla_warning_appears_by_itself(desk: Desk, browser: Browser) -> None:
    seat = await seated(desk, browser, MANAGER)
    taken = await desk.open(subject="The scanner is slow", urgency=1)
    assert taken.priority.value == "P3"
    row = seat.page.locator(f"#next-{taken.id}")
    await expect(row.get_by_text("At risk")).to_be_visible(timeout=60_000)
    await expect(row).to_contain_text("first response due in")
    await shot(seat.page, "console-now-at-risk", whole=True)
    await expect(row.get_by_text("Promise broken")).to_be_visible(timeout=60_000)


async def test_a_technician_is_refused_an_empty_note_at_its_fields_fills_it_in_and_a_colleague_sees_it_arrive(
    desk: Desk, browser: Browser
) -> None:
    taken = await desk.open(subject="Cannot sign in after lunch")
    owner, watcher = await seated(desk, browser, taken.owner), await seated(desk, browser, MANAGER)
    await watcher.open("/console/tickets?stage=tier_2")
    await expect(watcher.page.locator("#connection")).to_have_text("Live")
    page = await owner.open(f"/console/tickets/{taken.id}")
    await page.get_by_label("told").check()
    await page.get_by_role("button", name="Accept").click()
    await expect(page.get_by_text("Accepted: it is yours to work on.")).to_be_visible()

    await page.get_by_role("link", name="Escalate").click()
    await expect(page.locator('[name="note.customer_contact"]')).not_to_have_value("")
    for box in await page.locator('[name="ticked"]').all():
        await box.check()
    await page.locator('[name="reason"]').select_option("deeper_technical_analysis")
    await page.get_by_role("button", name="Escalate").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    for field in ("what_failed", "suspected_cause", "customer_told"):
        await expect(page.locator(f'[name="note.{field}"]')).to_have_attribute("aria-invalid", "true")
    await expect(page.locator('[name="note.customer_contact"]')).not_to_have_attribute("aria-invalid", "true")
    await shot(page, "console-refused", whole=True)
    assert (await desk.view(taken.id)).tier == 1

    for field, text in NOTE.items():
        await page.locator(f'[name="note.{field}"]').fill(str(text))
    await page.locator('[name="note.steps_tried.step"]').last.fill("reset the password")
    await page.locator('[name="note.steps_tried.result"]').last.fill("the same error again")
    await page.get_by_role("button", name="Escalate").click()
    await expect(page.locator("#live")).to_contain_text("Tier 2")
    arrived = watcher.page.locator(f"#line-{taken.id}")
    await expect(arrived).to_be_visible(timeout=SOON)
    await expect(arrived).to_contain_text("Not accepted")
    await shot(page, "console-escalated", whole=True)
    assert (await desk.view(taken.id)).tier == 2


async def test_a_page_whose_server_dies_says_so_and_recovers_with_what_it_missed(desk: Desk, browser: Browser) -> None:
    seat = await seated(desk, browser, MANAGER)
    said = seat.page.locator("#connection")
    await expect(said).to_have_text("Live")
    lives = desk.stack.lives("api")
    desk.stack.kill("api")
    await expect(said).to_contain_text("Connection lost at")
    await shot(seat.page, "console-connection-lost", whole=True)
    await desk.stack.back("api", lives)
    taken = await eventually(lambda: desk.open(subject="While nobody was looking"), "the API takes a ticket in")
    await expect(seat.page.locator(f"#next-{taken.id}")).to_be_visible()
    await expect(said).to_have_text("Live")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
async def test_every_page_can_be_used_by_everybody_and_fits_the_window(
    desk: Desk, browser: Browser, width: int, dark: bool
) -> None:
    seat = await seated(desk, browser, MANAGER, width, dark=dark)
    taken = await desk.open(subject="Cannot reach the printer")
    found: dict[str, object] = {}
    for path in [*await pages(seat), f"/console/tickets/{taken.id}"]:
        page = await seat.open(path)
        barriers, wide = await seat.barriers(), await seat.too_wide()
        if barriers or wide > 0 or await page.locator("main").count() != 1:
            found[path] = (barriers, wide)
        name = path.removeprefix("/console/").partition("/T-")[0].replace("/", "-") or "now"
        await shot(page, f"console-{name}-{width}-{'dark' if dark else 'light'}", whole=True)
    assert not found


async def test_what_the_pages_lead_to_can_be_used_by_everybody(desk: Desk, browser: Browser) -> None:
    seat = await seated(desk, browser, MANAGER)
    found = {}
    for path in await details(desk):
        await seat.open(path)
        if (barriers := await seat.barriers()) or await seat.too_wide() > 0:
            found[path] = barriers
    assert not found
