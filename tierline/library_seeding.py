"""The documents that an empty desk begins with."""

from datetime import UTC, datetime
from pathlib import Path

import typer
from sqlalchemy import Engine

from escalation.library.revisions import Draft
from escalation.lint.library import document_problems
from escalation.terms import SYSTEM
from stores.library import Library
from stores.policies import Policies
from tierline.library_files import library_beside


def fill_empty_library(engine: Engine, policy_path: Path) -> None:
    """Where there is no document yet, publish those beside the policy, or the shipped ones; a repeat does nothing.

    What does not fit the current policy, such as a known issue of a client that it does not have, is left out.
    """
    library = Library(engine)
    if not library.is_empty():
        return
    policy, at = Policies(engine).current(), datetime.now(UTC)
    found = library_beside(policy_path)
    drafts = []
    for file in found.files:
        if problems := document_problems(file.document, found.documents, policy):
            typer.echo(f"left {file.path.name} out of the library: {problems[0].path}: {problems[0].message}")
        else:
            drafts.append(Draft(document=file.document, text=file.text, author=SYSTEM, at=at, note="shipped"))
    library.take_in(drafts, lambda *_: None, at=at)
    typer.echo(f"published {len(drafts)} documents of {found.files[0].path.parent if found.files else policy_path}")
