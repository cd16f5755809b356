import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tierline.cli import app
from tierline.faults import OperatorError
from tierline.log_files import DEFAULT_MAPPING

LOG = """case_id,seq,ts_utc,status,substatus,team,tier,impact,owner,product
1,0,2012-05-07T09:00:00Z,Accepted,In Progress,D2,1,Major,Ann,P1
1,1,2012-05-07T10:00:00Z,Queued,Awaiting Assignment,G9 2nd,2,Major,Ann,P1
1,2,2012-05-07T10:30:00Z,Accepted,In Progress,G9 2nd,2,Major,Bea,P1
1,3,2012-05-07T15:00:00Z,Completed,Resolved,G9 2nd,2,Major,Bea,P1
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "day.csv"
    path.write_text(LOG)
    return path


def test_metrics_of_a_log_need_no_server_and_come_as_json(log: Path) -> None:
    printed = CliRunner().invoke(app, ["metrics", "--log", str(log), "--json"])
    assert printed.exit_code == 0
    figures = json.loads(printed.stdout)
    assert list(figures) == [
        "cases",
        "events",
        "tier_moves",
        "escalation_rate",
        "escalated_cases",
        "re_escalation",
        "time_to_escalate",
        "opening_to_first_escalation",
        "handoff_delay_accepted",
        "never_accepted",
        "time_to_resolve",
        "time_to_resolve_net_of_waits",
        "reopened_cases",
        "sla",
    ]
    assert figures["sla"]["resolution_breached"] == 1  # six hours for a P1
    assert figures["handoff_delay_accepted"]["mean_h"] == 0.5


def test_metrics_of_a_log_come_as_a_table_for_people(log: Path) -> None:
    printed = CliRunner().invoke(app, ["metrics", "--log", str(log)])
    assert printed.exit_code == 0
    assert "Escalation rate of Tier 1" in printed.stdout
    assert "100.00 %" in printed.stdout


def test_a_broken_log_ends_in_one_sentence_with_file_and_line(log: Path) -> None:
    log.write_text(LOG.replace("G9 2nd,2,Major,Bea", "G9 2nd,9,Major,Bea", 1))
    result = CliRunner().invoke(app, ["metrics", "--log", str(log), "--json"])
    assert isinstance(result.exception, OperatorError)
    assert str(result.exception) == f"{log}: line 4, column 'tier': tier 9 is not between 1 and 3"
    assert result.stdout == ""


def test_the_mapping_ships_with_the_product() -> None:
    assert DEFAULT_MAPPING.is_file()
