"""What time did, whom it paged, and the papers about promises, in sentences."""

from typing import assert_never

from api.console.names import said
from api.console.ticket.teller import Teller, Told
from api.console.ticket.words import clock_name, listed
from escalation import events as e

Time = e.MarkPassed | e.AcceptMissed | e.Nudged | e.UnderEscalated
Pages = e.Paged | e.CoverageGap | e.ProgressMissed
Papers = (
    e.ServiceRated
    | e.RatingAnswered
    | e.BreachStated
    | e.ExclusionAsked
    | e.ExclusionDecided
    | e.PolicyAdopted
    | e.AgreementChanged
)
_ASKED = {
    "escalate": "to escalate it",
    "plan": "to say how it goes on",
    "near_miss": "to log a near miss",
    "log_attempt": "to try something",
    "hold": "to put it on hold",
}


def time(teller: Teller, event: Time) -> Told:
    """A moment came, and nothing had happened before it."""
    match event:
        case e.MarkPassed():
            return _mark(event)
        case e.AcceptMissed():
            again = f", missed {event.level} times by now" if event.level > 1 else ""
            return Told(f"Nobody took the handoff up in time{again}.", "warn")
        case e.Nudged():
            asked = " or ".join(_ASKED.get(each, each) for each in event.ask)
            whom = "The team lead was told" if event.level > 1 else f"The owner was asked {asked}"
            return Told(f"Nothing has happened since {teller.clock(event.idle_since)}. {whom}.", "warn")
        case e.UnderEscalated():
            return Told(f"Tier {event.tier} keeps it past its time, with signs that it is too complex there.", "warn")
        case _:
            assert_never(event)


def pages(teller: Teller, event: Pages) -> Told:
    """Who was woken."""
    match event:
        case e.Paged(person=""):
            return Told(f"Nobody answers {said(event.rota)}, so nobody was paged.", "bad")
        case e.Paged():
            shift = " who has just come on duty," if event.incoming else ""
            return Told(f"{teller.person(event.person)},{shift} {said(event.rota)}, was paged.", "warn")
        case e.CoverageGap():
            everybody = listed(map(teller.person, event.paged)) or "nobody there"
            return Told(f"Everybody on call was paged ({everybody}); nobody took it up.", "bad")
        case e.ProgressMissed():
            return Told(f"Nothing was heard since {teller.clock(event.since)}; the owner was paged again.", "warn")
        case _:
            assert_never(event)


def papers(teller: Teller, event: Papers) -> Told:
    """Why a promise was broken, whether that counts, and by which promises it goes on."""
    who = teller.person(event.by)
    match event:
        case e.BreachStated():
            why = f"{who} said why the promise was broken ({clock_name(event.clock)}): {said(event.code).lower()}."
            return Told(why, "", (("Words", event.text),))
        case e.ExclusionAsked():
            sentence = f"{who} asked that this breach should not count ({clock_name(event.clock)})."
            return Told(sentence, "", (("Reason", event.reason),))
        case e.ExclusionDecided():
            decided = "does not count" if event.approved else "counts"
            sentence = f"{who} decided that the breach {decided} ({clock_name(event.clock)})."
            return Told(sentence, "", (("Reason", event.reason),))
        case e.ServiceRated():
            words = (("Words", event.comment),) if event.comment else ()
            return Told(f"The customer rated the service {event.score} of 5.", "bad" if event.low else "good", words)
        case e.RatingAnswered():
            return Told(f"{who} looked into the low score.", "", (("Words", event.text),))
        case e.PolicyAdopted():
            moved = tuple(_moved(teller, each) for each in event.moved)
            return Told(f"{who} moved it to policy {event.after}.", "", (("Reason", event.reason), *moved))
        case e.AgreementChanged():
            moved = tuple(_moved(teller, each) for each in event.moved)
            to = said(event.agreement) if event.agreement else "the one found for it"
            return Told(f"{who} changed its agreement to {to}.", "", (("Reason", event.reason), *moved))
        case _:
            assert_never(event)


def _mark(event: e.MarkPassed) -> Told:
    name = clock_name(event.clock)
    told = f" Told: {listed(said(who).lower() for who in event.inform)}." if event.inform else ""
    if event.mark == "100":
        return Told(f"{name}: the promise was broken.{told}", "bad")
    if event.mark.isdigit():
        return Told(f"{name}: {event.mark} % of the time is used.{told}", "warn" if int(event.mark) >= 75 else "")
    return Told(f"{name}: time is short, so it goes up by itself.{told}", "warn")


def _moved(teller: Teller, deadline: e.MovedDeadline) -> tuple[str, str]:
    before = teller.clock(deadline.before_at) if deadline.before_at else "none"
    after = teller.clock(deadline.after_at) if deadline.after_at else "none"
    return deadline.what.capitalize(), f"{before} → {after}"
