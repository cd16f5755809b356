"""`tierline audit`, of the running desk: the API makes the audit, or answers the one that it has."""

from typing import Any

from escalation.audit.actions import Action
from escalation.audit.record import AuditRecord
from escalation.audit.record_text import paper
from escalation.audit.verdicts import Judged, Verdict
from escalation.audit.window import AuditKind
from tierline.ask_api import post
from tierline.audit_shown import Form, show
from tierline.settings import Settings


class Answered(AuditRecord):
    """An audit as the API tells it."""

    headline: str
    judged: Judged | None = None
    verdicts: tuple[Verdict, ...] = ()
    actions: tuple[Action, ...] = ()


def ask_audit(settings: Settings, kind: AuditKind, since: str | None, until: str | None, form: Form) -> None:
    """Print the audit of the last whole window, or of another."""
    body: dict[str, Any] = {"kind": kind}
    body |= {name: value for name, value in (("from", since), ("to", until)) if value is not None}
    audit = Answered.model_validate(post(settings, "/v1/audits", body))
    show(audit, paper(audit, audit.verdicts, audit.actions), form)
