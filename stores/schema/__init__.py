"""The tables. migrations/versions holds the statements that make them; a test keeps the two the same."""

from stores.schema.alerts import alert_tickets, alerts, faults, maintenance_windows
from stores.schema.audits import audit_actions, audit_verdicts, audits
from stores.schema.backtests import backtests
from stores.schema.columns import metadata
from stores.schema.contact_methods import contact_methods
from stores.schema.desk import absences, answers, assignments, overrides, people, pools, roster, swaps
from stores.schema.figures import ticket_figures, ticket_stays, tier_one_events
from stores.schema.intake import intake_bodies, intake_maps, intake_secrets, intake_sources
from stores.schema.journal import journal, tickets
from stores.schema.keys import signing_keys
from stores.schema.letters import letters
from stores.schema.library import documents, readings, stale_marks
from stores.schema.messages import attempts, messages, receipts, reviews
from stores.schema.policies import policies, policy_choices, tokens
from stores.schema.practice import exercises
from stores.schema.psa import psa_connections, psa_links, psa_log, psa_maps
from stores.schema.search import indexed, postings, terms
from stores.schema.webhooks import webhook_deliveries, webhooks

__all__ = [
    "absences",
    "alert_tickets",
    "alerts",
    "answers",
    "assignments",
    "attempts",
    "audit_actions",
    "audit_verdicts",
    "audits",
    "backtests",
    "contact_methods",
    "documents",
    "exercises",
    "faults",
    "indexed",
    "intake_bodies",
    "intake_maps",
    "intake_secrets",
    "intake_sources",
    "journal",
    "letters",
    "maintenance_windows",
    "messages",
    "metadata",
    "overrides",
    "people",
    "policies",
    "policy_choices",
    "pools",
    "postings",
    "psa_connections",
    "psa_links",
    "psa_log",
    "psa_maps",
    "readings",
    "receipts",
    "reviews",
    "roster",
    "signing_keys",
    "stale_marks",
    "swaps",
    "terms",
    "ticket_figures",
    "ticket_stays",
    "tickets",
    "tier_one_events",
    "tokens",
    "webhook_deliveries",
    "webhooks",
]
