"""`tierline sop` against a real database, and the documents that an empty desk begins with."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from escalation.library import DocumentKind, Draft, Wanted
from escalation.library.markdown import written
from escalation.library.refusals import NotInState
from escalation.terms import Priority, Role
from stores.library import Library
from stores.policies import Policies
from tests.stores import test_policy_cli as policy_cli
from tierline import library_cli as cli
from tierline.library_files import SHIPPED, LibraryError
from tierline.library_seeding import fill_empty_library
from tierline.policy_file import load_policy
from tierline.policy_versions_cli import PolicyVersionError, publish
from tierline.settings import Settings

NOW = datetime(2026, 6, 8, 9, 0, tzinfo=UTC)
COUNT = len([path for path in SHIPPED.glob("*.md") if path.name != "README.md"])


@pytest.fixture
def settings(engine: Engine) -> Settings:
    url = engine.url.render_as_string(hide_password=False)
    policy = Settings().policy_path
    Policies(engine).publish(policy.read_text(), load_policy(policy), by="grace", at=NOW)
    return Settings(database_url=SecretStr(url), temporal_address="127.0.0.1:9")


@pytest.fixture
def library(engine: Engine) -> Library:
    return Library(engine)


def shipped_to(directory: Path) -> Path:
    directory.mkdir()
    for path in SHIPPED.glob("*.md"):
        (directory / path.name).write_bytes(path.read_bytes())
    return directory


def test_a_directory_comes_back_byte_for_byte_and_twice_without_a_change(
    settings: Settings, library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = shipped_to(tmp_path / "mine")
    odd = (mine / "KI-0001.md").read_bytes().replace(b"tags:", b"# kept for the night desk\ntags:")
    (mine / "KI-0001.md").write_bytes(odd)
    cli.import_directory(settings, mine, publish=True)
    assert f"{COUNT} of {COUNT} documents changed" in capsys.readouterr().out
    cli.import_directory(settings, mine, publish=True)
    assert capsys.readouterr().out == f"0 of {COUNT} documents changed\n"
    cli.export_directory(settings, tmp_path / "theirs")
    there = {path.name: path.read_bytes() for path in (tmp_path / "theirs").iterdir()}
    assert there == {path.name: path.read_bytes() for path in mine.glob("*.md") if path.name != "README.md"}
    cli.export_directory(settings, tmp_path / "theirs")
    assert "0 of them written" in capsys.readouterr().out
    assert {each.revision for each in library.find(Wanted())} == {1}


def test_one_fault_and_nothing_comes_in_at_all(settings: Settings, library: Library, tmp_path: Path) -> None:
    mine = shipped_to(tmp_path / "mine")
    wrong = (mine / "SOP-03.md").read_text().replace("P4: 4h", "P4: 9h").replace("DT-OFFLINE", "DT-NONE")
    (mine / "SOP-03.md").write_text(wrong)
    with pytest.raises(LibraryError) as said:
        cli.import_directory(settings, mine, publish=True)
    lines = str(said.value).splitlines()
    assert [line.split(": ", 1)[0].rpartition(":")[0] for line in lines] == [str(mine / "SOP-03.md")] * 2
    assert "accept_within.P4: it says 9h; the engine holds people to 4h" in lines[0]
    assert "tree: there is no decision tree 'DT-NONE'" in lines[1]
    assert library.is_empty()


def test_what_is_not_published_comes_in_as_a_draft(settings: Settings, library: Library, tmp_path: Path) -> None:
    mine = shipped_to(tmp_path / "mine")
    cli.import_directory(settings, mine, publish=False)
    assert {each.state for each in library.find(Wanted())} == {"draft"}
    cli.import_directory(settings, mine, publish=True)
    assert {(each.revision, each.state) for each in library.find(Wanted())} == {(1, "published")}


def test_an_empty_desk_begins_with_the_shipped_documents_once(engine: Engine, settings: Settings) -> None:
    library = Library(engine)
    fill_empty_library(engine, settings.policy_path)
    assert len(library.published()) == COUNT
    assert {each.approver for each in library.find(Wanted())} == {"system"}
    library.retire("KI-0001", lambda *_: None, at=NOW)
    fill_empty_library(engine, settings.policy_path)
    assert len(library.published()) == COUNT - 1


def test_a_document_of_a_client_that_the_desk_does_not_have_is_left_out(
    engine: Engine, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = Policies(engine).current()
    others = {name: client for name, client in policy.clients.items() if name != "acme-dental"}
    Policies(engine).publish("other", policy.model_copy(update={"clients": others, "version": "v2"}), by="x", at=NOW)
    fill_empty_library(engine, settings.policy_path)
    assert "left KI-0003.md out of the library: clients: there is no client 'acme-dental'" in capsys.readouterr().out
    assert len(Library(engine).published()) == COUNT - 1


def test_r70_r73_a_policy_that_the_published_sops_contradict_or_do_not_cover_is_refused(
    engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    fill_empty_library(engine, settings.policy_path)
    slower = policy_cli.written(tmp_path, "v3", "P4: {time: 4h,", "P4: {time: 8h,")
    with pytest.raises(PolicyVersionError, match=r"accept.P4: SOP-01, accept_within.P4: it says 4h"):
        publish(settings, slower)
    bare = policy_cli.written(tmp_path, "v4", "skill: lob_apps, sop: SOP-07}", "skill: lob_apps}")
    with pytest.raises(PolicyVersionError, match=r"categories.app.backend_error: no SOP covers it"):
        publish(settings, bare)
    assert [line.version for line in Policies(engine).all()] == ["2026.1"]


def test_a_judge_that_refuses_leaves_the_library_as_it_was(settings: Settings, library: Library) -> None:
    fill_empty_library(library._engine, settings.policy_path)

    def refuse(*_: object) -> None:
        raise NotInState("no")

    with pytest.raises(NotInState):
        library.retire("KI-0001", refuse, at=NOW)
    assert "KI-0001" in library.published()


def test_r96_a_published_change_of_a_clients_environment_marks_the_documents_about_it(
    engine: Engine, settings: Settings, library: Library, tmp_path: Path
) -> None:
    fill_empty_library(engine, settings.policy_path)
    publish(settings, policy_cli.written(tmp_path, "v2", "FortiGate 60F firewall", "Sophos firewall"))
    (doubted,) = library.find(Wanted(stale=True))
    assert doubted.document.id == "KI-0003"
    assert [each.reason for each in doubted.stale] == ["environment of client acme-dental changed with policy v2"]
    publish(settings, policy_cli.written(tmp_path, "v3", "azure, network]", "azure, network, firewall]"))
    doubted_now = {each.document.id for each in library.find(Wanted(stale=True))}
    assert {"KI-0003", "SOP-06", "RB-FIREWALL-SAVE"} <= doubted_now
    assert "SOP-01" not in doubted_now


def test_a_policy_takes_along_the_approved_revisions_that_hold_only_with_it(
    engine: Engine, settings: Settings, library: Library, tmp_path: Path
) -> None:
    fill_empty_library(engine, settings.policy_path)
    slower = policy_cli.written(tmp_path, "v2", "P4: {time: 4h,", "P4: {time: 8h,")
    sops = library.sops()
    for name, sop in sops.items():
        changed = sop.model_copy(update={"accept_within": {**sop.accept_within, Priority.P4: timedelta(hours=8)}})
        draft = Draft(document=changed, text=written(changed), author="tomas", at=NOW, based_on=1)
        library.draft(draft)
        with pytest.raises(PolicyVersionError, match="it says 4h"):
            publish(settings, slower)
        library.approve(name, 2, by="ruth", role=Role.TEAM_LEAD, at=NOW)
    publish(settings, slower)
    assert {each.revision for each in library.find(Wanted(kind=DocumentKind.SOP))} == {2}
    assert library.sops()["SOP-01"].accept_within[Priority.P4] == timedelta(hours=8)
    assert library.approved_sops() == {}
