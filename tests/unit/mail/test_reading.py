"""What a mail says, whatever it looked like."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.mail import Letter, NotAMail, read
from escalation.mail.replies import newly_said
from escalation.terms import TEXT
from tests.unit.mail.letters import ARRIVED, bounce, letter, mail


def test_a_mail_is_read_with_its_sender_its_words_and_what_it_answers() -> None:
    said = letter(
        "Immer noch kaputt.\n\nAm Mo., 2. März 2026 um 09:00 schrieb Desk <desk@msp.example>:\n> Geht es wieder?\n",
        "Re: [T-1] Drucker – Größe",
        sender='"Empfang, Acme" <Reception@ACME-dental.example>',
        In_Reply_To="<message.b@msp.example>",
        References="<ticket.a@msp.example> <message.b@msp.example>",
    )
    assert (said.sender, said.sender_name) == ("reception@acme-dental.example", "Empfang, Acme")
    assert (said.subject, said.text) == ("Re: [T-1] Drucker – Größe", "Immer noch kaputt.")
    assert said.references == ("<message.b@msp.example>", "<ticket.a@msp.example>")
    assert said.said_at == ARRIVED - timedelta(minutes=2)
    assert said.automatic == ""


@pytest.mark.parametrize("date", ["Mon, 2 Mar 2026 12:00:00 +0000", "Thu, 1 Jan 1970 00:00:00 +0000", "soon", ""])
def test_a_date_that_cannot_be_is_the_moment_of_its_arrival(date: str) -> None:
    made = mail()
    del made["Date"]
    if date:
        made["Date"] = date
    assert read(made.as_bytes(), ARRIVED).said_at == ARRIVED


def test_html_alone_is_read_without_its_marks_and_its_quote() -> None:
    made = mail("")
    made.set_content(
        "<html><head><style>p {color: red}</style></head><body><p>Still&nbsp;<b>broken</b>.</p><p>Please come.</p>"
        "<div>On 2 March Desk wrote:</div><blockquote><p>Is it well?</p></blockquote></body></html>",
        subtype="html",
    )
    assert read(made.as_bytes(), ARRIVED).text == "Still broken.\n\nPlease come."


def test_files_are_named_with_their_size_and_not_taken_apart() -> None:
    made = mail("See the picture.")
    made.add_attachment(b"x" * 5000, maintype="image", subtype="png", filename="smoke.png")
    said = read(made.as_bytes(), ARRIVED)
    assert [(each.name, each.kind, each.size) for each in said.attachments] == [("smoke.png", "image/png", 5000)]
    assert said.text == "See the picture.\n\n[smoke.png, 4 kB]"


def test_a_long_mail_is_cut_where_a_text_may_end_and_says_so() -> None:
    said = letter("word " * 10_000).text
    assert len(said) <= TEXT
    assert said.endswith("(cut here; the whole mail is kept)")


@pytest.mark.parametrize(
    "sender", ["a@x.example, b@y.example", "a@x.example, B <b@y.example>", "nobody", "<>", "a@b@c", "A <a@x> <b@y>", ""]
)
def test_who_it_is_from_must_be_one_address(sender: str) -> None:
    raw = f"From: {sender}\r\nSubject: x\r\n\r\ny".encode()
    assert read(raw, ARRIVED).sender == ""


@pytest.mark.parametrize(
    ("text", "anew"),
    [
        ("Yes.\n\nOn Mon, 2 Mar 2026 at 09:00, Desk <d@x> wrote:\n> Is it well?\n", "Yes."),
        ("Yes.\nOn Mon, 2 Mar 2026 at 09:00, Desk\n<desk@msp.example> wrote:\n\n> Is it well?", "Yes."),
        ("Oui.\n\nLe lun. 2 mars 2026 à 09:00, Desk <d@x> a écrit :\n> ça va ?", "Oui."),
        ("Tak.\n\nW dniu 2.03.2026 o 09:00, Desk pisze:\n> działa?", "Tak."),
        ("No.\n\n-----Original Message-----\nFrom: Desk\nSent: Monday\nSubject: x\n\nIs it well?", "No."),
        ("Nein.\n\n________________________________\nVon: Desk\nGesendet: Montag\nBetreff: x\n\nGeht es?", "Nein."),
        ("No.\n\nFrom: Desk <d@x>\nSent: Monday\nTo: me\nSubject: x\n\nIs it well?", "No."),
        ("Yes.\n\n-- \nFront Desk\nAcme Dental", "Yes."),
        ("> Is it well?\n\nNo, it is not.", "No, it is not."),
        ("It says:\n> disk full\nWhat now?", "It says:"),
        ("No quotes at all.\n\nRegards", "No quotes at all.\n\nRegards"),
        ("> only\n> quotes", "> only\n> quotes"),
        ("", ""),
    ],
)
def test_only_what_was_written_anew_counts(text: str, anew: str) -> None:
    assert newly_said(text) == anew


def test_a_failed_delivery_names_the_mail_that_did_not_arrive() -> None:
    said = read(bounce("<message.a@msp.example>"), ARRIVED)
    assert said.failure is not None
    assert (said.failure.message_ids, said.failure.final) == (("<message.a@msp.example>",), True)
    assert said.failure.detail == "reception@acme-dental.example: smtp; 550 no such user"


def test_a_delay_is_no_failure_yet() -> None:
    said = read(bounce("<message.a@msp.example>", "delayed"), ARRIVED)
    assert said.failure is not None
    assert not said.failure.final


@given(st.binary(max_size=2000))
def test_rubbish_is_read_or_is_no_mail_and_nothing_else(raw: bytes) -> None:
    _read(raw)


_HEADERS = ("From", "Subject", "Message-ID", "Date", "Content-Type", "In-Reply-To", "Content-Transfer-Encoding", "To")
_PIECES = st.sampled_from(
    ["<", ">", "@", ";", '"', "=?utf-8?q?=zz?=", "=?x?b?!!?=", "multipart/mixed; boundary=b", "text/html; charset=nix",
     "message/rfc822", "multipart/report; report-type=delivery-status", "base64", "a@b.example", "(", "[T-1]", "\\"]
)  # fmt: skip
_VALUES = st.lists(_PIECES | st.text(max_size=10), max_size=6).map("".join)


@given(
    st.dictionaries(st.sampled_from(_HEADERS), _VALUES, min_size=1),
    st.lists(st.sampled_from(["--b", "--b--", "", "Content-Type: text/plain", "=ZZ", "> x"]) | st.text(max_size=20)),
)
def test_a_mail_with_rubbish_in_it_is_read_or_is_none_and_nothing_else(
    headers: dict[str, str], body: list[str]
) -> None:
    lines = [f"{name}: {' '.join(value.split())}" for name, value in headers.items()]
    _read("\r\n".join([*lines, "", *body]).encode("utf-8", "replace"))


def _read(raw: bytes) -> None:
    try:
        said = read(raw, ARRIVED)
    except NotAMail:
        return
    assert Letter.model_validate_json(said.model_dump_json()) == said
    assert said.said_at <= ARRIVED
    assert "\x00" not in said.model_dump_json().replace("\\u0000", "\x00")


@given(st.text(max_size=500))
def test_quotes_are_cut_off_without_adding_anything(text: str) -> None:
    said = newly_said(text)
    assert len(said) <= len(text)
    assert bool(said) == bool(text.strip())
