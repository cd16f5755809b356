"""Recorded histories: where they lie, how they are written, and how they are read back."""

import json
from collections.abc import Iterator
from pathlib import Path

from temporalio.client import Client, WorkflowHistory

HISTORIES = Path(__file__).parent / "histories"

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None


def recordings(kind: str) -> list[Path]:
    """Every recorded history of a kind (`ticket` or `review`), of every release."""
    return sorted(HISTORIES.glob(f"*/{kind}.*.json"))


def read(path: Path) -> WorkflowHistory:
    """A history as the Replayer takes it."""
    kind, name, _ = path.name.split(".", 2)
    return WorkflowHistory.from_json(f"{kind}/{name}", path.read_text())


def write(history: WorkflowHistory, path: Path) -> None:
    """A history without the names of the machines that made it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(_anonymous(json.loads(history.to_json())), separators=(",", ":")) + "\n")


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


def _anonymous(part: Json) -> Json:
    if isinstance(part, dict):
        return {key: _anonymous(value) for key, value in part.items() if key != "identity"}
    if isinstance(part, list):
        return [_anonymous(each) for each in part]
    return part
