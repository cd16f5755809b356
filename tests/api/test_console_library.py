"""The console's library: found, read, written, decided on, and never a way for a script into the page."""

from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.console.blank_documents import BLANK
from api.console.branches import Branch, branches_of
from api.console.markup import rendered
from escalation.library import DOCUMENT, DocumentKind, Draft, Tree
from escalation.library.markdown import written
from escalation.library.search import Found
from escalation.terms import Role
from tests.api.conftest import OTHER_CLIENT, Api
from tests.api.visit import Visit, visit_of, words_of
from tierline.library_files import SHIPPED, read_directory
from tierline.library_reading import read_document

HOSTILE = """\
<script>alert(1)</script><img src=x onerror=alert(1)>

[one](javascript:alert(1)) [two](JaVaScRiPt:alert(1)) [three](data:text/html;base64,PHNjcmlwdD4=) [four](vbscript:x)
![five](javascript:alert(1)) ![six](https://elsewhere.example/pixel.png "title\\" onload=\\"alert(1)")
<javascript:alert(1)> [seven]( java\tscript:alert(1))

| a | b |
|:--|--:|
| <svg onload=alert(1)> | `<b>` |
"""


@pytest.fixture
def stocked(api: Api) -> Api:
    """With the shipped documents published."""
    for file in read_directory(SHIPPED).files:
        publish(api, file.text)
    return api


def put(api: Api, text: str, author: str = "tomas") -> str:
    document = read_document(text).document
    assert document is not None
    newest = len(api.library.kept.get(document.id, []))
    api.library.draft(Draft(document=document, text=text, author=author, at=api.clock.at, based_on=newest or None))
    return document.id


def publish(api: Api, text: str) -> str:
    name = put(api, text)
    newest = len(api.library.kept[name])
    api.library.approve(name, newest, by="grace", role=Role.SERVICE_MANAGER, at=api.clock.at)
    api.library.publish(name, newest, lambda *_: None, by="grace", at=api.clock.at)
    return name


def runbook(body: str = "Restart it.", **changes: object) -> str:
    said: dict[str, Any] = {"id": "RB-1", "kind": "runbook", "title": "Restart", "body": body} | changes
    return written(DOCUMENT.validate_python(said))


async def technician(api: Api, person: str = "tomas") -> Visit:
    return await visit_of(api, person, Role.TECHNICIAN)


# ------------------------------------------------------------------------------------------------ listed and found
async def test_r76_documents_of_every_kind_are_listed_and_narrowed(stocked: Api) -> None:
    visit = await technician(stocked)
    said = words_of(await visit.get("/console/library"))
    for each in ("Password, lockout and MFA", "Have a user enrol for MFA again", "Internet providers of our clients"):
        assert each in said
    narrowed = words_of(await visit.get("/console/library", kind="vendor_contact"))
    assert "Internet providers" in narrowed
    assert "Password, lockout" not in narrowed
    assert "Identity · password reset" in said


async def test_an_empty_library_says_what_will_stand_there(api: Api) -> None:
    assert "SOPs, runbooks, checklists" in words_of(await (await technician(api)).get("/console/library"))


async def test_r77_words_find_what_is_published_with_the_place_where_they_stand(stocked: Api) -> None:
    stocked.search.documents.append(
        Found(id="SOP-01", kind=DocumentKind.SOP, title="Password & MFA", revision=1, score=1, snippet="")
    )
    visit = await technician(stocked)
    page = await visit.get("/console/library", words="password", kind="sop")
    assert "<mark>Password</mark> &amp; MFA" in page.text
    assert stocked.search.sought[-1].kinds == (DocumentKind.SOP,)
    assert "Nothing that is published fits" in words_of(await visit.get("/console/library", words="zebra"))


async def test_r96_what_is_in_doubt_is_marked_with_the_reason(stocked: Api) -> None:
    stocked.library.doubt("KI-0003", "environment of client acme-dental changed", stocked.clock.at)
    visit = await visit_of(stocked)
    assert "In doubt: environment of client acme-dental changed" in words_of(
        await visit.get("/console/library", doubt="yes")
    )
    empty = await visit.send("/console/library/KI-0003/still-right", why=" ")
    assert (empty.status_code, "Say why it is still right" in words_of(empty)) == (422, True)
    assert 'aria-invalid="true"' in empty.text
    assert (await visit.send("/console/library/KI-0003/still-right", why="looked at it")).status_code == 303
    assert "In doubt:" not in words_of(await visit.get("/console/library/KI-0003"))


