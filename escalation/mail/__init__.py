"""Mail that comes in: read, told from what machines write by themselves, brought to the ticket that it is about."""

from escalation.mail.judging import Aside, Bounced, Deed, Ignored, Judge, Noted, Opens, Said, Thread
from escalation.mail.letter import Attached, Letter
from escalation.mail.parsing import NotAMail, read

__all__ = [
    "Aside",
    "Attached",
    "Bounced",
    "Deed",
    "Ignored",
    "Judge",
    "Letter",
    "NotAMail",
    "Noted",
    "Opens",
    "Said",
    "Thread",
    "read",
]
