"""What clients of the default policy call about on a day like any other. People and companies are made up."""

from typing import Any

Said = dict[str, Any]


def _facts(systems: str, error: str, users: int = 1, changes: str = "none known", tried: str = "none known") -> Said:
    """The five facts that must be known before anybody tries a fix."""
    return {
        "affected_systems": [systems],
        "error_messages": error,
        "users_affected": users,
        "recent_changes": changes,
        "steps_attempted": tried,
    }


FORGOTTEN_PASSWORD: Said = {
    "client": "acme-dental",
    "contact": {"name": "Front desk"},
    "subject": "Cannot sign in after the holiday",
    "category": "identity.password_reset",
    "impact": 3,
    "urgency": 2,
    "facts": _facts("Microsoft 365", "Your account or password is incorrect", tried="typed it again"),
}
EXPIRED_PASSWORD: Said = {
    "client": "volta-mfg",
    "contact": {"name": "IT contact"},
    "subject": "The password of the shift terminal has expired",
    "category": "identity.password_reset",
    "impact": 3,
    "urgency": 3,
}
EXPIRED_PASSWORD_FACTS = _facts("shift terminal in plant 2", "The password of this user has expired", users=1)
LOST_PHONE: Said = {
    "client": "tiny-cafe",
    "contact": {"name": "Owner"},
    "subject": "New phone, and the sign-in code never comes",
    "category": "identity.lockout_mfa",
    "impact": 3,
    "urgency": 2,
    "facts": _facts("mail on the phone", "Enter the code shown in your authenticator app", changes="a new phone"),
}
RECEIPTS: Said = {
    "client": "tiny-cafe",
    "contact": {"name": "Owner"},
    "subject": "The receipt printer prints nothing",
    "category": "printing.device",
    "impact": 3,
    "urgency": 2,
    "facts": _facts("receipt printer at the till", "Printer offline", changes="the till was moved yesterday"),
}
RECEIPTS_AGAIN: Said = RECEIPTS | {"contact": {"name": "Barista"}, "subject": "No receipts at the till"}
BLOCKED_SUPPLIER: Said = {
    "client": "acme-dental",
    "contact": {"name": "Front desk"},
    "subject": "X-ray upload to the supplier fails since Friday",
    "description": "The upload stops at once. Everything else on the internet works.",
    "category": "connectivity.single_user",
    "impact": 3,
    "urgency": 1,
    "facts": _facts(
        "X-ray workstation", "connection to 203.0.113.40:8443 refused", changes="the supplier moved to a new address"
    ),
}
SLOW_SEARCH: Said = {
    "client": "acme-dental",
    "contact": {"name": "Front desk"},
    "subject": "Outlook finds no mail older than a week",
    "category": "email.client",
    "impact": 3,
    "urgency": 3,
    "facts": _facts("Outlook at the front desk", "We could not find what you were looking for", changes="new PC"),
}
NOBODY_CAN_WORK: Said = {
    "client": "harbor-law",
    "contact": {"name": "Evelyn Harbor"},
    "subject": "No internet on my laptop",
    "category": "connectivity.single_user",
    "urgency": 1,
    "facts": _facts("laptop of Evelyn Harbor", "No internet, secured", tried="restarted the laptop"),
}
WHICH_VERSION: Said = {
    "client": "volta-mfg",
    "contact": {"name": "IT contact"},
    "subject": "Please install the drawing viewer",
    "kind": "request",
    "category": "software.install_guidance",
    "impact": 3,
    "urgency": 3,
    "facts": _facts("PC of the planner", "none, it is a request"),
}
NO_ACCESS: Said = {
    "client": "acme-dental",
    "contact": {"name": "Front desk"},
    "subject": "The new assistant cannot open the shared calendar",
    "category": "access.permissions",
    "impact": 3,
    "urgency": 1,
    "facts": _facts("shared calendar", "You do not have permission", changes="a new colleague"),
}
DROPPING_CALLS: Said = {
    "client": "volta-mfg",
    "contact": {"name": "IT contact"},
    "subject": "Phone calls drop after a minute",
    "category": "connectivity.single_user",
    "impact": 2,
    "urgency": 1,
    "facts": _facts("phone at the gate", "call ended, no carrier", changes="a new switch on Saturday"),
}
RANSOMWARE: Said = {
    "client": "northside-clinic",
    "contact": {"name": "Duty nurse"},
    "subject": "Files on the ward server are renamed to .locked",
    "description": "The server monitor sees thousands of files renamed within a minute, and a text file HOW_TO_PAY.",
    "category": "security.ransomware",
    "facts": {"affected_systems": ["ward server WS-2"]},
}
RANSOMWARE_FACTS = _facts("ward server WS-2", "Your files are locked. Read HOW_TO_PAY.", users=25)

CLIENTS = ("acme-dental", "harbor-law", "northside-clinic", "tiny-cafe", "volta-mfg")
