"""A directory of documents, and the library that is shipped with the default policy."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from escalation.library.documents import AnyDocument, Sop
from escalation.lint.documents import form_problems
from escalation.lint.findings import Problem
from escalation.lint.library import document_problems
from escalation.policy import Policy
from tierline import PARTS_ROOT
from tierline.faults import OperatorError
from tierline.library_reading import MOST_BYTES, placed, read_document
from tierline.yaml_text import Fault

SHIPPED = PARTS_ROOT / "policies" / "library"


class LibraryError(OperatorError):
    """Documents cannot be read, or are not fit to be published; one line for each fault."""


class FileFault(NamedTuple):
    """What is wrong, in which file and on which line."""

    path: Path
    fault: Fault

    def __str__(self) -> str:
        return f"{self.path}:{self.fault}"


class DocumentFile(NamedTuple):
    """A document and the text that it stands in."""

    path: Path
    text: str
    document: AnyDocument


class Directory(NamedTuple):
    """What a directory holds, and every fault; the documents are whole only if there are none."""

    files: tuple[DocumentFile, ...]
    faults: tuple[FileFault, ...]

    @property
    def documents(self) -> dict[str, AnyDocument]:
        """The documents, by id."""
        return {file.document.id: file.document for file in self.files}

    def sound(self) -> "Directory":
        """The directory; LibraryError with every fault if there are any."""
        if self.faults:
            raise LibraryError("\n".join(map(str, self.faults)))
        return self


def read_directory(directory: Path) -> Directory:
    """Read every Markdown file of the directory, README apart; LibraryError if there is no such directory."""
    if not directory.is_dir():
        raise LibraryError(f"{directory}: there is no such directory")
    files: dict[str, DocumentFile] = {}
    faults: list[FileFault] = []
    for path in sorted(directory.glob("*.md")):
        if path.name == "README.md":
            continue
        file = _read(path)
        if isinstance(file, DocumentFile) and file.document.id in files:
            twice = Fault(1, "id", f"{file.document.id} stands in {files[file.document.id].path.name} as well")
            faults.append(FileFault(path, twice))
        elif isinstance(file, DocumentFile):
            files[file.document.id] = file
        else:
            faults += [FileFault(path, fault) for fault in file]
    return Directory(tuple(files.values()), tuple(faults))


def lint_directory(found: Directory, policy: Policy | None, published: Mapping[str, AnyDocument]) -> Directory:
    """The same with what is wrong between the documents, and between them and the policy."""
    among = {**published, **found.documents}
    faults = [FileFault(file.path, each) for file in found.files for each in _lint(file, among, policy)]
    return found._replace(faults=tuple(sorted([*found.faults, *faults])))


def sops_beside(policy: Path) -> Mapping[str, Sop]:
    """The SOPs of the directory `library` beside a policy document, or else those that are shipped."""
    beside = policy.resolve().parent / "library"
    return _sops(read_directory(beside).sound().documents.values()) if beside.is_dir() else shipped_sops()


def library_beside(policy: Path) -> Directory:
    """The directory `library` beside a policy document, or else the shipped one."""
    beside = policy.resolve().parent / "library"
    return read_directory(beside if beside.is_dir() else SHIPPED).sound()


@lru_cache(maxsize=1)
def shipped_sops() -> Mapping[str, Sop]:
    """The SOPs that come with the default policy."""
    return _sops(read_directory(SHIPPED).sound().documents.values())


def _sops(documents: Iterable[AnyDocument]) -> dict[str, Sop]:
    return {each.id: each for each in documents if isinstance(each, Sop)}


def _lint(file: DocumentFile, among: Mapping[str, AnyDocument], policy: Policy | None) -> tuple[Fault, ...]:
    found: list[Problem] = (
        form_problems(file.document) if policy is None else document_problems(file.document, among, policy)
    )
    return placed(file.text, found)


def _read(path: Path) -> DocumentFile | list[Fault]:
    try:
        if (size := path.stat().st_size) > MOST_BYTES:
            return [Fault(1, "", f"{size:,} bytes; a document has at most {MOST_BYTES:,}, and people read less")]
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return [Fault(1, "", str(error))]
    document, faults = read_document(text)
    if document is None:
        return list(faults)
    if path.stem != document.id:
        return [Fault(1, "id", f"{document.id} belongs in a file of its own name, {document.id}.md")]
    return DocumentFile(path, text, document)
