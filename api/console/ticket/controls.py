"""The controls of a form, and what somebody entered into them as the body of a command.

A control's name is the path of its field in the command: `reason`, `note.what_failed`, `skipped.unlock`. What was
left as it was found is not said again: then the rules take the ticket's own word as it is at that moment.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

from escalation.handoff import StepTried

Kind = Literal["text", "area", "number", "choice", "radios", "check", "checks", "lines", "steps", "moment"]
_BLANK_STEPS = 2  # rows in which a step can be added


@dataclass(frozen=True)
class Control:
    """One field: what it is called, what it holds, what may be chosen. `beside` are the fields that a choice
    needs, or those to fill in where a box is not ticked."""

    name: str
    label: str
    kind: Kind = "text"
    value: Any = None
    options: Sequence[tuple[str, str]] = ()
    hint: str = ""
    required: bool = False
    rows: int = 3
    beside: Mapping[str, Sequence["Control"]] | None = None
    typed: Any = None  # what stands in it where somebody has been refused

    @property
    def shown(self) -> Any:
        """What stands in it."""
        return self.value if self.typed is None else self.typed

    @property
    def lines(self) -> str:
        """Several lines of text, one for each thing."""
        return self.shown if isinstance(self.shown, str) else "\n".join(self.shown or ())

    @property
    def step_rows(self) -> list[tuple[str, str]]:
        """Steps with their results, and a few rows to add to them."""
        if self.typed is not None:
            return list(self.typed)
        return [*((s.step, s.result) for s in self.value or ()), *[("", "")] * _BLANK_STEPS]


class Sent(Protocol):
    """A form as it was sent."""

    def getlist(self, key: Any, /) -> list[Any]: ...


def flat(controls: Iterable[Control]) -> Iterable[Control]:
    """Every control, those beside a choice as well."""
    for control in controls:
        yield control
        for beside in (control.beside or {}).values():
            yield from flat(beside)


def body(controls: Sequence[Control], sent: Sent) -> dict[str, Any]:
    """What was entered, as the body of the command; of a choice's further fields those of the chosen one alone."""
    said: dict[str, Any] = {}
    for control in controls:
        entered = _entered(control, sent)
        if entered is not None and not _unchanged(control, entered):
            _put(said, control.name.split(".", 1), entered)
        for beside in _beside(control, sent):
            _merge(said, body(beside, sent))
    return said


def kept(controls: Sequence[Control], sent: Sent) -> list[Control]:
    """The same controls with what was typed into them."""
    return [
        replace(
            control,
            typed=_typed(control, sent),
            beside={name: kept(each, sent) for name, each in control.beside.items()} if control.beside else None,
        )
        for control in controls
    ]


def _beside(control: Control, sent: Sent) -> Iterable[Sequence[Control]]:
    """The further fields that count: of the one that was chosen, or of each that was not ticked."""
    chosen = set(map(str, sent.getlist(control.name)))
    for option, beside in (control.beside or {}).items():
        if (option in chosen) == (control.kind == "radios"):
            yield beside


def _entered(control: Control, sent: Sent) -> Any:
    """The value; None where nothing was said."""
    match control.kind:
        case "check":
            return True if sent.getlist(control.name) else None
        case "checks":
            return tuple(map(str, sent.getlist(control.name)))
        case "lines":
            entered = tuple(line.strip() for line in _text(sent, control.name).splitlines() if line.strip())
            return entered if entered or control.value else None
        case "steps":
            rows = [row for row in _rows(control, sent) if any(row)]
            return _steps(control.value or (), rows) if rows or control.value else None
        case _:
            text = _text(sent, control.name)
            erased = control.kind in ("text", "area") and control.value
            return text if text or erased else None


def _unchanged(control: Control, entered: Any) -> bool:
    match control.kind:
        case "check" | "radios":
            return False
        case "checks" | "lines" | "steps":
            return bool(entered == tuple(control.value or ()))
        case _:
            return bool(entered == ("" if control.value is None else _plain(str(control.value))))


def _typed(control: Control, sent: Sent) -> Any:
    match control.kind:
        case "check":
            return bool(sent.getlist(control.name))
        case "checks":
            return tuple(map(str, sent.getlist(control.name)))
        case "steps":
            return _rows(control, sent)
        case _:
            return _text(sent, control.name)


def _rows(control: Control, sent: Sent) -> list[tuple[str, str]]:
    steps, results = (sent.getlist(f"{control.name}.{part}") for part in ("step", "result"))
    return [(_plain(str(step)), _plain(str(result))) for step, result in zip(steps, results, strict=False)]


def _steps(before: Sequence[StepTried], rows: Iterable[tuple[str, str]]) -> tuple[StepTried, ...]:
    """The rows as steps; one that is as it was keeps who took it, and when."""
    known = {(_plain(step.step), _plain(step.result)): step for step in before}
    return tuple(known.get(row) or StepTried(step=row[0], result=row[1]) for row in rows)


def _text(sent: Sent, name: str) -> str:
    return _plain("".join(str(each) for each in sent.getlist(name)[:1]))


def _plain(text: str) -> str:
    """As somebody means it: browsers send line breaks of their own kind."""
    return text.replace("\r\n", "\n").strip()


def _put(said: dict[str, Any], path: Sequence[str], value: Any) -> None:
    *groups, last = path
    for group in groups:
        said = said.setdefault(group, {})
    said[last] = value


def _merge(said: dict[str, Any], more: Mapping[str, Any]) -> None:
    for name, value in more.items():
        if isinstance(value, dict) and isinstance(said.get(name), dict):
            _merge(said[name], value)
        else:
            said[name] = value