async def test_a_token_of_one_client_finds_nothing_of_another(api: Api) -> None:
    publish(api, runbook(clients=[OTHER_CLIENT], title="Theirs"))
    publish(api, runbook(id="RB-2", clients=["acme-dental"], title="Ours"))
    visit = await visit_of(api, "partner", Role.TECHNICIAN, "acme-dental")
    said = words_of(await visit.get("/console/library"))
    assert "Ours" in said
    assert "Theirs" not in said
    for path in ("RB-1", "RB-1/edit", "RB-1/diff"):
        assert (await visit.get(f"/console/library/{path}")).status_code == 404
    await visit.get("/console/library", words="restart", client=OTHER_CLIENT)
    assert api.search.sought[-1].client is None
    assert api.search.sought[-1].clients == ("acme-dental",)
    assert "I have read it" not in words_of(await visit.get("/console/library/RB-2"))


# ---------------------------------------------------------------------------------------------------------- one of it
async def test_r71_an_sop_is_shown_in_its_parts_with_triggers_in_their_words(stocked: Api) -> None:
    page = await (await technician(stocked)).get("/console/library/SOP-01")
    said = words_of(page)
    for each in (
        "Confirm who is calling",
        "Tier 2",
        "What the sign-in log says",
        "A whole office is affected (I1)",
        "20% of its resolution time is left (S1)",
        "Tier 1 hands it up after 2 failed attempts.",
        "Never reset for a caller whom you could not confirm",
        "Have a user enrol for MFA again RB-MFA-RESET",
        "Identity · password reset",
    ):
        assert each in said
    assert "<h3>Password" not in page.text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("CL-SITE-VISIT", "Spare part, console cable and power supply"),
        ("KI-0002", "How to get round it"),
        ("VC-ISP", "Ask for the duty manager"),
        ("MT-VENDOR-CASE", "Goes to Vendor"),
        ("RB-MFA-RESET", "Access it takes M365 helpdesk"),
    ],
)
async def test_r76_each_kind_shows_what_it_holds(stocked: Api, name: str, said: str) -> None:
    assert said in words_of(await (await technician(stocked)).get(f"/console/library/{name}"))


async def test_r75_a_tree_is_drawn_as_nested_lists_each_question_once(stocked: Api) -> None:
    page = await (await technician(stocked)).get("/console/library/DT-OFFLINE")
    said = words_of(page)
    assert "Are the neighbours online?" in said
    assert "Up to Tier 2: Access needed" in said
    assert 'href="/console/library/SOP-05"' in page.text
    assert page.text.count('id="node-link"') == 1


async def test_every_shipped_document_has_a_page(stocked: Api) -> None:
    visit = await technician(stocked)
    for name in stocked.library.kept:
        page = await visit.get(f"/console/library/{name}")
        assert (page.status_code, "style=" in page.text) == (200, False), name


async def test_r79_somebody_says_that_they_have_read_it_and_a_lead_sees_who_has(stocked: Api) -> None:
    tomas = await technician(stocked)
    assert "I have read it" in words_of(await tomas.get("/console/library/SOP-01"))
    assert (await tomas.send("/console/library/SOP-01/read")).status_code == 303
    assert "You have read revision 1" in words_of(await tomas.get("/console/library/SOP-01"))
    other = await technician(stocked, "sofia")
    name = stocked.policy.people["tomas"].name
    assert f"Read {name}" not in words_of(await other.get("/console/library/SOP-01"))
    lead = words_of(await (await visit_of(stocked, "ruth", Role.TEAM_LEAD)).get("/console/library/SOP-01"))
    assert f"Read {name}" in lead


# -------------------------------------------------------------------------------------------------- written and decided
async def test_r80_a_document_is_written_approved_by_another_and_published(api: Api) -> None:
    tomas = await technician(api)
    kept = await tomas.send("/console/library/+new", text=runbook().replace("\n", "\r\n"), note="needed", then="keep")
    assert (kept.status_code, kept.headers["location"]) == (303, "/console/library/RB-1?revision=1")
    (made,) = api.library.revisions("RB-1")
    assert (made.text, made.note, made.author) == (runbook(), "needed", "tomas")
    assert "Approve revision" not in words_of(await tomas.get("/console/library/RB-1"))
    ruth = await visit_of(api, "ruth", Role.TEAM_LEAD)
    assert "Approve revision 1" in words_of(await ruth.get("/console/library/RB-1"))
    assert (await ruth.send("/console/library/RB-1/revisions/1/approve")).status_code == 303
    assert (await ruth.send("/console/library/RB-1/revisions/1/publish")).status_code == 303
    assert api.library.published()["RB-1"].title == "Restart"
    assert (await ruth.send("/console/library/RB-1/retire")).status_code == 303
    assert "retired" in words_of(await ruth.get("/console/library/RB-1"))


