"""The policy at the console: read, compared, checked, published, chosen."""

from pathlib import Path

from escalation.terms import Role
from tests.api.conftest import OTHER_CLIENT, Api
from tests.api.visit import visit_of, words_of

DOCUMENT = (Path(__file__).parents[2] / "policies" / "default.yaml").read_text()
NEXT = DOCUMENT.replace('version: "2026.1"', 'version: "2026.2"').replace(
    "resolution: {time: 24h}", "resolution: {time: 32h}"
)


async def test_the_policy_reads_as_sentences(api: Api) -> None:
    said = words_of(await (await visit_of(api)).get("/console/policy"))
    assert "counts for new tickets" in said
    assert "failed attempts at least 2" in said
    assert "May finish alone" in said
    assert "waiting_customer" not in said


async def test_a_document_with_a_fault_is_shown_with_its_line_and_stays_as_it_was_written(api: Api) -> None:
    visit = await visit_of(api)
    broken = DOCUMENT.replace("coordinate_at: 90", "coordinate_at: ninety")
    for what in ("check", "publish"):
        answer = await visit.send("/console/policy/new", document=broken, what=what)
        said = words_of(answer)
        assert "coordinate_at" in said
        assert "it cannot be published so" in said
        assert "coordinate_at: ninety" in answer.text
    assert [line.version for line in api.policies.all()] == [api.policy.version]


async def test_a_version_is_published_compared_and_an_earlier_one_chosen_again(api: Api) -> None:
    visit = await visit_of(api)
    assert "No fault" in words_of(await visit.send("/console/policy/new", document=NEXT, what="check"))
    published = await visit.send("/console/policy/new", document=NEXT, what="publish")
    assert published.headers["location"] == "/console/policy?done=published"
    assert "Policy 2026.2" in words_of(await visit.get("/console/policy"))
    said = words_of(await visit.get("/console/policy/2026.2/diff", against="2026.1"))
    assert "24h" in said
    assert "32h" in said
    chosen = await visit.send("/console/policy/2026.1/choose")
    assert chosen.headers["location"] == "/console/policy?done=chosen"
    assert "Policy 2026.1" in words_of(await visit.get("/console/policy"))


async def test_who_does_not_manage_the_desk_reads_and_publishes_nothing(api: Api) -> None:
    visit = await visit_of(api, "marek", Role.TECHNICIAN)
    assert "Publish" not in words_of(await visit.get("/console/policy/new"))
    assert (await visit.send("/console/policy/new", document=NEXT, what="publish")).status_code == 403
    assert (await visit.send("/console/policy/2026.1/choose")).status_code == 403
    partner = await visit_of(api, "partner", Role.TECHNICIAN, OTHER_CLIENT)
    assert (await partner.get("/console/policy")).status_code == 403


async def test_a_version_that_never_was_is_not_found(api: Api) -> None:
    visit = await visit_of(api)
    assert (await visit.get("/console/policy/2030.1")).status_code == 404
