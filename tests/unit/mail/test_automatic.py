"""What no person wrote must never pass for a customer's word."""

import pytest

from escalation.mail import read
from tests.unit.mail.letters import ARRIVED, letter, mail


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Auto-Submitted", "auto-replied"),
        ("Auto-Submitted", "auto-generated (vacation)"),
        ("auto-submitted", "Auto-Notified; owner-email=a@b.example"),
        ("Precedence", "bulk"),
        ("Precedence", "Auto_Reply"),
        ("X-Auto-Response-Suppress", "DR, OOF, AutoReply"),
        ("X-Auto-Response-Suppress", "All"),
        ("List-Id", "<news.example>"),
        ("List-Unsubscribe", "<mailto:x@news.example>"),
        ("Return-Path", "<>"),
        ("X-Autoreply", "yes"),
        ("X-Autorespond", "Away"),
    ],
)
def test_b32_a_header_that_says_so_is_believed(name: str, value: str) -> None:
    assert letter(**{name: value}).automatic


@pytest.mark.parametrize(
    ("name", "value"), [("Auto-Submitted", "no"), ("Precedence", "normal"), ("Return-Path", "<a@b>")]
)
def test_a_header_that_says_nothing_of_the_kind_is_none(name: str, value: str) -> None:
    assert letter(**{name: value}).automatic == ""


@pytest.mark.parametrize(
    "subject",
    [
        "Out of Office: [T-1] Printer",
        "Automatic reply: [T-1] Printer",
        "Re: Automatic reply: Printer",
        "AW: Automatische Antwort: Drucker",
        "Abwesenheitsnotiz: Drucker",
        "Réponse automatique : imprimante",
        "Respuesta automática: impresora",
        "Risposta automatica: stampante",
        "Resposta automática: impressora",
        "Automatisch antwoord: printer",
        "Odpowiedź automatyczna: drukarka",
        "Autosvar: skrivare",
        "Автоответ: принтер",
    ],
)
def test_b32_a_subject_says_that_somebody_is_out_of_the_office_in_many_languages(subject: str) -> None:
    assert letter(subject=subject).automatic == "its subject"


@pytest.mark.parametrize(
    "subject",
    ["Re: [T-1] Out of paper", "The office printer", "Automatic door broken", "Re: absence form", "OOOps", ""],
)
def test_a_subject_that_only_sounds_like_it_does_not(subject: str) -> None:
    assert letter(subject=subject).automatic == ""


@pytest.mark.parametrize("sender", ["MAILER-DAEMON@mx.example", "Mail System <postmaster@mx.example>"])
def test_a_mail_server_is_no_person(sender: str) -> None:
    assert letter(sender=sender).automatic


def test_a_receipt_that_it_was_read_is_no_reply() -> None:
    made = mail()
    made.replace_header("Content-Type", 'multipart/report; report-type=disposition-notification; boundary="b"')
    assert read(made.as_bytes(), ARRIVED).automatic == "a report"
