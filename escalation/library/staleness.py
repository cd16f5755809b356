"""Which documents a change of the policy puts in doubt: those about a client, a skill or a category that changed."""

from collections.abc import Iterator, Mapping

from escalation.library.documents import AnyDocument
from escalation.policy import Client, Policy
from escalation.terms import Facts


class Change(Facts):
    """Something that documents name, and what became of it."""

    what: str
    name: str
    reason: str


def changes(before: Policy, after: Policy) -> list[Change]:
    """What another version of the policy changes about clients' environments, who has a skill, and categories."""
    with_it = f"with policy {after.version}"
    return [
        *(Change(what="client", name=name, reason=f"{said} {with_it}") for name, said in _clients(before, after)),
        *(Change(what="skill", name=name, reason=f"{said} {with_it}") for name, said in _skills(before, after)),
        *(Change(what="category", name=name, reason=f"{said} {with_it}") for name, said in _categories(before, after)),
    ]


def doubts(documents: Mapping[str, AnyDocument], before: Policy, after: Policy) -> list[tuple[str, str]]:
    """Each document that names what changed, itself or by its categories, and why it is in doubt."""
    found = changes(before, after)
    return [
        (document.id, change.reason)
        for document in documents.values()
        for change in found
        if change.name in _named(document, before, after)[change.what]
    ]


def _named(document: AnyDocument, before: Policy, after: Policy) -> dict[str, set[str]]:
    """What the document is about; a category stands for the skill that it takes."""
    both = [*before.categories.items(), *after.categories.items()]
    categories = {*document.categories, *(name for name, each in both if each.sop == document.id)}
    skills = {*document.skills, *(each.skill for name, each in both if name in categories)}
    return {"client": set(document.clients), "skill": skills, "category": categories}


def _clients(before: Policy, after: Policy) -> Iterator[tuple[str, str]]:
    for name, client in before.clients.items():
        if name not in after.clients:
            yield name, f"client {name} has left"
        elif changed := _differ(client, after.clients[name]):
            yield name, f"{' and '.join(changed)} of client {name} changed"


def _differ(before: Client, after: Client) -> list[str]:
    watched = ("environment", "sites", "contacts")
    return [name for name in watched if getattr(before, name) != getattr(after, name)]


def _skills(before: Policy, after: Policy) -> Iterator[tuple[str, str]]:
    had, have = _holders(before), _holders(after)
    for skill in sorted({*had, *have}):
        if had.get(skill) != have.get(skill):
            now = ", ".join(sorted(have.get(skill, ()))) or "nobody"
            yield skill, f"who has the skill {skill} changed (now {now})"


def _holders(policy: Policy) -> dict[str, set[str]]:
    skills = {skill for person in policy.people.values() for skill in person.skills}
    return {skill: {name for name, person in policy.people.items() if skill in person.skills} for skill in skills}


def _categories(before: Policy, after: Policy) -> Iterator[tuple[str, str]]:
    for name, category in before.categories.items():
        if name not in after.categories:
            yield name, f"category {name} is gone"
        elif category != after.categories[name]:
            yield name, f"how category {name} is handled changed"
