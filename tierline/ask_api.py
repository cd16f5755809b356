"""Asks the running API on behalf of the person at the terminal, with the token that `up` left or TIERLINE_TOKEN."""

import json
import os
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import typer
from pydantic import ValidationError
from rich.console import Console

from escalation.published import EscalationFigures
from tierline.faults import OperatorError
from tierline.metrics_cli import print_figures
from tierline.settings import Settings


class ApiRefusedError(OperatorError):
    """The API cannot be reached, or said no."""


def show_metrics(settings: Settings, query: Mapping[str, str | None], *, as_json: bool) -> None:
    """Print the escalation figures of the running desk: a table, or JSON as the API gives it."""
    asked = {name: value for name, value in query.items() if value is not None}
    said = ask(settings, "/v1/metrics/escalation", asked)
    figures = None if as_json else _figures(said)
    if figures is None:
        typer.echo(json.dumps(said, indent=1))
    else:
        print_figures(figures, settings.api_url, Console())


def ask(settings: Settings, path: str, query: Mapping[str, str]) -> Any:
    """The JSON that the API answers to a GET."""
    return _answered(settings, path, lambda url, headers: httpx.get(url, params=query, headers=headers, timeout=30))


def post(settings: Settings, path: str, body: Mapping[str, Any]) -> Any:
    """The JSON that the API answers to a POST."""
    return _answered(settings, path, lambda url, headers: httpx.post(url, json=body, headers=headers, timeout=120))


def _answered(settings: Settings, path: str, call: Callable[[str, dict[str, str]], httpx.Response]) -> Any:
    url = f"{settings.api_url}{path}"
    try:
        answer = call(url, {"Authorization": f"Bearer {_token(settings)}"})
    except httpx.HTTPError as error:
        raise ApiRefusedError(f"{url} cannot be reached ({error}): is `tierline up` running?") from None
    if answer.is_error:
        raise ApiRefusedError(f"{url} answered {answer.status_code}: {_reason(answer)}")
    return answer.json()


def _figures(said: object) -> EscalationFigures | None:
    """Figures broken down by something are a longer document, shown as it is."""
    try:
        return EscalationFigures.model_validate(said)
    except ValidationError:
        return None


def _token(settings: Settings) -> str:
    if given := os.environ.get("TIERLINE_TOKEN"):
        return given
    try:
        return settings.token_file.read_text().strip()
    except OSError:
        raise ApiRefusedError(
            f"no token: set TIERLINE_TOKEN, or name the state directory that `tierline up` uses with --state "
            f"(there is none in {settings.token_file})"
        ) from None


def _reason(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
    except ValueError:
        return answer.text[:200]
    return str(problem.get("detail") or problem.get("title") or problem)
