"""The small words that policy, commands, events and tickets share."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Tier = int  # 1, 2 or 3
LINE, TEXT = 500, 8_000  # characters
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Line = Annotated[str, StringConstraints(max_length=LINE)]
Text = Annotated[str, StringConstraints(max_length=TEXT)]


class Facts(BaseModel):
    """Base of what is recorded: frozen, and lenient to fields that a newer release added."""

    model_config = ConfigDict(frozen=True, extra="ignore")


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


class EscalationKind(StrEnum):
    """Functional: to a skill. Hierarchical: involve management. Emergency: straight to Tier 3 on call."""

    FUNCTIONAL = "functional"
    HIERARCHICAL = "hierarchical"
    EMERGENCY = "emergency"


SYSTEM = "system"