async def test_comments_in_front_of_a_document_are_kept(api: Api) -> None:
    text = runbook().replace("kind: runbook", "kind: runbook  # one of many")
    await (await technician(api)).send("/console/library/+new", text=text)
    assert "# one of many" in api.library.revisions("RB-1")[0].text


async def test_a_lead_is_not_offered_to_approve_their_own_words_and_is_refused_in_words(api: Api) -> None:
    put(api, runbook(), author="ruth")
    ruth = await visit_of(api, "ruth", Role.TEAM_LEAD)
    assert "Approve revision" not in words_of(await ruth.get("/console/library/RB-1"))
    refused = await ruth.send("/console/library/RB-1/revisions/1/approve")
    assert (refused.status_code, "somebody else approves" in words_of(refused)) == (403, True)


async def test_r71_what_the_check_finds_stands_at_the_button(api: Api) -> None:
    put(api, BLANK[DocumentKind.SOP])
    ruth = await visit_of(api, "ruth", Role.TEAM_LEAD)
    await ruth.send("/console/library/SOP-NEW/revisions/1/approve")
    refused = await ruth.send("/console/library/SOP-NEW/revisions/1/publish")
    assert refused.status_code == 422
    assert "It is not fit to be published" in words_of(refused)
    assert "SOP-NEW.escalate" in words_of(refused)


async def test_an_sop_that_is_counted_on_is_not_retired(stocked: Api) -> None:
    refused = await (await visit_of(stocked)).send("/console/library/SOP-01/retire")
    assert (refused.status_code, "would be left without SOP-01" in words_of(refused)) == (409, True)


async def test_a_form_that_cannot_be_read_keeps_what_was_typed_and_names_the_line(api: Api) -> None:
    text = runbook().replace("kind: runbook", "kind: novel")
    refused = await (await technician(api)).send("/console/library/+new", text=text, note="why not", then="keep")
    said = words_of(refused)
    assert (refused.status_code, "line 3" in said, "kind: novel" in said) == (422, True, True)
    assert 'aria-invalid="true"' in refused.text
    assert 'value="why not"' in refused.text
    assert not api.library.kept


async def test_a_note_that_is_too_long_is_refused_at_its_field(api: Api) -> None:
    refused = await (await technician(api)).send("/console/library/+new", text=runbook(), note="x" * 501)
    assert refused.status_code == 422
    assert 'id="note-wrong"' in refused.text
    assert not api.library.kept


async def test_a_check_keeps_nothing_and_says_what_it_found(stocked: Api) -> None:
    visit = await technician(stocked)
    good = await visit.send("/console/library/+new", text=runbook(), then="check")
    assert (good.status_code, "Nothing is wrong with it" in words_of(good)) == (200, True)
    bad = await visit.send("/console/library/+new", text=runbook(categories=["no.such"]), then="check")
    assert "categories" in words_of(bad)
    assert "no.such" in words_of(bad)
    assert "RB-1" not in stocked.library.kept


async def test_an_edit_that_comes_too_late_is_shown_what_the_other_wrote_and_loses_nothing(api: Api) -> None:
    put(api, runbook("First."))
    tomas = await technician(api)
    assert 'name="based_on" value="1"' in (await tomas.get("/console/library/RB-1/edit")).text
    put(api, runbook("First.\n\nTheirs."), author="sofia")
    mine = {"text": runbook("First.\n\nMine."), "note": "mine", "key": "k1"}
    late = await tomas.send("/console/library/RB-1/edit", **mine, based_on=1)
    said = words_of(late)
    assert (late.status_code, "Somebody was faster" in said) == (409, True)
    assert "+Theirs." in said
    assert "Mine." in said
    assert 'name="based_on" value="2"' in late.text
    again = await tomas.send("/console/library/RB-1/edit", **(mine | {"key": "k2"}), based_on=2)
    assert again.headers["location"] == "/console/library/RB-1?revision=3"


async def test_a_form_that_is_sent_twice_makes_one_revision(api: Api) -> None:
    tomas = await technician(api)
    for _ in range(2):
        sent = await tomas.send("/console/library/+new", text=runbook(), key="once")
        assert sent.status_code == 303
    assert len(api.library.revisions("RB-1")) == 1
    other = await tomas.send("/console/library/+new", text=runbook("Other."), key="once")
    assert (other.status_code, "sent before, with another text" in words_of(other)) == (422, True)
    taken = await tomas.send("/console/library/+new", text=runbook("Other."), key="new")
    assert (taken.status_code, "is there already" in words_of(taken)) == (409, True)


