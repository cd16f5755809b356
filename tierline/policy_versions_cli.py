"""`tierline policy publish`, `list`, `show`, `diff`, `rollback` and `migrate`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Column, Table

from escalation.errors import PolicyUnsound, VersionTaken
from escalation.policy import Policy
from escalation.policy.diff import changes_between
from escalation.ports import Unavailable
from stores.database import engine_for
from stores.library import Library
from stores.policies import Policies
from tierline.faults import OperatorError
from tierline.operator import operator
from tierline.policy_file import load_policy, text_of
from tierline.policy_publishing import Publisher
from tierline.settings import Settings


class PolicyVersionError(OperatorError):
    """A version cannot be published, found or chosen as asked."""


def publish(settings: Settings, path: Path) -> None:
    """Publish the document for new tickets; every fault is shown with its line."""
    text = text_of(path)
    with _stores(settings) as (policies, library):
        publisher = Publisher(policies, library)
        known = {line.version for line in policies.all()}
        try:
            version = publisher.publish(text, by=operator(), at=datetime.now(UTC))
        except PolicyUnsound as unsound:
            faults = publisher.check(text, at=datetime.now(UTC))
            raise PolicyVersionError("\n".join([*(f"{path}:{fault}" for fault in faults), unsound.message])) from None
        except VersionTaken as taken:
            raise PolicyVersionError(str(taken)) from None
    if version in known:
        typer.echo(f"policy {version} is published already, word for word; `tierline policy rollback` chooses it again")
    else:
        typer.echo(f"published policy {version}: new tickets get it, running ones stay where they are")
        _have_people_looked_for(settings)


def list_all(settings: Settings) -> None:
    """Show every version, the latest first."""
    table = Table(Column("version", no_wrap=True), "name", "published", "by", "", box=None)
    with _policies(settings) as policies:
        for line in policies.all():
            at = f"{line.published_at:%Y-%m-%d %H:%M}"
            table.add_row(line.version, line.name, at, line.published_by, "current" if line.current else "")
    Console().print(table)


def show(settings: Settings, version: str | None) -> None:
    """Print the text of a version, or of the current one, as it was published."""
    with _policies(settings) as policies:
        typer.echo(policies.document(_known(policies, version or policies.current().version)), nl=False)


def diff(settings: Settings, before: str, after: str) -> int:
    """Print what the second says differently, a line for each; each may be a version or a file. 1 if anything is."""
    if Path(before).is_file() and Path(after).is_file():
        changes = changes_between(load_policy(Path(before)), load_policy(Path(after)))
    else:
        with _policies(settings) as policies:
            changes = changes_between(_named(policies, before), _named(policies, after))
    for change in changes:
        typer.echo(change)
    if not changes:
        typer.echo(f"{before} and {after} say the same")
    return int(bool(changes))


def rollback(settings: Settings, version: str) -> None:
    """Give new tickets an earlier version again; running ones stay where they are."""
    with _policies(settings) as policies:
        policies.choose(_known(policies, version), by=operator(), at=datetime.now(UTC))
    typer.echo(f"new tickets get policy {version} again")
    _have_people_looked_for(settings)


def migrate(settings: Settings, version: str, selection: dict[str, Any], *, apply: bool) -> int:
    """Show which deadlines of running tickets would move, or move the tickets; 1 if any of them was refused."""
    from tierline.ask_api import post

    path = f"/v1/policies/{version}/migration"
    seen = refused = 0
    cursor: str | None = None
    with Progress(transient=True) as progress:
        task = progress.add_task("Moving tickets" if apply else "Looking at tickets", total=None)
        while seen == 0 or cursor:
            page = post(settings, path, {**selection, "preview": not apply} | ({"cursor": cursor} if cursor else {}))
            for line in page["tickets"]:
                progress.console.print(_told(line), highlight=False, soft_wrap=True)
                refused += line["outcome"] == "refused"
            seen, cursor = seen + len(page["tickets"]), page["next_cursor"]
            progress.update(task, completed=seen)
            if not page["tickets"]:
                break
    done = "moved" if apply else "would move; --apply moves them"
    count = seen - refused
    typer.echo(f"{count} ticket{'' if count == 1 else 's'} {done}" + (f", {refused} refused" if refused else ""))
    return int(bool(refused))


def _have_people_looked_for(settings: Settings) -> None:
    """Whoever the desk no longer has is relieved at once, and new gaps of cover are told of."""
    from tierline.telling_watch import watch_told

    if not watch_told(settings):
        typer.echo(
            "Temporal does not answer: tickets of people who have left, and gaps of cover, are seen to within "
            "15 minutes of a worker's running"
        )


def _told(line: dict[str, Any]) -> str:
    head = f"{line['ticket_id']}  {line['from_version']}  {line['outcome'].replace('_', ' ')}"
    if line["code"]:
        return f"{head}: {line['code']} {line['detail']}".rstrip()
    moves = [
        f"    {each['what']}: {each['before_at'] or 'none'} -> {each['after_at'] or 'none'}"
        for each in line["deadlines"]
    ]
    fires = [f"    {each['trigger']} fires{_where(each)}: {each['reason']}".rstrip(": ") for each in line["firings"]]
    return "\n".join([head, *moves, *fires])


def _where(firing: dict[str, Any]) -> str:
    """`, from Tier 1 to Tier 2`, or who is involved."""
    if firing["to_tier"]:
        return f", from Tier {firing['from_tier']} to Tier {firing['to_tier']}" if firing["from_tier"] else ""
    return f", for the {firing['role'].replace('_', ' ')}" if firing["role"] else ""


def _named(policies: Policies, name: str) -> Policy:
    path = Path(name)
    return load_policy(path) if path.is_file() else policies.version(_known(policies, name))


def _known(policies: Policies, version: str) -> str:
    versions = [line.version for line in policies.all()]
    if version not in versions:
        raise PolicyVersionError(f"no policy {version!r} was published; there are {', '.join(versions) or 'none'}")
    return version


@contextmanager
def _policies(settings: Settings) -> Iterator[Policies]:
    with _stores(settings) as (policies, _):
        yield policies


@contextmanager
def _stores(settings: Settings) -> Iterator[tuple[Policies, Library]]:
    engine = engine_for(settings.dsn, pool_size=1)
    try:
        yield Policies(engine), Library(engine)
    except Unavailable as away:
        raise PolicyVersionError(f"{away}; is `tierline up` running?") from None
    finally:
        engine.dispose()
