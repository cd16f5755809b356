"""One document with more than thirty defects at once: each is found, and named with its line.

Every edit below turns a sound part of the default policy into one that cannot work. A line at fault ends in `#!` and
words of what must be said about it, so that the document itself says what is expected of the check.
"""

from pathlib import Path

import pytest

from tierline import PARTS_ROOT
from tierline.policy_cli import check
from tierline.policy_reading import read_policy

DEFAULT = (PARTS_ROOT / "policies" / "default.yaml").read_text(encoding="utf-8")
MARK = "#! "
BOMB = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))

EDITS: tuple[tuple[str, str], ...] = (
    # ------------------------------------------------------------------------------------------- calendars
    (
        "calendars:\n",
        """calendars:
  idle: #! not open for one hour in 366 days
    zone: UTC
    hours: {}
  client: #! this name stands for the client's own calendar
    zone: UTC
    hours: {daily: ["00:00-24:00"]}
  nowhere:
    zone: Mars/Olympus #! unknown time zone 'Mars/Olympus'
    hours: {daily: ["00:00-24:00"]}
  twice:
    zone: UTC
    hours: {mon: ["22:00-06:00"], tue: ["05:00-09:00"]} #! '22:00-06:00' and '05:00-09:00' overlap
  atlantis:
    zone: UTC
    hours: {mon-fri: ["08:00-18:00"]}
    holidays: {country: XX} #! Country XX not available
  england:
    zone: Europe/London
    hours: {mon-fri: ["08:00-18:00"]}
    holidays: {country: GB, not: [Midsummer Day]} #! Midsummer Day is no holiday of GB
  misspelt:
    zone: UTC
    hours: {mon-fri: ["08:00-18:00"]}
    holiday: [2026-12-25] #! Extra inputs are not permitted
  night:
    zone: UTC
    hours: {sat-sun: ["02:00-04:00"]}
""",
    ),
    # ------------------------------------------------------------------------------------ promises and marks
    ("matrix:\n  1: {1: P1, 2: P2, 3: P3}\n", "matrix:\n  1: {1: P1, 2: P2} #! no priority for impact 1\n"),
    (
        "  P3: {time: 1h, calendar: client}\n  P4: {time: 4h, calendar: client}\n",
        "  P4: {time: 8h, calendar: client} #! it says 4h; the engine holds people to 8h\n",
    ),
    ("accept:\n", "accept: #! no accept target for priority P3\n"),
    ("  P1: {time: 5m, calendar: x24}\n", "  P1: {time: 0m, calendar: x24} #! no time at all is promised\n"),
    ("  P2: {time: 15m, calendar: x24}\n", "  P2: {time: 15m, calendar: 24x7} #! no calendar '24x7'\n"),
    ("coordinate_at: 90\n", "coordinate_at: 85 #! 85 is not one of the thresholds\n"),
    ("  50: [owner]\n", "  50: [owner, duty_manager] #! no role 'duty_manager' that anybody holds\n"),
    ("  auto_debt: 15m  ", "  auto_debt: soon #! valid timedelta\n  #"),
    ("  minimal: [customer_contact, ", "  minimal: [phone, customer_contact, "),
    ("summary_symptoms, affected_systems]    #",
     "summary_symptoms, affected_systems] #! no field of the note 'phone'\n  #"),
    ("vip_factor: 0.5\n", "vip_factor: 5 #! less than or equal to 1\n"),
    # ----------------------------------------------------------------------------------------------- triggers
    (
        "triggers:\n  - id: E1\n",
        """triggers:
  - id: X1
    class: impact
    kind: functional
    when: {field: mood} #! unknown trigger field 'mood'
    to: {tier: 2}
  - id: X2 #! no SOP tells people of X2, which takes tickets up
    class: impact
    kind: functional
    when: {all: [{field: scope, value: one_user}, {field: scope, value: multi_client}]} #! cannot be all of that at once
    to: {tier: 2}
  - id: X3 #! no SOP tells people of X3, which takes tickets up
    class: complexity
    kind: functional
    when: {all: [{field: tier, value: 3}, {field: failed_attempts, op: at_least, value: 1}]} #! at tier 3 already
    to: {tier: "+1"}
  - id: X4 #! no SOP tells people of X4, which takes tickets up
    class: severity
    kind: functional
    when: {field: category, value: security.alarm} #! category is never security.alarm
    to: {tier: 2}
  - id: X5 #! no SOP tells people of X5, which takes tickets up
    class: impact
    kind: functional
    when: {field: users_affected, op: at_least, value: 500}
    to: {skill: network} #! names no tier to move it to
  - id: E1
""",
    ),
    ("  - id: R2\n", "  - id: R1 #! R1 is the id of another trigger\n"),
    (
        "  - id: C4\n",
        """  - id: C9 #! no SOP tells people of C9, which takes tickets up
    class: impact
    kind: functional
    when: {all: [{field: tier, value: 1}, {field: users_affected, op: more_than, value: 9}]} #! I2 fires whenever
    to: {tier: 2}
  - id: C4
""",
    ),
    ("    to: {tier: 3, skill: security_ir}\n    says: Security alert\n",
     "    to: {tier: 3, skill: forensics} #! no skill 'forensics' that anybody has\n    says: Security alert\n"),
    ("tier_three_entry: [E1, E2, E3, ", "tier_three_entry: [E1, E2, E3, C5, "),
    ("C1, C2b, C3, C4, S1]\n", "C1, C2b, C3, C4, S1] #! no trigger 'C5'\n"),
    # ------------------------------------------------------------------------------------ scope and categories
    ("    skills: [endpoint, identity, m365, printing, voip]\n",
     "    skills: [endpoint, identity, m365, printing, voip, fax] #! no skill 'fax' that anybody has\n"),
    ("    capacity: 10\n    email: jun@", "    capasity: 10 #! nothing reads this\n    email: jun@"),
    ("  email.flow: {tier: 2, skill: m365, sop: SOP-04}\n",
     "  email.flow: {tier: 1, skill: m365, sop: SOP-04} #! starts at tier 1, which may not handle it\n"),
    ("  app.backend_error: {tier: 2, skill: lob_apps, sop: SOP-07}\n",
     ("  app.backend_error: {tier: 2, skill: cobol, sop: SOP-07} #! has the skill cobol\n"
     "  printing.plotter: {tier: 1, skill: plotting, sop: SOP-02} #! has the skill plotting in the shift apac\n")),
    ("  vendor.coordination: {tier: 3, skill: architecture, sop: SOP-07}\n",
     "  vendor.coordination: {tier: 3, skill: architecture, sop: SOP-07, emergency: true} #! no emergency trigger\n"),
    ("  printing.device: {tier: 1, skill: printing, sop: SOP-02}\n",
     "  printing.device: {tier: 1, skill: printing, sop: SOP-99} #! no SOP 'SOP-99'\n"),
    # ------------------------------------------------------------------------- against the SOPs that are shipped
    ("    failed_attempts: 3\n",
     "    failed_attempts: 5 #! after 3 failed attempts; the engine sends a ticket up from tier 2 after 5\n"),
    ("  security.alert: {tier: 3, skill: security_ir, sop: SOP-09,",
     "  security.alert: {tier: 3, skill: security_ir, sop: SOP-10,"),
    ("  - id: E3\n", "  - id: E3 #! E3 never fires on its tickets of this priority\n"),
    ("  outage.full_server: {tier: 3, skill: virtualization, sop: SOP-07, emergency: true}\n",
     "  outage.full_server: {tier: 3, skill: virtualization, sop: SOP-08, emergency: true} #! to tier 3 at once\n"),
    ("  software.install_guidance: {tier: 1, skill: endpoint, sop: SOP-02}\n",
     "  software.install_guidance: {tier: 1, skill: endpoint} #! no SOP covers it\n"),
    # ------------------------------------------------------------------------------------ clients and people
    ("    agreement: standard\n    contacts: {Owner:",
     "    agreement: gold #! no agreement 'gold'\n    contacts: {Owner:"),
    ("    calendar: lunch\n    holidays: [12-28,", "    calendar: lunsh #! no calendar 'lunsh'\n    holidays: [12-28,"),
    ("    id: jun\n", "    id: june #! 'june' is listed as 'jun'\n"),
    ("    name: Priya Raman\n", "    name: Priya Raman\n    deputy: jun #! nothing reads this\n"),
    ("    skills: [endpoint, identity, voip]\n    calendar: core\n",
     "    skills: [endpoint, identity, voip, m365, printing, plotting]\n    calendar: night\n"),
    # ------------------------------------------------------------------------------------------------ on call
    ('handover: "mon 09:00", members: [sofia, ivan]}\n',
     'handover: "mon 09:00", members: [sofia, ivan], #! nobody is on call\n     active: {mon-fri: ["00:00-24:00"]}}\n'),
    ('handover: "mon 09:00", members: [grace, ruth]}\n',
     ('handover: "mon 09:00", members: [grace, gus]} #! no person \'gus\'\n'
     '    nobody: {zone: UTC, rotation: weekly, handover: "mon 09:00", members: []} #! at least 1 item\n'
     '    never: {zone: UTC, members: [grace], active: {}} #! the rota never answers\n')),
    ("{rota: t3_primary, who: ivan,", "{rota: t3, who: ivan,"),
    ('end: "2026-07-06T14:00:00Z"}\n', 'end: "2026-07-06T14:00:00Z"} #! no rota \'t3\'\n'),
    ("  owner: {1: tomas, 2: elena, 3: sofia}\n", "  owner: {1: tomas, 2: elena, 3: sophia} #! no person 'sophia'\n"),
    # ----------------------------------------------------------------------------------------------- messages
    ("  csat: >-\n", "  birthday: Well done #! nothing sends a message of this name\n  csat: >-\n"),
    ("  page_again: >-\n", "  page_again: >- #! nothing to put in place of 'colour'\n"),
    ("still waits for you to accept it:", "still waits in {colour} for you to accept it:"),
)  # fmt: skip


