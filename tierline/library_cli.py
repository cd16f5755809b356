"""`tierline sop import`, `export` and `lint`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import typer

from escalation.library.refusals import DocumentUnsound
from escalation.library.revisions import Draft, RevisionState, Wanted
from escalation.lint.library import judge_publication, sops_of
from escalation.lint.sops import uncovered
from escalation.ports import Unavailable
from stores.database import engine_for
from stores.library import Library
from stores.policies import Policies
from tierline.library_files import DocumentFile, LibraryError, lint_directory, read_directory
from tierline.operator import operator
from tierline.policy_file import load_policy
from tierline.settings import Settings

_EVERY = 1_000_000


def import_directory(settings: Settings, directory: Path, *, publish: bool) -> None:
    """Take every document in, in one transaction; LibraryError with file and line of each fault, and nothing done."""
    found = read_directory(directory).sound()
    now = datetime.now(UTC)
    with _library(settings) as (library, policies):
        drafts = [_draft(file, now) for file in found.files]
        if not publish:
            made = library.take_in(drafts, None, at=now)
        else:
            policy = policies.current()
            lint_directory(found, policy, library.published()).sound()
            try:
                made = library.take_in(drafts, partial(judge_publication, policy), at=now)
            except DocumentUnsound as unsound:  # what no single file is at fault for
                raise LibraryError(f"{directory}: {unsound.message}") from None
    for each in made:
        typer.echo(f"{each.document.id}: revision {each.revision}, {each.state.value}")
    typer.echo(f"{len(made)} of {len(found.files)} documents changed")


def export_directory(settings: Settings, directory: Path) -> None:
    """Write a file for each document that is not retired; files that say so already are not touched."""
    with _library(settings) as (library, _):
        found = [each for each in library.find(Wanted(limit=_EVERY)) if each.state is not RevisionState.RETIRED]
    directory.mkdir(parents=True, exist_ok=True)
    count = 0
    for each in found:
        path, said = directory / f"{each.document.id}.md", each.text.encode()
        if not path.is_file() or path.read_bytes() != said:
            path.write_bytes(said)
            count += 1
    typer.echo(f"{len(found)} documents in {directory}, {count} of them written")


def lint(directory: Path, policy_path: Path) -> int:
    """Print every fault with its file and line; 0 if there is none, else 1."""
    policy = load_policy(policy_path)
    found = lint_directory(read_directory(directory), policy, {})
    faults = [str(each) for each in found.faults]
    faults += [f"{policy_path}: {path}: {message}" for path, message in uncovered(policy, sops_of(found.documents))]
    for fault in faults:
        typer.echo(fault)
    if faults:
        typer.echo(f"{directory}: {len(faults)} fault{'s' if len(faults) > 1 else ''}; not fit to be published")
        return 1
    typer.echo(f"{directory}: {len(found.files)} documents hold under policy {policy.version}")
    return 0


def _draft(file: DocumentFile, at: datetime) -> Draft:
    return Draft(document=file.document, text=file.text, author=operator(), at=at, note="imported")


@contextmanager
def _library(settings: Settings) -> Iterator[tuple[Library, Policies]]:
    engine = engine_for(settings.dsn, pool_size=1)
    try:
        yield Library(engine), Policies(engine)
    except Unavailable as away:
        raise LibraryError(f"{away}; is `tierline up` running?") from None
    finally:
        engine.dispose()
