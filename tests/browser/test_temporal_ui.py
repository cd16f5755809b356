"""The Temporal UI as an operator's cockpit, seen in a real browser.

Set TIERLINE_SCREENSHOTS to a directory to keep what the browser showed.
"""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.conftest import PATIENCE, new_page, shot
from tests.e2e.desk import Desk, desk_of
from tests.e2e.stack import home, running
from tierline.ui_views import views_of
from workflows.examples import payload

pytestmark = [pytest.mark.browser, pytest.mark.e2e]


@pytest.fixture
async def page(browser: Browser) -> Page:
    return await new_page(browser)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    with home() as place:
        async with running(place / "state") as stack, desk_of(stack) as desk:
            yield desk


async def test_an_operator_reads_a_ticket_and_is_refused_in_a_sentence(desk: Desk, page: Page) -> None:
    taken = await desk.open()
    workflows = f"{desk.stack.ui_url}/namespaces/default/workflows"

    await page.goto(f"{workflows}/ticket%2F{taken.id}")
    await expect(page.get_by_text("guards: accept, 100 % used").first).to_be_visible(timeout=PATIENCE)
    await expect(page.get_by_text("who takes it: tier 1, identity").first).to_be_visible()
    await shot(page, "temporal-ui-timeline")

    await page.get_by_text("User Metadata").click()
    card = page.frame_locator("iframe").nth(1)
    await expect(page.frame_locator("iframe").first.get_by_text("P4 · acme-dental · Cannot sign in")).to_be_visible()
    await expect(card.get_by_text(f"Owner {taken.owner}, not accepted yet")).to_be_visible()
    await expect(card.get_by_text("Allowed now: accept")).to_be_visible()
    await shot(page, "temporal-ui-card")

    await page.get_by_text("Search Attributes").click()
    await expect(page.get_by_text('"TierlineOwner"')).to_be_visible()

    dialog = await update_dialog(page, "escalate")
    await submit(page, f'{{"by": "{taken.owner}", "reason": "deeper_technical_analysis"}}')
    await expect(dialog.get_by_text(f"Nobody could pick {taken.id} up from this note").first).to_be_visible()
    await shot(page, "temporal-ui-refusal")

    assert (await desk.view(taken.id)).seq == taken.seq, "a refusal leaves no trace"


async def test_views_are_brought_into_the_ui_and_filter_what_they_say(desk: Desk, page: Page) -> None:
    waiting, taken = await desk.open(), await desk.open(subject="Locked out of the portal")
    await desk.do(taken.id, "accept", taken.owner, {"contacted": True})
    serious = await desk.open(category="security.ransomware", subject="Files are being encrypted", impact=1, urgency=1)
    script = await desk.stack.run("views", "--script", "--person", waiting.owner)

    await page.goto(f"{desk.stack.ui_url}/namespaces/default/workflows")
    await expect(page.get_by_text(f"ticket/{serious.id}").first).to_be_visible()
    for _ in range(2):  # a repeat adds nothing
        async with page.expect_navigation():
            await page.evaluate(script)
    await expect(page.get_by_role("columnheader", name="TierlineOwner")).to_be_visible()
    await page.get_by_role("button", name="Saved Views").click()
    await expect(page.get_by_text(f"{len(views_of(waiting.owner))} of 50 views used")).to_be_visible()
    await shot(page, "temporal-ui-views")

    await page.get_by_text("Not accepted", exact=True).click()
    await expect(page.get_by_text(f"ticket/{waiting.id}").first).to_be_visible()
    await expect(page.get_by_text(f"ticket/{serious.id}").first).to_be_visible()
    await expect(page.get_by_text(f"ticket/{taken.id}")).to_have_count(0)
    await shot(page, "temporal-ui-list")


async def test_an_update_shows_its_example_and_takes_it(desk: Desk, page: Page) -> None:
    taken = await desk.open()
    await page.goto(f"{desk.stack.ui_url}/namespaces/default/workflows/ticket%2F{taken.id}")
    dialog = await update_dialog(page, "accept")
    await submit(page, payload("accept").replace("tomas", taken.owner))
    await expect(dialog).to_be_hidden()
    assert (await desk.view(taken.id)).accepted_at is not None

    dialog = await update_dialog(page, "comment")
    await submit(page, "[1]")
    await expect(dialog.get_by_text("comment takes one JSON object, such as").first).to_be_visible()


async def update_dialog(page: Page, update: str) -> Locator:
    """Where the UI sends updates from, with this one chosen."""
    await page.get_by_role("button", name="More Actions").click()
    await page.get_by_role("menuitem", name="Send an Update").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button").nth(1).click()  # the list of updates, each with its example payload
    chosen = page.get_by_role("option", name=update).first
    await expect(chosen).to_contain_text(payload(update))
    await shot(page, f"temporal-ui-update-{update}")
    await chosen.click()
    return dialog


async def submit(page: Page, payload: str) -> None:
    """Send this as the update's payload."""
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox", name="Data").click()
    await page.keyboard.press("Control+A")
    await page.keyboard.insert_text(payload)
    await page.keyboard.press("Tab")  # the editor lays the text out anew when it is left, and swallows a click
    await expect(dialog.get_by_role("textbox", name="Data")).to_contain_text(payload[1:9])
    await dialog.get_by_role("button", name="Submit").click()
