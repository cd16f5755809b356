"""The small words that policy, commands, events and tickets share."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, StringConstraints

Tier = int  # 1, 2 or 3
LINE, TEXT = 500, 8_000  # characters
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Line = Annotated[str, StringConstraints(max_length=LINE)]
Text = Annotated[str, StringConstraints(max_length=TEXT)]


class Facts(BaseModel):
    """Base of what is recorded: frozen, and lenient to fields that a newer release added."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """As pydantic's, three times as fast: a fact has no private fields and nothing extra to copy along."""
        if deep:
            return super().model_copy(update=update, deep=True)
        changed = dict(update or {})
        copied = type(self).__new__(type(self))
        object.__setattr__(copied, "__dict__", self.__dict__ | changed)
        object.__setattr__(copied, "__pydantic_fields_set__", self.__pydantic_fields_set__ | changed.keys())
        object.__setattr__(copied, "__pydantic_extra__", None)
        object.__setattr__(copied, "__pydantic_private__", None)
        return copied


class Priority(StrEnum):
    """From impact × urgency; P1 is the most pressing."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class Kind(StrEnum):
    """The ITIL kind of a ticket."""

    INCIDENT = "incident"
    REQUEST = "request"


class Scope(StrEnum):
    """How far the fault reaches."""

    ONE_USER = "one_user"
    SEVERAL_USERS = "several_users"
    WHOLE_OFFICE = "whole_office"
    WHOLE_CLIENT = "whole_client"
    MULTI_CLIENT = "multi_client"


class Flag(StrEnum):
    """Signs that the rules look at."""

    ACTIVE_BREACH = "active_breach"
    SECURITY_ANOMALY = "security_anomaly"
    SERVER_SIDE = "server_side"
    NETWORK_LEVEL = "network_level"
    BACKEND = "backend"
    LATENCY_PATTERN = "latency_pattern"
    ADVANCED_FIREWALL = "advanced_firewall"
    PRIVILEGED_ACCESS = "privileged_access"
    CRITICAL_ASSET = "critical_asset"
    CORE_ARCHITECTURE = "core_architecture"
    VENDOR_NEEDED = "vendor_needed"
    RECURRING = "recurring"
    UNHAPPY = "unhappy"


class Role(StrEnum):
    """What an actor may do; see permissions.py."""

    TECHNICIAN = "technician"
    DISPATCHER = "dispatcher"
    TEAM_LEAD = "team_lead"
    SERVICE_MANAGER = "service_manager"
    AUDITOR = "auditor"
    INTEGRATION = "integration"
    SYSTEM = "system"


Following = Literal["resolved", "reopened", "held", "resumed", "told", "left", "moved"]
"""What becomes of a parent that its children go along with; `left` and `moved`: it is their parent no more."""


class EscalationKind(StrEnum):
    """Functional: to a skill. Hierarchical: involve management. Emergency: straight to Tier 3 on call."""

    FUNCTIONAL = "functional"
    HIERARCHICAL = "hierarchical"
    EMERGENCY = "emergency"


SYSTEM = "system"
