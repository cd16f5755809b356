"""A small policy with a desk of its own, for tests."""

from datetime import UTC, datetime
from typing import Any

from escalation.policy import Policy

# Tuesday noon in Warsaw: everybody with office hours is on shift.
NOON = datetime(2026, 6, 2, 10, 0, tzinfo=UTC)
NIGHT = datetime(2026, 6, 2, 1, 0, tzinfo=UTC)


def policy(**changes: Any) -> Policy:
    """The test policy; `people` are merged into those below, person by person."""
    document = _document()
    people = changes.pop("people", {})
    for name, said in people.items():
        document["people"].setdefault(name, {"id": name, "name": name.title(), "role": "technician"}).update(said)
    return Policy.model_validate(document | changes)


def _document() -> dict[str, Any]:
    return {
        "name": "test",
        "version": "v1",
        "matrix": {1: {1: "P1", 2: "P2", 3: "P3"}, 2: {1: "P2", 2: "P3", 3: "P4"}, 3: {1: "P3", 2: "P4", 3: "P4"}},
        "impact_rules": [{"impact": 3}],
        "accept": {p: {"time": "15m", "calendar": "always"} for p in ("P1", "P2", "P3", "P4")},
        "holds": {"waiting_customer": {"pauses": ["resolution"]}},
        "triggers": [],
        "tier_three_entry": [],
        "scope": {1: {}, 2: {}, 3: {}},
        "return_reasons": ["note_unusable"],
        "manual_reasons": ["deeper_analysis"],
        "categories": {"mail": {"skill": "m365"}, "vpn": {"skill": "firewall"}},
        "calendars": {
            "always": {"zone": "UTC", "hours": {"daily": ["00:00-24:00"]}},
            "office": {"zone": "Europe/Warsaw", "hours": {"mon-fri": ["08:00-17:00"]}, "holidays": ["2026-06-04"]},
        },
        "agreements": {
            "gold": {
                "promises": {
                    p: {"response": {"time": "1h"}, "resolution": {"time": "8h"}} for p in ("P1", "P2", "P3", "P4")
                }
            }
        },
        "clients": {"acme": {"id": "acme", "name": "Acme", "calendar": "always", "agreement": "gold"}},
        "people": {
            "dana": {"id": "dana", "name": "Dana", "role": "dispatcher", "calendar": "office", "capacity": 40},
            "tomas": _technician("tomas", 1, ["m365"]),
            "priya": _technician("priya", 1, ["m365", "voip"]),
            "marek": _technician("marek", 2, ["firewall", "network"]),
            "elena": _technician("elena", 2, ["backup", "network"]),
            "sofia": _technician("sofia", 3, ["architecture"]),
            "ruth": {
                "id": "ruth",
                "name": "Ruth",
                "role": "team_lead",
                "calendar": "office",
                "capacity": 0,
                "team_lead_of": [1, 2],
            },
            "grace": {
                "id": "grace",
                "name": "Grace",
                "role": "service_manager",
                "calendar": "office",
                "capacity": 0,
                "email": "grace@desk.example",
                "apprise": ["ntfy://grace"],
            },
        },
        "on_call": {
            "rotas": {
                "nights": {
                    "zone": "Europe/Warsaw",
                    "rotation": "daily",
                    "handover": "18:00",
                    "members": ["elena", "marek"],
                },
                "seniors": {"zone": "Europe/Warsaw", "members": ["sofia"]},
                "managers": {"zone": "Europe/Warsaw", "members": ["grace"]},
            },
            "by_tier": {1: "nights", 2: "nights", 3: "seniors"},
            "managers": "managers",
        },
        "fallback": {"owner": {1: "tomas", 2: "elena", 3: "sofia"}, "manager": "grace"},
        "messages": {},
    }


def _technician(name: str, tier: int, skills: list[str]) -> dict[str, Any]:
    return {
        "id": name,
        "name": name.title(),
        "role": "technician",
        "tier": tier,
        "skills": skills,
        "calendar": "office",
        "capacity": 3,
        "email": f"{name}@desk.example",
    }
