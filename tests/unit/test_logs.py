"""What a line of the log holds: whose ticket it is about, its request and its trace, and no words of a client's."""

import json
import subprocess
import sys

import pytest
from opentelemetry.sdk.trace import TracerProvider
from temporalio.exceptions import ApplicationError

from escalation.ports import Unavailable
from tierline.activity_log import told
from tierline.logs import located, ticket_of, traced

_SAYS = """
import structlog
from temporalio import workflow
from tierline.logs import configure
configure("{form}")
structlog.contextvars.bind_contextvars(ticket_id="T-7", request_id="r-1")
structlog.get_logger("api").info("request", status=200)
structlog.contextvars.clear_contextvars()
extra = {{"temporal_workflow": {{"workflow_id": "ticket/T-8", "run_id": "run-1", "workflow_type": "Ticket"}}}}
workflow.logger.base_logger.warning("the card cannot be drawn", extra=extra)
workflow.logger.base_logger.getChild("x").info("plain")
"""


def _lines(form: str) -> list[str]:
    argv = [sys.executable, "-c", _SAYS.format(form=form)]
    return subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60).stderr.splitlines()


def test_as_json_every_line_is_one_document_with_its_ticket_and_request() -> None:
    request, drawn, plain = map(json.loads, _lines("json"))
    assert (request["event"], request["ticket_id"], request["request_id"]) == ("request", "T-7", "r-1")
    assert (drawn["ticket_id"], drawn["workflow_id"], drawn["run_id"]) == ("T-8", "ticket/T-8", "run-1")
    assert "temporal_workflow" not in drawn
    assert "ticket_id" not in plain


def test_as_text_the_same_fields_stand_behind_the_words() -> None:
    request, drawn, _ = _lines("text")
    assert "ticket_id=T-7" in request
    assert "ticket_id=T-8" in drawn


@pytest.mark.parametrize(
    ("workflow_id", "ticket"),
    [("ticket/T-1", "T-1"), ("review/T-1", "T-1"), ("duty", None), ("delivery/T-1%2F2/1", None), ("", None)],
)
def test_a_workflows_name_says_whose_ticket_it_is(workflow_id: str, ticket: str | None) -> None:
    assert ticket_of(workflow_id) == ticket


def test_a_line_written_inside_a_span_names_its_trace_and_another_does_not() -> None:
    tracer = TracerProvider().get_tracer("test")
    with tracer.start_as_current_span("a request") as span:
        line = traced(None, "info", {"event": "x"})
    assert line["trace_id"] == f"{span.get_span_context().trace_id:032x}"
    assert "trace_id" not in traced(None, "info", {"event": "x"})
    assert located(None, "info", {"event": "x"}) == {"event": "x"}


def test_a_failures_words_are_logged_only_where_they_are_ours() -> None:
    assert told(ApplicationError("bob@acme.example: mailbox full", type="undelivered")) == {"error": "undelivered"}
    assert told(Unavailable("PostgreSQL cannot be asked just now"))["error"] == "PostgreSQL cannot be asked just now"
    try:
        raise ValueError("what the client wrote")
    except ValueError as error:
        said = told(error)
    assert said["error"] == "ValueError"
    assert "test_logs.py" in said["at"]
    assert "client" not in str(said)
