"""What the product must do, by the numbers that tests and documents refer to, in a few words each."""

from typing import Final

_STRUCTURE = {
    "R1": "roles and tiers",
    "R2": "a first interaction before anything else",
    "R3": "triage sets customer, category, severity, priority",
    "R4": "five intake facts before any fix",
    "R5": "the intake travels with the ticket",
    "R6": "attempts recorded with their SOP step and result",
    "R7": "what is Tier 1's",
    "R8": "what is Tier 2's",
    "R9": "what is Tier 3's",
    "R10": "resolved at the lowest effective tier",
    "R11": "an explicit state machine",
    "R12": "where a ticket is at any moment",
    "R13": "nothing sits without progress",
}
_KINDS = {
    "R14": "functional: to a skill",
    "R15": "hierarchical: the service manager coordinates",
    "R16": "emergency: past every queue",
    "R17": "the kinds kept apart everywhere",
    "R18": "return to a lower tier",
    "R19": "hierarchical only for satisfaction or risk",
}
_TRIGGERS = {
    "R20": "triggers documented and objective",
    "R21": "the same whoever is there and however busy",
    "R22": "times to respond and to resolve by priority",
    "R23": "Tier 1 escalates by itself before the deadline",
    "R24": "timers fire by themselves and survive crashes",
    "R25": "failed approved attempts lead to Tier 2",
    "R26": "signs of the infrastructure lead to Tier 2",
    "R27": "deeper analysis as a coded reason",
    "R28": "what each tier may do and must hand on",
    "R29": "several users lead to Tier 2",
    "R30": "what Tier 1 must escalate",
    "R31": "known issues stay at Tier 1",
    "R32": "VIPs faster, whatever the complexity",
    "R33": "a whole office at once to Tier 2 or 3",
    "R34": "a security alert past every queue",
    "R35": "rules fire from fields, at intake and at every change",
    "R36": "entry to Tier 3 enforced",
    "R37": "recurrence leads to Tier 3's root cause analysis",
    "R38": "thresholds can be changed, by version",
    "R39": "a limit to indecision",
    "R40": "under-escalation found",
    "R41": "over-escalation found",
    "R42": "third call or third technician",
}
_PROMISES = {
    "R43": "SLA clocks are part of the ticket",
    "R44": "a handoff never stops the clock",
    "R45": "risk told early, to managers too",
    "R46": "promises met and broken, per ticket and in sum",
    "R47": "the receiving tier is timed",
}
_HANDOFF = {
    "R48": "no note, no escalation",
    "R49": "what was tried, what failed, what is suspected",
    "R50": "the fields of the note",
    "R51": "the note on every path, role and channel",
    "R52": "blank is not a note",
    "R53": "the receiver rebuilds nothing",
    "R54": "repeated diagnostics caught",
    "R55": "Tier 3 gets the lower tiers' diagnostics",
    "R56": "notes of timers and emergencies",
    "R57": "the customer is told at a handoff",
    "R58": "explicit transfer of ownership",
    "R59": "the receiving side owns at once",
    "R60": "pickup is an act of its own",
    "R61": "orphans impossible",
    "R62": "bounces guarded against",
    "R63": "accountability kept",
    "R64": "backlog of handoffs visible",
}
_AFTER_HOURS = {
    "R65": "on-call rotation with an emergency path",
    "R66": "nobody paged who is not on call",
    "R67": "the same playbook on outsourced shifts",
    "R68": "across time zones",
    "R69": "after hours measured apart",
}
_DOCUMENTS = {
    "R70": "an SOP for every escalation path",
    "R71": "the five parts of an SOP",
    "R72": "required steps before escalating",
    "R73": "SOPs agree with the engine",
    "R74": "short and scannable",
    "R75": "checklists and decision trees, unambiguous",
    "R76": "one place for every document",
    "R77": "found quickly",
    "R78": "vendors' contacts used",
    "R79": "Tier 3 closes the loop",
    "R80": "versions of documents",
}
_FIGURES = {
    "R81": "escalation rate by tier",
    "R82": "re-escalation rate",
    "R83": "time to escalate",
    "R84": "handoff delay",
    "R85": "near misses logged",
    "R86": "the 40 % alarm",
    "R87": "Tier 3: routine against reserved",
    "R88": "dashboards in real time",
    "R89": "the weekly review carries the figures",
    "R90": "mean time to resolution",
    "R91": "figures recomputable from events",
}
_LEARNING = {
    "R92": "the weekly audit",
    "R93": "the monthly audit of a sample",
    "R94": "the monthly audit of Tier 3",
    "R95": "the quarterly review",
    "R96": "change makes documents stale",
    "R97": "a review after every Tier 3 incident",
    "R98": "root cause to SOP",
    "R99": "the shift to lower tiers proven",
    "R100": "three kinds of fix",
    "R101": "triage practised",
    "R102": "raters calibrated",
    "R103": "a sign of training gaps",
    "R104": "actions tracked to their end",
}
_SCALE = {
    "R105": "PSA and RMM connected",
    "R106": "spikes of volume harmless",
    "R107": "rules tried on past tickets",
    "R108": "clients see the same everywhere",
}
_BEYOND = {
    "B1": "calendars: split days, nights, around the clock",
    "B2": "holidays and half days",
    "B3": "zones and daylight saving",
    "B4": "holds: evidence, pauses, follow-ups, limits",
    "B5": "priority or agreement changed in retrospect",
    "B6": "reopening",
    "B7": "merging of duplicates",
    "B8": "major incidents: parent and children",
    "B9": "major incidents: roles and cadence",
    "B10": "agreements by precedence",
    "B11": "clocks between tiers and of vendors",
    "B12": "who spent the time",
    "B13": "the next update",
    "B14": "reasons and exclusions of breaches",
    "B15": "approvals",
    "B16": "change references",
    "B17": "callers verified",
    "B18": "VIP contacts and VIP clients",
    "B19": "vendors' tiers",
    "B20": "satisfaction asked for",
    "B21": "absence, and owners who leave",
    "B22": "handover at the end of a shift",
    "B23": "overrides, swaps, warnings of gaps",
    "B24": "pages: retries, silence paged again",
    "B25": "quiet hours",
    "B26": "consultation is no escalation",
    "B27": "kinds of tickets",
    "B28": "assets, known errors, problems",
    "B29": "clients kept apart",
    "B30": "roles, tokens, secrets",
    "B31": "personal data",
    "B32": "mail: threads and auto-replies",
    "B33": "alert storms",
    "B34": "time entries",
    "B35": "a client's quarterly report",
    "B36": "policy as code",
    "B37": "bulk actions",
    "B38": "idempotency and locking",
    "B39": "history imported",
    "B40": "clocks repaired",
    "B41": "abuse of pauses found",
    "B42": "accessibility, locale, print",
}
_RULINGS = {
    "ruling 1": "owner and pickup are two facts",
    "ruling 2": "emergencies have no Tier 1 stay",
    "ruling 3": "notes against timers",
    "ruling 4": "owner, coordinator, watchers",
    "ruling 5": "VIPs in half the time, at an honest priority",
    "ruling 6": "re-escalation in four readings",
    "ruling 7": "the base of the 40 % alarm",
    "ruling 8": "holds move all or nothing",
    "ruling 9": "decisions are pure, receivers are not",
    "ruling 10": "which rule wins",
}
_VECTORS = {
    "vector 1": "Friday four to Monday four",
    "vector 2": "two holidays in one promise",
    "vector 3": "closed days in Brussels",
    "vector 4": "no minute lost over midnight",
    "vector 5": "half of business time, breach by time left",
    "vector 6": "reminders before the next person",
    "vector 7": "24 hours on a ten-hour day",
    "vector 8": "every case of a real log",
}

REQUIREMENTS: Final[dict[str, str]] = (
    _STRUCTURE
    | _KINDS
    | _TRIGGERS
    | _PROMISES
    | _HANDOFF
    | _AFTER_HOURS
    | _DOCUMENTS
    | _FIGURES
    | _LEARNING
    | _SCALE
    | _BEYOND
    | _RULINGS
    | _VECTORS
)
