"""By what sign a mail was written by no person: what its headers say, and as a last resort its subject (RFC 3834)."""

import re

from escalation.mail.headers import Headers

_PRECEDENCE = frozenset({"bulk", "junk", "list", "auto_reply"})
_SUPPRESSED = frozenset({"all", "oof", "autoreply"})
_MACHINES = frozenset({"mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon"})
_ANSWERING = (
    "x-autoreply",
    "x-autorespond",
    "x-auto-reply",
    "x-autoresponder",
    "x-autoreply-from",
    "x-mail-autoreply",
    "x-vacation",
    "x-fc-machinegenerated",
    "x-loop",
)
_REPORTS = re.compile(r"multipart/report\b", re.IGNORECASE)
_SUBJECT = re.compile(
    r"^\W*("
    r"(automatic|auto|automated)[ -]?(reply|response|answer)|out[ -]of[ -](the[ -])?office|ooo\b|"
    r"vacation (reply|notice)|autoreply|autoresponse|i am (currently )?out of|"
    r"automatische antwort|abwesenheits|abwesend|nicht im (büro|haus)|außer haus|"
    r"réponse automatique|absence du bureau|absent du bureau|"
    r"respuesta automática|fuera de la oficina|ausencia|"
    r"risposta automatica|fuori sede|fuori ufficio|"
    r"resposta automática|fora do escritório|ausência|"
    r"automatisch antwoord|automatische reactie|afwezig|niet aanwezig|"
    r"odpowiedź automatyczna|automatyczna odpowiedź|poza biurem|nieobecność|"
    r"autosvar|automatiskt svar|automatisk svar|frånvaro|fraværende|ikke på kontoret|"
    r"automaattinen vastaus|poissa|"
    r"automatická odpověď|mimo kancelář|automatikus válasz|răspuns automat|"
    r"автоматический ответ|автоответ|отсутствие на рабочем|自動応答|自动回复|자동 회신"
    r")",
    re.IGNORECASE,
)
_REPLY = re.compile(r"^\s*((re|aw|sv|antw|odp|vs|fw|fwd|wg|tr|rv|rif|res)\s?(\[\d+\])?\s?[:：]\s*)+", re.IGNORECASE)


def automatic(headers: Headers, sender: str, subject: str) -> str:
    """The sign, in words; blank where a person seems to have written it."""
    return _by_header(headers) or _by_sender(headers, sender) or _by_subject(subject)


def _by_header(headers: Headers) -> str:
    submitted = headers.raw("auto-submitted").partition(";")[0].strip().lower()
    if submitted and submitted != "no":
        return f"Auto-Submitted: {submitted}"
    if (precedence := headers.raw("precedence").strip().lower()) in _PRECEDENCE:
        return f"Precedence: {precedence}"
    suppressed = {each.strip().lower() for each in headers.raw("x-auto-response-suppress").split(",")}
    if suppressed & _SUPPRESSED:
        return "X-Auto-Response-Suppress"
    if said := next((name for name in _ANSWERING if name in headers), None):
        return said
    if _REPORTS.match(headers.raw("content-type")):
        return "a report"
    return next((name for name in sorted(headers.names()) if name.startswith("list-")), "")


def _by_sender(headers: Headers, sender: str) -> str:
    if "return-path" in headers and headers.raw("return-path").strip() in ("<>", ""):
        return "an empty return path"
    local = sender.partition("@")[0]
    return f"from {local}" if local in _MACHINES else ""


def _by_subject(subject: str) -> str:
    return "its subject" if _SUBJECT.match(_REPLY.sub("", subject)) else ""
