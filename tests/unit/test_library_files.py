"""Documents as files: read with the line of every fault, and the library that is shipped."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from escalation.library import DecisionTree, DocumentKind, Sop
from escalation.library.markdown import written
from escalation.library.refusals import DocumentInUse, DocumentUnsound
from escalation.lint.documents import MOST_WORDS, words_in
from escalation.lint.library import judge_publication, judge_retirement
from tests.unit.rules.story import POLICY
from tierline.cli import app
from tierline.library_files import SHIPPED, LibraryError, lint_directory, read_directory, sops_beside
from tierline.library_reading import MOST_BYTES, read_document
from tierline.policy_file import PolicyFileError, load_sound_policy
from tierline.settings import Settings

RUNBOOK = """---
id: RB-1
kind: runbook
title: Restart
---

Restart it.
"""
SOP = (SHIPPED / "SOP-01.md").read_text(encoding="utf-8")


def kept(directory: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (directory / f"{name.replace('_', '-')}.md").write_text(text, encoding="utf-8")
    return directory


# ------------------------------------------------------------------------------------------------- what is shipped


def test_r70_the_shipped_library_covers_every_escalation_path_of_the_default_policy() -> None:
    shipped = read_directory(SHIPPED)
    assert lint_directory(shipped, POLICY, {}).faults == ()
    judge_publication(POLICY, list(shipped.documents.values()), {})
    assert {category.sop for category in POLICY.categories.values()} == {f"SOP-{n:02}" for n in range(1, 11)}


def test_r74_every_shipped_sop_is_read_in_a_minute() -> None:
    sops = [each for each in read_directory(SHIPPED).documents.values() if isinstance(each, Sop)]
    assert len(sops) == 10
    assert max(map(words_in, sops)) <= MOST_WORDS - 50  # with room for what is learned


def test_r76_the_shipped_library_holds_documents_of_every_kind() -> None:
    assert {each.kind for each in read_directory(SHIPPED).documents.values()} == {kind.value for kind in DocumentKind}


def test_each_category_is_named_by_its_own_sop() -> None:
    for document in read_directory(SHIPPED).documents.values():
        if isinstance(document, Sop):
            assert {name for name, each in POLICY.categories.items() if each.sop == document.id} == set(
                document.categories
            )


def test_the_shipped_files_are_written_as_we_write_them() -> None:
    for file in read_directory(SHIPPED).files:
        assert written(file.document) == file.text, file.path


# ----------------------------------------------------------------------------------------- faults and their lines


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("# Restart\n", "1: a document begins with a line of ---"),
        ("---\nid: RB-1\n", "1: no second line of --- ends what stands in front"),
        ("", "1: a document begins with a line of ---"),
        (RUNBOOK.replace("kind: runbook", "kind: novel"), "3: kind: Input tag 'novel'"),
        (RUNBOOK.replace("kind: runbook\n", ""), "2: kind: Unable to extract tag"),
        (RUNBOOK.replace("title: Restart", "title: [Restart"), "5: this is not YAML"),
        (RUNBOOK.replace("title: Restart", "title: Restart\nmood: good"), "5: mood: Extra inputs are not permitted"),
        (RUNBOOK.replace("title: Restart", "id: RB-2"), "4: this is not YAML: found duplicate key"),
        (RUNBOOK.replace("title: Restart", "title: Restart\nbody: twice"), "5: body: the body stands below"),
        (RUNBOOK.replace("title: Restart", "title: Restart\ntier: 4"), "5: tier: Input should be less than or equal"),
        (RUNBOOK.replace("Restart it.", "x" * 200_001), "6: body: String should have at most 200000 characters"),
        (SOP.replace("P3: 1h", "P3: soon"), "45: accept_within.P3: Input should be a valid timedelta"),
        (SOP.replace("- id: log", "- id: L O G"), "11: steps.1.id: String should match pattern"),
        ("---\n- a\n---\n", "2: what stands in front of a document is a mapping"),
    ],
)
def test_a_fault_is_named_with_its_line(text: str, fault: str) -> None:
    document, faults = read_document(text)
    assert document is None
    assert any(str(each).startswith(fault) for each in faults), faults


def test_line_ends_of_another_system_are_read_as_well() -> None:
    document, faults = read_document("\ufeff" + RUNBOOK.replace("\n", "\r\n"))
    assert faults == ()
    assert document == read_document(RUNBOOK).document


def test_an_sop_with_a_broken_tree_is_refused_with_file_and_line(tmp_path: Path) -> None:
    tree = (SHIPPED / "DT-SIGN-IN.md").read_text(encoding="utf-8").replace("no: several", "no: who")
    faults = lint_directory(read_directory(kept(tmp_path, DT_SIGN_IN=tree)), POLICY, {}).faults
    assert any("leads back to itself" in str(each) for each in faults)
    assert all(str(each).startswith(f"{tmp_path / 'DT-SIGN-IN.md'}:") for each in faults)
    assert isinstance(read_document(tree).document, DecisionTree)


def test_a_document_of_five_megabytes_is_refused_and_never_read(tmp_path: Path) -> None:
    (tmp_path / "RB-1.md").write_bytes(b"\xff" * 5_000_000)
    (fault,) = read_directory(tmp_path).faults
    assert f"5,000,000 bytes; a document has at most {MOST_BYTES:,}" in str(fault)


def test_every_fault_of_a_directory_is_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "RB-9.md").write_bytes(b"\xff")
    kept(tmp_path, RB_1=RUNBOOK, RB_2=RUNBOOK, RB_3=RUNBOOK.replace("runbook", "novel"), README="no document")
    found = read_directory(tmp_path)
    assert [each.path.name for each in found.faults] == ["RB-2.md", "RB-3.md", "RB-9.md"]
    assert "RB-1 belongs in a file of its own name, RB-1.md" in str(found.faults[0])
    with pytest.raises(LibraryError, match=r"RB-2\.md:1: id"):
        found.sound()
    with pytest.raises(LibraryError, match="no such directory"):
        read_directory(tmp_path / "none")


def test_the_command_names_file_and_line_and_says_how_many(tmp_path: Path) -> None:
    kept(tmp_path, SOP_01=SOP.replace("  1: 2", "  1: 5").replace("messages: [ack", "messages: [birthday, ack"))
    ran = CliRunner().invoke(app, ["sop", "lint", str(tmp_path)])
    assert ran.exit_code == 1
    assert f"{tmp_path / 'SOP-01.md'}:41: failed_attempts.1: it says after 5 failed attempts" in ran.stdout
    assert "SOP-01.md:47: messages: there is no message 'birthday'" in ran.stdout
    assert "categories.email.flow.sop: there is no SOP 'SOP-04'" in ran.stdout
    assert CliRunner().invoke(app, ["sop", "lint", str(SHIPPED)]).exit_code == 0


# --------------------------------------------------------------------------------------- a library beside a policy


def test_a_policy_is_held_to_the_library_beside_it_or_else_to_the_shipped_one(tmp_path: Path) -> None:
    text = Settings().policy_path.read_text(encoding="utf-8").replace("P4: {time: 4h,", "P4: {time: 8h,")
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyFileError, match=r"accept.P4: SOP-01, accept_within.P4: it says 4h"):
        load_sound_policy(path)
    own = tmp_path / "library"
    own.mkdir()
    for file in read_directory(SHIPPED).files:
        (own / file.path.name).write_text(file.text.replace("P4: 4h", "P4: 8h"), encoding="utf-8")
    assert load_sound_policy(path).version == "2026.1"
    assert sops_beside(path)["SOP-01"] != sops_beside(Settings().policy_path)["SOP-01"]


# ------------------------------------------------------------------------------------ beside what is published


def refused(change: dict[str, Any]) -> DocumentUnsound:
    published = read_directory(SHIPPED).documents
    document = published["SOP-01"].model_copy(update=change)
    with pytest.raises(DocumentUnsound) as said:
        judge_publication(POLICY, [document], published)
    return said.value


def test_r70_an_sop_may_not_leave_a_path_uncovered_that_was_covered() -> None:
    published = read_directory(SHIPPED).documents
    sop = published["SOP-10"]
    assert isinstance(sop, Sop)
    silent = sop.model_copy(update={"escalate": dict.fromkeys(sop.escalate, ("E2",))})
    with pytest.raises(DocumentUnsound, match="no SOP tells people of E1, which takes tickets up"):
        judge_publication(POLICY, [silent], published)


def test_r71_an_sop_without_one_of_its_parts_cannot_be_published() -> None:
    for part in ("steps", "required_information", "messages"):
        assert part in refused({part: ()}).message
    assert "escalate" in refused({"escalate": {}}).message


def test_names_and_links_that_lead_nowhere_are_found() -> None:
    said = refused({"categories": ("fax",), "clients": ("nobody",), "skills": ("fax",), "runbooks": ("RB-NONE",)})
    assert [each["field"] for each in said.details["errors"]] == [  # type: ignore[attr-defined]
        "SOP-01.categories", "SOP-01.clients", "SOP-01.skills", "SOP-01.runbooks",
    ]  # fmt: skip


def test_what_others_count_on_is_not_taken_away() -> None:
    published = read_directory(SHIPPED).documents
    with pytest.raises(DocumentInUse, match="SOP-09, SOP-10 would be left without RB-ISOLATE"):
        judge_retirement(POLICY, published["RB-ISOLATE"], published)
    with pytest.raises(DocumentInUse, match=r"categories\.email\.client\.sop"):
        judge_retirement(POLICY, published["SOP-04"], published)
    with pytest.raises(DocumentInUse, match="DT-OFFLINE"):
        judge_retirement(POLICY, published["SOP-05"], published)
    judge_retirement(POLICY, published["KI-0001"], published)
