import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tierline.cli import app
from tierline.faults import OperatorError

HEADER = "case_id,seq,ts_utc,status,substatus,team,tier,impact,owner,product,org_line\n"


def case(n: int, product: str, *, up: bool) -> str:
    day = f"2026-0{1 + n % 9}-{1 + n % 27:02}"
    common = f"{product},Line {n % 3}"
    came, went = 1 + n % 11, 12 + n % 11
    rows = [f"{n},0,{day}T{came:02}:00:00Z,Accepted,In Progress,D,1,Low,Ann,{common}"]
    if up:
        rows.append(
            f"{n},1,{day}T{(went if n % 3 else came + 1):02}:00:00Z,Queued,Awaiting Assignment,G,2,Low,Ann,{common}"
        )
    rows.append(
        f"{n},2,{day}T{went:02}:30:00Z,Completed,Resolved,{'G' if up else 'D'},{2 if up else 1},Low,Ann,{common}"
    )
    return "\n".join(rows)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    cases = [case(n, "[bold]P9" if n % 10 == 0 else f"P{n % 4}", up=n % 10 == 0 or n % 7 == 0) for n in range(120)]
    path = tmp_path / "year.csv"
    path.write_text(HEADER + "\n".join(cases) + "\n")
    return path


def test_the_quarterly_audit_of_a_log_names_what_always_escalates_in_every_form(log: Path) -> None:
    said = {
        form: CliRunner().invoke(app, ["audit", "quarterly", "--log", str(log), *([form] if form else [])])
        for form in ("", "--json", "--csv", "--markdown")
    }
    assert [each.exit_code for each in said.values()] == [0] * 4
    audit = json.loads(said["--json"].stdout)
    assert [(each["pattern"], each["name"]) for each in audit["findings"]] == [("always_escalates", "[bold]P9")]
    assert audit["tickets"] == 120
    assert all("[bold]P9" in each.stdout for each in said.values())


def test_two_forms_at_once_are_refused(log: Path) -> None:
    result = CliRunner().invoke(app, ["audit", "quarterly", "--log", str(log), "--json", "--csv"])
    assert isinstance(result.exception, OperatorError)
    assert "choose one of --json, --csv" in str(result.exception)


def test_a_log_without_the_column_that_the_audit_groups_by_is_refused(log: Path) -> None:
    log.write_text("\n".join(line.rpartition(",")[0] for line in log.read_text().splitlines()))
    result = CliRunner().invoke(app, ["audit", "quarterly", "--log", str(log)])
    assert isinstance(result.exception, OperatorError)
    assert "no column 'org_line'" in str(result.exception)
