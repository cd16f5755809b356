"""What is kept of other systems: connections without their secrets, maps by version, links, and the log."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from escalation.psa.link import Link
from escalation.psa.mapping import PsaMap
from escalation.psa.ports import Connection, LogLine
from stores.journal import Journal
from stores.psa import PsaBook
from tests.stores.stories import MONDAY, short_life
from tests.unit.rules.story import POLICY
from tierline import PARTS_ROOT
from tierline.psa_map import read_map

TEXT = (Path(PARTS_ROOT) / "policies" / "psa" / "django_helpdesk.yaml").read_text(encoding="utf-8")


def rules() -> PsaMap:
    found = read_map(TEXT, POLICY).sound
    assert found is not None
    return found


@pytest.fixture
def book(engine: Engine) -> PsaBook:
    book = PsaBook(engine)
    book.connect(connection(), "hush")
    return book


def connection(name: str = "helpdesk", **changes: object) -> Connection:
    said = Connection(name=name, connector="django-helpdesk", url="http://there", user="us", made_at=MONDAY)
    return said.model_copy(update=changes)


def test_a_connection_is_read_back_without_its_secret_and_changed_under_its_name(book: PsaBook) -> None:
    assert book.connected()
    book.connect(connection(url="http://elsewhere"), "hush again")
    (kept,) = book.connections()
    assert (kept.url, kept.map_version, kept.enabled) == ("http://elsewhere", 0, True)
    assert "hush" not in kept.model_dump_json()
    assert book.secret("helpdesk") == "hush again"
    assert book.connection("other") is None
    book.noted("helpdesk", cursor="c1", synced_at=MONDAY, error="x")
    assert book.enable("helpdesk", enabled=False)
    seen = book.connection("helpdesk")
    assert seen is not None
    assert (seen.cursor, seen.synced_at, seen.error, seen.enabled) == ("c1", MONDAY, "x", False)
    with pytest.raises(KeyError):
        book.secret("other")


def test_a_map_counts_from_its_publication_and_what_was_not_taken_in_is_judged_anew(book: PsaBook) -> None:
    assert book.rules("helpdesk") is None
    left = Link(connection="helpdesk", record_id="1", version="v1", left="no client")
    run = Link(connection="helpdesk", record_id="2", version="v2", ticket_id="T-1")
    book.keep(left)
    book.keep(run)
    assert [book.publish("helpdesk", TEXT, rules(), "grace", MONDAY) for _ in range(2)] == [1, 2]
    assert book.rules("helpdesk") == rules()
    assert book.document("helpdesk") == TEXT
    assert book.link("helpdesk", "1") == left.model_copy(update={"version": ""})
    assert book.versions("helpdesk", ["1", "2", "3"]) == {"1": "", "2": "v2"}


def test_a_link_is_kept_whole_and_found_by_either_side(book: PsaBook) -> None:
    link = Link(
        connection="helpdesk", record_id="7", ticket_id="T-7", version="v", base={"status": "open"},
        writing={"title": "x"}, told=3, heard=frozenset({"1", "2"}), mine={"3": "9", "4": ""}, turn=2,
    )  # fmt: skip
    book.keep(link)
    book.keep(link)
    assert book.link("helpdesk", "7") == link
    assert book.links_of(["T-7", "T-8"]) == [link]
    assert book.link("helpdesk", "8") is None


def test_what_is_still_to_be_shown_are_the_links_whose_ticket_went_on(book: PsaBook, engine: Engine) -> None:
    entries = short_life("T-1")
    Journal(engine).append(entries)
    book.keep(Link(connection="helpdesk", record_id="1", ticket_id="T-1", told=1))
    assert book.untold("helpdesk", 10) == ["1"]
    at = book.standing("helpdesk")
    assert (at.linked, at.not_run, at.behind) == (1, 0, 1)
    assert at.behind_since == entries[-1].event.at
    book.keep(Link(connection="helpdesk", record_id="1", ticket_id="T-1", told=len(entries)))
    assert book.untold("helpdesk", 10) == []


def test_the_log_says_the_same_once_and_goes_with_its_connection(book: PsaBook) -> None:
    line = LogLine(connection="helpdesk", record_id="1", ticket_id="T-1", kind="refused", key="k", text="no", at=MONDAY)
    book.log(line)
    book.log(line)
    book.log(line.model_copy(update={"key": "k2", "ticket_id": "T-2"}))
    assert [each.key for each in book.lines("helpdesk")] == ["k2", "k"]
    assert [each.key for each in book.lines(ticket_id="T-1")] == ["k"]
    assert book.remove("helpdesk")
    assert not book.remove("helpdesk")
    assert (book.lines(), book.connected()) == ([], False)
