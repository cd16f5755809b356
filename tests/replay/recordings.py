"""Recorded histories: where they lie, how they are written, and how they are read back.

A payload is kept as the JSON that it is, so that a history can be read; and what only the server and its machines
have use for is left out.
"""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path

from temporalio.client import Client, WorkflowHistory

HISTORIES = Path(__file__).parent / "histories"

_AS_JSON: "Json" = {"encoding": base64.b64encode(b"json/plain").decode()}
_OF_A_MACHINE = re.compile(r"^\d+@[^\s/]+")  # the private queue of a worker, named after its process and host
_LEFT_OUT = {"identity", "taskId", "requestId", "historySizeBytes", "workerVersion", "meteringMetadata"}

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None


def recordings(kind: str) -> list[Path]:
    """Every recorded history of a kind (`ticket` or `review`), of every release."""
    return sorted(HISTORIES.glob(f"*/{kind}.*.json"))


def read(path: Path) -> WorkflowHistory:
    """A history as the Replayer takes it."""
    kind, name, _ = path.name.split(".", 2)
    return WorkflowHistory.from_json(f"{kind}/{name}", json.dumps(_encoded(json.loads(path.read_text()))))


def write(history: WorkflowHistory, path: Path) -> None:
    """A history, small and without the names of the machines that made it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    plain = _plain(json.loads(history.to_json()))
    path.write_text(json.dumps(plain, separators=(",", ":"), ensure_ascii=False) + "\n")


async def runs(client: Client, workflow_id: str) -> list[WorkflowHistory]:
    """Every run of a workflow, first to last."""
    described = await client.get_workflow_handle(workflow_id).describe()
    run_id = described.raw_description.workflow_execution_info.first_run_id
    found: list[WorkflowHistory] = []
    while run_id:
        found.append(await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history())
        run_id = found[-1].events[-1].workflow_execution_continued_as_new_event_attributes.new_execution_run_id
    return found


def named(workflow_id: str, histories: list[WorkflowHistory]) -> Iterator[tuple[str, WorkflowHistory]]:
    """A file name for each run: `ticket.tier_1.json`, and `ticket.continued.2.json` for a second run."""
    kind, name = workflow_id.split("/")
    for n, history in enumerate(histories, 1):
        yield f"{kind}.{name}{'' if n == 1 else f'.{n}'}.json", history


def _plain(part: Json) -> Json:
    if isinstance(part, list):
        return [_plain(each) for each in part]
    if isinstance(part, str):
        return _OF_A_MACHINE.sub("worker", part)
    if not isinstance(part, dict):
        return part
    if part.get("metadata") == _AS_JSON and isinstance(data := part.get("data"), str):
        return {"json": json.loads(base64.b64decode(data))}
    return {key: _plain(value) for key, value in part.items() if key not in _LEFT_OUT}


def _encoded(part: Json) -> Json:
    if isinstance(part, list):
        return [_encoded(each) for each in part]
    if not isinstance(part, dict):
        return part
    if part.keys() == {"json"}:
        return {"metadata": _AS_JSON, "data": base64.b64encode(json.dumps(part["json"]).encode()).decode()}
    return {key: _encoded(value) for key, value in part.items()}
