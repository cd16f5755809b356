"""What machines say about faults: one shape for every sender, whatever tool it is."""

from escalation.alerts.alert import Action, Alert, Hint, Link, Reading, Severity, Unread, Unreadable
from escalation.alerts.inbox import Body, Inbox

__all__ = ["Action", "Alert", "Body", "Hint", "Inbox", "Link", "Reading", "Severity", "Unread", "Unreadable"]
