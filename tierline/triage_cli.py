"""`tierline triage practise`: made-up tickets at the terminal, answered, and held against what the rules do."""

from collections.abc import Iterator, Sequence
from typing import TextIO

from rich.console import Console
from rich.panel import Panel
from rich.prompt import IntPrompt, Prompt
from rich.table import Table
from rich.text import Text

from api.practice import Sheet
from escalation.terms import Priority
from escalation.triage.exercise import FIELDS, NOTHING, Answer, Case, CaseMarks, Choices, Marks
from tierline.ask_api import post
from tierline.settings import Settings


def practise(settings: Settings, *, seed: int | None, cases: int) -> None:
    """Ask for an exercise, have it answered case by case, and show the marks."""
    console = Console()
    wanted = {"how_many": cases} | ({} if seed is None else {"seed": seed})
    sheet = Sheet.model_validate(post(settings, "/v1/triage/exercises", wanted))
    console.print(f"Exercise {sheet.id}, seed {sheet.seed}, policy {sheet.policy_version}: {len(sheet.cases)} cases.")
    if sheet.answered_at:
        console.print("You have answered it before: only the same answers count now. Another --seed is a new exercise.")
    answers = {each.number: asked(each, sheet.choices, console) for each in sheet.cases}
    said = {str(number): answer.model_dump(mode="json") for number, answer in answers.items()}
    marks = Marks.model_validate(post(settings, f"/v1/triage/exercises/{sheet.id}/answers", {"answers": said}))
    for line in shown(marks, sheet.cases, answers):
        console.print(line)


def asked(case: Case, choices: Choices, console: Console, stream: TextIO | None = None) -> Answer:
    """One case, shown and answered; where no trigger acts, nothing more is asked."""
    console.print(Panel(_described(case), title=f"Case {case.number}", title_align="left"))
    tier = IntPrompt.ask("Start tier", choices=["1", "2", "3"], console=console, stream=stream)
    priority = Prompt.ask("Priority", choices=[each.value for each in Priority], console=console, stream=stream)
    triggers = [NOTHING, *(each.id for each in choices.triggers)]
    trigger = Prompt.ask("Trigger that acts now", choices=triggers, console=console, stream=stream)
    kind = target = NOTHING
    if trigger != NOTHING:
        kind = Prompt.ask("Kind", choices=[k for k in choices.kinds if k != NOTHING], console=console, stream=stream)
        targets = [each for each in choices.targets if each != NOTHING]
        target = Prompt.ask("To which tier, or to whom", choices=targets, console=console, stream=stream)
    said = {"start_tier": tier, "priority": priority, "trigger": trigger, "kind": kind, "target": target}
    return Answer.model_validate(said)


def shown(marks: Marks, cases: Sequence[Case], answers: dict[int, Answer]) -> Iterator[Table | Text]:
    """The marks by case, each difference in the rules' words, and the score."""
    table = Table(
        "case", *(name.replace("_", " ") for name in FIELDS), title="What the rules did", title_justify="left"
    )
    for case in marks.cases:
        table.add_row(str(case.number), *(_cell(case, name, answers[case.number]) for name in FIELDS))
    yield table
    subjects = {case.number: case.subject for case in cases}
    for case in marks.cases:
        for name, why in case.why.items():
            yield Text(f"{case.number} ({subjects[case.number]}), {name.replace('_', ' ')}: {why}")
    fields = ", ".join(f"{name.replace('_', ' ')} {share:.0%}" for name, share in marks.by_field.items())
    yield Text(f"{marks.total:.0%} right: {fields}.", style="bold")


def _cell(case: CaseMarks, name: str, answer: Answer) -> Text:
    if case.right[name]:
        return Text(f"✓ {getattr(answer, name)}", style="green")
    return Text(f"✗ {getattr(answer, name)}, is {case.expected[name]}", style="red")


def _described(case: Case) -> Text:
    vip = " (VIP)" if case.vip else ""
    facts = {
        "Client": f"{case.client_name}: {case.environment}" if case.environment else case.client_name,
        "Contact": f"{case.contact}{vip}",
        "Category": f"{case.category}, {case.ticket_kind.value}",
        "Reach": f"{case.scope.value.replace('_', ' ')}, users affected: {case.users_affected}",
        "Urgency": str(case.urgency),
        "Signs": ", ".join(flag.value.replace("_", " ") for flag in case.flags),
        "Needs": ", ".join(filter(None, [case.required_skill, case.needed_access])),
        "Known issue": case.known_issue or "",
    }
    lines = [case.subject, case.description, *(f"{name}: {said}" for name, said in facts.items() if said)]
    return Text("\n".join([*lines, *(f"· {each}" for each in case.happened)]))
