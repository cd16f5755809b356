"""What monitoring said, in sentences."""

from api.console.ticket.teller import Teller, Told
from escalation import events as e


def told(teller: Teller, event: e.AlertsHeard) -> Told:
    """How many alerts came, and how many faults there are still."""
    said = (("Last", event.latest),) if event.latest else ()
    if event.clear:
        return Told(f"All is clear again, after {_alerts(event.total)}.", "good", said)
    if event.window_over:
        return Told(f"The maintenance window is over, and {_faults(event.live)} not.", "warn", said)
    if event.quiet_until and not event.more:
        return Told(f"A maintenance window keeps its pages back until {teller.clock(event.quiet_until)}.", "calm", said)
    storm = " of a storm" if event.storm else ""
    flapping = f" {_faults(event.flapping)} coming and going." if event.flapping else ""
    counted = f"{_alerts(event.more)} more{storm}, {event.total} in all"
    return Told(f"Monitoring sent {counted}; {_faults(event.live)} not over.{flapping}", "warn", said)


def _alerts(number: int) -> str:
    return f"{number} alert{'' if number == 1 else 's'}"


def _faults(number: int) -> str:
    return f"{number} fault{' is' if number == 1 else 's are'}"
