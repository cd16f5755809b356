"""Which ticket a mail is about, who may say so, and what becomes of it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.lifecycle import Stage
from escalation.mail import Aside, Bounced, Ignored, Judge, Letter, Noted, Opens, Said, Thread, read
from escalation.mail.answers import only_thanks, score_in
from escalation.mail.judging import named_in
from escalation.mail.threading import ticket_mark, ticket_marked
from tests.unit.mail.letters import ARRIVED, bounce, letter
from tests.unit.test_default_policy import POLICY

JUDGE = Judge(POLICY, frozenset({"desk@msp.example"}))
ACME = Thread(ticket_id="T-1", client="acme-dental", contact="reception@acme-dental.example", stage=Stage.TIER_1)
HARBOR = Thread(ticket_id="T-2", client="harbor-law", contact="office@harbor-law.example", stage=Stage.TIER_1)


def at(stage: Stage) -> Thread:
    return ACME.model_copy(update={"stage": stage})


def test_b32_a_contacts_reply_is_his_word_on_his_ticket() -> None:
    assert JUDGE.judge(letter("Still broken."), [ACME], 0) == Said("T-1", "acme-dental", "Still broken.")


def test_b32_a_colleague_of_the_clients_domain_may_speak_too() -> None:
    deed = JUDGE.judge(letter(sender="new.girl@ACME-dental.example"), [ACME], 0)
    assert isinstance(deed, Said)


def test_b32_the_tickets_own_contact_may_speak_from_any_address() -> None:
    private = ACME.model_copy(update={"contact": "boss@home.example"})
    assert isinstance(JUDGE.judge(letter(sender="boss@home.example"), [private], 0), Said)


def test_b32_another_clients_word_never_reaches_a_ticket_but_opens_one_of_its_own() -> None:
    deed = JUDGE.judge(letter(sender="office@harbor-law.example"), [ACME], 0)
    assert isinstance(deed, Opens)
    assert deed.intake.client == "harbor-law"


def test_b32_a_stranger_who_answers_is_for_a_person_to_look_at() -> None:
    deed = JUDGE.judge(letter(sender="eve@evil.example"), [ACME], 0)
    assert isinstance(deed, Aside)
    assert (deed.code, "T-1" in deed.reason) == ("unknown_sender", True)


def test_b32_of_two_tickets_the_one_counts_for_which_he_may_speak() -> None:
    deed = JUDGE.judge(letter(), [HARBOR, ACME], 0)
    assert isinstance(deed, Said)
    assert deed.ticket_id == "T-1"


def test_b32_a_new_mail_opens_a_ticket_that_is_the_same_for_the_same_mail() -> None:
    deed, again = JUDGE.judge(letter(), [], 0), JUDGE.judge(letter(), [], 0)
    assert deed == again
    assert isinstance(deed, Opens)
    intake = deed.intake
    assert (intake.client, intake.contact.name, intake.source) == ("acme-dental", "Front desk", "mail")
    assert (intake.subject, intake.description) == ("Printer", "The printer smokes.")
    assert intake.external_id == "mail/<one@acme-dental.example>"


def test_who_may_speak_for_two_clients_is_asked_about_by_a_person() -> None:
    clients = {**POLICY.clients, "twin": POLICY.clients["acme-dental"].model_copy(update={"id": "twin"})}
    deed = replace(JUDGE, policy=POLICY.model_copy(update={"clients": clients})).judge(letter(), [], 0)
    assert isinstance(deed, Aside)
    assert deed.code == "several_clients"


def test_b32_an_automatic_reply_is_noted_and_moves_nothing() -> None:
    deed = JUDGE.judge(letter("I am away.", "Out of office: [T-1]"), [ACME], 0)
    assert isinstance(deed, Noted)
    assert deed.person is None
    assert "I am away." in deed.text


def test_b32_a_machines_mail_about_nothing_opens_no_ticket() -> None:
    deed = JUDGE.judge(letter(Auto_Submitted="auto-generated"), [], 0)
    assert isinstance(deed, Aside)
    assert deed.code == "automatic"


@pytest.mark.parametrize("threads", [[ACME], []])
def test_b32_too_many_mails_of_one_sender_count_as_a_machines(threads: list[Thread]) -> None:
    most = POLICY.mail.most
    assert isinstance(JUDGE.judge(letter(), threads, most - 1), Said | Opens)
    assert isinstance(JUDGE.judge(letter(), threads, most), Noted | Aside)


def test_b32_our_own_mail_that_comes_back_is_ignored() -> None:
    assert isinstance(JUDGE.judge(letter(sender="Desk <DESK@msp.example>"), [ACME], 0), Ignored)


def test_a_technicians_reply_is_a_work_note_and_not_the_customers_word() -> None:
    deed = JUDGE.judge(letter(sender="tomas@desk.example"), [ACME], 0)
    assert isinstance(deed, Noted)
    assert deed.person == "tomas"


def test_b32_a_mail_that_came_back_is_a_failed_delivery() -> None:
    deed = JUDGE.judge(read(bounce("<message.a@msp.example>"), ARRIVED), [ACME], 0)
    assert isinstance(deed, Bounced)
    assert deed.message_ids == ("<message.a@msp.example>",)


def test_it_is_not_reopens_what_was_resolved_and_thanks_do_not() -> None:
    objects, thanks = (JUDGE.judge(letter(text), [at(Stage.RESOLVED)], 0) for text in ("It is not.", "Thanks a lot!"))
    assert isinstance(objects, Said)
    assert isinstance(thanks, Said)
    assert (objects.objects, thanks.objects) == (True, False)


def test_b20_a_number_from_1_to_5_rates_the_service_once_it_is_resolved() -> None:
    rated, open_still = (JUDGE.judge(letter("2 - took a week"), [at(s)], 0) for s in (Stage.CLOSED, Stage.TIER_1))
    assert isinstance(rated, Said)
    assert isinstance(open_still, Said)
    assert (rated.score, rated.text, rated.objects) == (2, "took a week", False)
    assert open_still.score is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("5", (5, "")),
        (" 4/5 ", (4, "")),
        ("1!", (1, "")),
        ("3, could be faster", (3, "could be faster")),
        ("2\nNobody called.", (2, "Nobody called.")),
        ("5 PCs are down", None),
        ("1. It smokes\n2. It burns", None),
        ("10", None),
        ("0", None),
        ("6", None),
        ("It is not", None),
        ("", None),
    ],
)
def test_only_a_number_that_stands_by_itself_is_a_score(text: str, found: tuple[int, str] | None) -> None:
    assert score_in(text) == found


@pytest.mark.parametrize(
    "text", ["Thanks!", "thank you very much", "Danke, funktioniert wieder!", "Merci beaucoup", "OK 👍"]
)
def test_thanks_are_thanks(text: str) -> None:
    assert only_thanks(text)


@pytest.mark.parametrize(
    "text", ["Thanks, but it is not", "Danke, aber es geht nicht", "", "!", "no thanks", "x" * 500]
)
def test_more_than_thanks_is_more(text: str) -> None:
    assert not only_thanks(text)


def test_the_id_of_a_thread_leads_back_to_its_ticket_and_no_other_does() -> None:
    mark = ticket_mark("T-7QK.x y")
    assert ticket_marked(f"<{mark}@msp.example>") == "T-7QK.x y"
    assert ticket_marked(f"<{mark[:-1]}{'0' if mark[-1] != '0' else '1'}@msp.example>") is None
    assert ticket_marked("<message.abc@msp.example>") is None


def test_a_subject_names_its_tickets() -> None:
    assert named_in("Re: [T-7QK0] Fwd: [T-1] [X-1] [T-7QK0]") == ("T-7QK0", "T-1")


_THREADS = st.lists(st.sampled_from([ACME, HARBOR, at(Stage.RESOLVED), at(Stage.CLOSED)]), max_size=4)
_SENDERS = st.sampled_from(
    [
        "",
        "desk@msp.example",
        "reception@acme-dental.example",
        "x@harbor-law.example",
        "eve@evil.example",
        "tomas@desk.example",
    ]
)


@given(
    _SENDERS,
    st.text(max_size=60),
    st.text(max_size=100),
    st.sampled_from(["", "List-Id"]),
    _THREADS,
    st.integers(0, 99),
)
def test_b32_nothing_ever_reaches_a_ticket_for_which_its_sender_may_not_speak(
    sender: str, subject: str, text: str, sign: str, threads: list[Thread], lately: int
) -> None:
    said = Letter(sender=sender, subject=subject, text=text, automatic=sign, said_at=ARRIVED)
    deed = JUDGE.judge(said, threads, lately)
    if isinstance(deed, Said | Noted) and sender != "tomas@desk.example":
        assert sender.partition("@")[2].startswith(deed.client)
    if isinstance(deed, Said | Opens):
        assert not sign
        assert lately < POLICY.mail.most
