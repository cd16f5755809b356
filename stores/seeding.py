"""From a policy to the desk's own tables, any number of times."""

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from escalation.policy import Person, Policy
from stores.naming import Roster
from stores.schema import overrides, people, pools, roster

_POOLS = (0, 1, 2, 3)  # 0 is for needs that name no tier


def seed(connection: Connection, policy: Policy) -> None:
    """Make people, rotas and calendars those of the policy; absences and overrides made by hand stay."""
    _hold_all_pools(connection)
    _seed_people(connection, policy)
    _seed_overrides(connection, policy)
    body = Roster.of(policy).model_dump(mode="json")
    row = insert(roster).values(one=True, revision=1, policy_version=policy.version, body=body)
    changed = {"revision": roster.c.revision + 1, "policy_version": policy.version, "body": body}
    connection.execute(row.on_conflict_do_update(index_elements=["one"], set_=changed))


def touch_roster(connection: Connection) -> None:
    """Have every process read roster and overrides again."""
    connection.execute(update(roster).values(revision=roster.c.revision + 1))


def _hold_all_pools(connection: Connection) -> None:
    connection.execute(insert(pools).on_conflict_do_nothing(), [{"tier": tier} for tier in _POOLS])
    connection.execute(select(pools).order_by(pools.c.tier).with_for_update())


def _seed_people(connection: Connection, policy: Policy) -> None:
    connection.execute(update(people).where(people.c.id.not_in(policy.people)).values(active=False))
    row = insert(people)
    replaced = {name: row.excluded[name] for name in [*_FIELDS, "reach", "active"]}
    rows = [_row_of(person) for person in policy.people.values()]
    connection.execute(row.on_conflict_do_update(index_elements=["id"], set_=replaced), rows)


def _seed_overrides(connection: Connection, policy: Policy) -> None:
    connection.execute(delete(overrides).where(~overrides.c.added))
    rows = [
        {
            **each.model_dump(include={"rota", "who", "kind", "instead_of", "reason"}),
            "start_at": each.start,
            "end_at": each.end,
            "added": False,
        }
        for each in policy.on_call.overrides
    ]
    if rows:
        connection.execute(insert(overrides), rows)


_FIELDS = (
    "name",
    "role",
    "tier",
    "skills",
    "calendar",
    "capacity",
    "team_lead_of",
    "email",
    "apprise",
    "partner",
)


_REACH = {"slack", "teams", "sms", "voice"}


def _row_of(person: Person) -> dict[str, object]:
    row = {name: getattr(person, name) for name in _FIELDS}
    lists = {name: list(getattr(person, name)) for name in ("skills", "team_lead_of", "apprise")}
    reach = person.model_dump(include=_REACH, exclude_none=True)
    return row | lists | {"id": person.id, "reach": reach, "active": True}
