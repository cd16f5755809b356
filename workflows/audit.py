"""One scheduled audit: of the window that was over when it was due, however late it runs."""

from temporalio import workflow
from temporalio.common import SearchAttributeKey

from activities.audit import AuditActivities, AuditDue, AuditMade
from escalation.audit.window import AuditKind
from escalation.terms import Facts
from workflows import options

_DUE_AT = SearchAttributeKey.for_datetime("TemporalScheduledStartTime")


class AuditAsked(Facts):
    """What a schedule starts an audit with."""

    kind: AuditKind


@workflow.defn(name="Audit")
class AuditWorkflow:
    """Makes the audit, and waits for the database as long as it takes; the next one does not wait for it."""

    @workflow.run
    async def run(self, asked: AuditAsked) -> AuditMade:
        """What was made: the record itself lies in the database."""
        due = AuditDue(kind=asked.kind, at=workflow.info().typed_search_attributes.get(_DUE_AT) or workflow.now())
        made = await workflow.execute_activity_method(
            AuditActivities.make_audit, due, summary=f"{due.kind} audit up to {due.at:%d %b %Y}", **options.AUDIT
        )
        workflow.set_current_details(f"**{made.id}**\n\n{made.headline}")
        return made