async def test_a_document_keeps_its_id(api: Api) -> None:
    put(api, runbook())
    refused = await (await technician(api)).send("/console/library/RB-1/edit", text=runbook(id="RB-2"), based_on=1)
    assert refused.status_code == 422
    assert 'id="text-wrong"' in refused.text


async def test_what_changed_between_two_revisions_is_shown_line_by_line(api: Api) -> None:
    put(api, runbook("Old."))
    put(api, runbook("New."))
    page = await (await technician(api)).get("/console/library/RB-1/diff")
    assert '<span class="gone">-Old.' in page.text
    assert '<span class="added">+New.' in page.text
    assert (await (await technician(api)).get("/console/library/RB-1/diff", before=7)).status_code == 404


async def test_an_auditor_reads_and_is_offered_nothing_to_write(stocked: Api) -> None:
    visit = await visit_of(stocked, "olaf", Role.AUDITOR)
    for path in ("/console/library", "/console/library/SOP-01"):
        page = await visit.get(path)
        assert page.status_code == 200
        assert not any(each in words_of(page) for each in ("Write the", "Write a", "Approve rev", "Retire the"))
    assert (await visit.get("/console/library/+new")).status_code == 403
    refused: httpx.Response = await visit.send("/console/library/+new", text=runbook())
    assert (refused.status_code, "writes none" in words_of(refused)) == (403, True)
    assert (await visit.send("/console/library/SOP-01/retire")).status_code == 403


# ------------------------------------------------------------------------------------------------------ nothing runs
class _Markup(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.given: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.given += [(name, value or "") for name, value in attrs]


def markup_of(text: str) -> _Markup:
    parser = _Markup()
    parser.feed(text)
    return parser


_KNOWN = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


async def test_hostile_markdown_is_text_on_its_page_and_in_a_diff(api: Api) -> None:
    put(api, runbook(HOSTILE, title="<script>alert(2)</script>", tags=["<img src=x>"]))
    put(api, runbook(HOSTILE + "\n<script>alert(3)</script>", title="<b onclick=alert(2)>"))
    visit = await visit_of(api)
    for path in ("", "?revision=1", "/diff", "/edit"):
        page = (await visit.get(f"/console/library/RB-1{path}")).text
        inside = markup_of(page.partition("<main")[2])
        assert not inside.tags & {"script", "img", "svg", "b onclick", "iframe"}, path
        assert not [each for each in inside.given if each[0].startswith("on") or "script:" in each[1]], path
        assert "style" not in dict(inside.given)
    hostile = await visit.get("/console/library", words="<script>alert(4)</script>")
    assert "<script>alert" not in hostile.text


@given(st.text(max_size=300) | st.from_regex(r"[<\[!](script|a|img|https?|java|:|/|>|\]|\(|\)|[a-z\"' =]){0,40}"))
def test_whatever_is_written_becomes_known_markup_alone(text: str) -> None:
    markup = markup_of(rendered(text))
    assert markup.tags <= _KNOWN
    assert {name for name, _ in markup.given} <= {"href", "rel", "title", "class", "start"}
    links = [value for name, value in markup.given if name == "href"]
    assert not any(link.strip().lower().startswith(("javascript:", "data:", "vbscript:", "file:")) for link in links)


def test_markdown_is_really_rendered_and_its_headings_are_below_the_page() -> None:
    html = rendered("# Title\n\n### Deep\n\n**bold** ~~old~~ [site](https://x.example)\n\n|a|\n|--:|\n|1|\n", "Title")
    assert "Title" not in html
    assert "<h3>Deep</h3>" in html
    assert "<strong>bold</strong> <s>old</s>" in html
    assert 'href="https://x.example" rel="noopener noreferrer nofollow"' in html
    assert '<td class="number">1</td>' in html


# ----------------------------------------------------------------------------------------------------------- the parts
@pytest.mark.parametrize("kind", DocumentKind)
async def test_the_form_of_a_new_document_begins_with_one_that_can_be_kept(api: Api, kind: DocumentKind) -> None:
    visit = await technician(api)
    page = await visit.get("/console/library/+new", kind=kind.value)
    assert f"kind: {kind.value}" in page.text
    assert (await visit.send("/console/library/+new", text=BLANK[kind])).status_code == 303


def test_a_draft_that_is_no_tree_yet_is_drawn_as_far_as_it_goes() -> None:
    nodes = {"a": {"question": "A?", "answers": {"x": "a", "y": "b", "z": "nowhere"}}, "b": {"resolve": "done"}}
    tree = Tree.model_validate({"start": "a", "nodes": nodes})
    again, leaf, lost = branches_of(tree).branches
    assert (again.again, again.branches) == (True, ())
    assert leaf.node == tree.nodes["b"]
    assert lost == Branch("z", "nowhere", None)
