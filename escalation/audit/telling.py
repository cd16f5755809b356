"""Who hears that an audit is ready: the service manager, once."""

from escalation.audit.record import AuditRecord
from escalation.audit.record_text import headline
from escalation.messages import Message, message_key

TEMPLATE = "audit_ready"
_TO = "service_manager"


def ready(record: AuditRecord) -> Message:
    """The message that says so, with the alarm if it went off; one for each audit, however often it is made."""
    return Message(
        key=message_key(f"audit/{record.id}", 0, TEMPLATE, _TO),
        ticket_id=f"audit/{record.id}",
        template=TEMPLATE,
        urgent=False,
        to=_TO,
        recipient_kind="role",
        params={"audit": record.id, "headline": headline(record), "overdue": str(len(record.overdue))},
        at=record.made_at,
    )
