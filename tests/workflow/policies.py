"""The default policy with other calendars or promises, so that a test depends neither on the hour nor on patience."""

from datetime import timedelta

from escalation.calendar import AROUND_THE_CLOCK
from escalation.policy import Policy, Promises, Target
from escalation.terms import Priority


def around_the_clock(policy: Policy) -> Policy:
    """Every hour counts."""
    return policy.model_copy(update={"calendars": dict.fromkeys(policy.calendars, AROUND_THE_CLOCK)})


def hasty(policy: Policy) -> Policy:
    """Promises of seconds, so that deadlines fall between commands."""
    promises = dict.fromkeys(Priority, Promises(response=_quick(4), resolution=_quick(9)))
    agreements = {name: a.model_copy(update={"promises": promises}) for name, a in policy.agreements.items()}
    auto = policy.auto_escalation.model_copy(update={"at_least": timedelta(seconds=2)})
    after = policy.after_resolution.model_copy(
        update={"auto_close": timedelta(seconds=6), "reopen_window": timedelta(seconds=5)}
    )
    return around_the_clock(policy).model_copy(
        update={
            "agreements": agreements,
            "accept": dict.fromkeys(Priority, _quick(2)),
            "auto_escalation": auto,
            "after_resolution": after,
        }
    )


def _quick(seconds: int) -> Target:
    return Target(time=timedelta(seconds=seconds), calendar="x24")