@pytest.fixture(scope="module")
def planted() -> str:
    text = DEFAULT
    for old, new in EDITS:
        assert text.count(old) == 1, f"the default policy no longer holds, once: {old!r}"
        text = text.replace(old, new)
    return text


def test_b36_more_than_thirty_planted_defects_are_each_found_and_named_with_their_line(planted: str) -> None:
    faults = read_policy(planted).faults
    expected = [(n, line.partition(MARK)[2]) for n, line in enumerate(planted.splitlines(), start=1) if MARK in line]
    assert len(expected) > 30
    missed = [
        f"{line}: {words}"
        for line, words in expected
        if not any(fault.line == line and words in fault.message for fault in faults)
    ]
    assert missed == [], "\n".join(map(str, faults))


def test_and_nothing_is_found_where_nothing_is_planted(planted: str) -> None:
    """One mistake is one line, or a person would look for others that are not there."""
    marked = {n for n, line in enumerate(planted.splitlines(), start=1) if MARK in line}
    stray = [str(fault) for fault in read_policy(planted).faults if fault.line not in marked]
    assert stray == []


def test_the_command_names_the_file_and_the_line_of_each(
    planted: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "planted.yaml"
    path.write_text(planted, encoding="utf-8")
    assert check(path) == 1
    *lines, verdict = capsys.readouterr().out.splitlines()
    assert len(lines) > 30
    assert all(line.startswith(f"{path}:") and line.split(":")[1].isdecimal() for line in lines)
    assert verdict == f"{path}: {len(lines)} faults; not fit to be published"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("calendars: {core: [}", "1: this is not YAML"),
        ("name: a\nname: b\n", "2: this is not YAML: found duplicate key"),
        ("- one\n- two\n", "1: a policy is a mapping"),
        ("", "1: a policy is a mapping"),
        ("name: default-msp\nversion: '1'\n", "1: matrix: Field required"),
        ("version: 2026.1\n", "1: version: Input should be a valid string"),
        ("name: a\nholidays: [2026-02-30]\n", "2: there is no day 2026-02-30"),
        (f"a: {'9' * 5_000}\n", "1: this is not YAML"),
        (f"a: {'[' * 5_000}", "1: this is nested too deeply"),
        (BOMB, "1: with its aliases written out, this has more than 50,000 parts"),
    ],
)
def test_what_is_no_policy_at_all_is_named_too(text: str, fault: str) -> None:
    assert any(str(found).startswith(fault) for found in read_policy(text).faults), read_policy(text).faults
