"""`tierline policy check` and `tierline policy schema`."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import typer
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core import core_schema

from escalation.durations import format_duration
from escalation.policy import Policy
from tierline import PARTS_ROOT

SCHEMA_PATH = PARTS_ROOT / "policies" / "schema.json"


def check(path: Path) -> int:
    """Print what is wrong with the document, a line for each fault with its place; 0 if nothing is, else 1."""
    # ruamel.yaml is slow to import, and `tierline policy schema` needs none of it.
    from tierline.policy_file import read_file

    reading = read_file(path)
    for fault in reading.faults:
        typer.echo(f"{path}:{fault}")
    if not reading.sound:
        count = len(reading.faults)
        typer.echo(f"{path}: {count} fault{'s' if count > 1 else ''}; not fit to be published")
        return 1
    typer.echo(f"{path}: policy {reading.sound.version} holds")
    return 0


def write_schema(path: Path = SCHEMA_PATH) -> None:
    """Write the JSON Schema that editors check a policy document against."""
    path.write_text(schema_text(), encoding="utf-8")
    typer.echo(f"wrote {path}")


def schema_text() -> str:
    """The JSON Schema of a policy document, as it stands in the repository."""
    schema = Policy.model_json_schema(schema_generator=_Editors)
    return json.dumps({**schema, "title": "Tierline policy"}, indent=2, ensure_ascii=False) + "\n"


class _Editors(GenerateJsonSchema):
    """As pydantic reads a document, but for two things that an editor should mark: odd durations, unknown keys."""

    def timedelta_schema(self, schema: core_schema.TimedeltaSchema) -> JsonSchemaValue:  # noqa: ARG002
        return {"type": "string", "pattern": r"^(\d+[dhms])+$"}

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        return {**super().model_schema(schema), "additionalProperties": False}

    def encode_default(self, dft: Any) -> Any:
        return format_duration(dft) if isinstance(dft, timedelta) else super().encode_default(dft)

    def generate(self, schema: core_schema.CoreSchema, mode: JsonSchemaMode = "validation") -> dict[str, Any]:
        return {"$schema": self.schema_dialect, **super().generate(schema, mode)}
