"""`tierline demo`: a business day of tickets, played through the running system, told from its journal.

Technicians act over the HTTP API, each with a token of their own that is revoked at the end. Everything that is
printed about a ticket is read back from the journal. A step that does not go as it should ends the command with 1.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from rich.console import Console

from tierline.demo_afternoon import forgotten_at_tier_1, nobody_accepts, ransomware, waiting_for_the_customer
from tierline.demo_desk import MONITORING, DemoError, Desk, desk_of
from tierline.demo_intakes import CLIENTS
from tierline.demo_morning import (
    duplicates_and_a_reopening,
    firewall_change,
    password_resets,
    sent_back,
    vip_outage,
)
from tierline.demo_stage import DISPATCHER, Stage, StepError
from tierline.demo_summary import summary
from tierline.demo_teller import Teller
from tierline.settings import Settings


class Scene(NamedTuple):
    """One story of the day."""

    clock: str
    title: str
    setting: str
    play: Callable[[Stage], None]


DAY = (
    Scene(
        "08:05",
        "Three people who cannot sign in",
        "Tier 1 solves what Tier 1 can solve. The second ticket shows that nobody may try a fix before the five intake "
        "facts are known, the third a near miss: almost an escalation, and worth a record.",
        password_resets,
    ),
    Scene(
        "08:40",
        "One printer, two reports, and it comes back",
        "The dispatcher merges the duplicate. The fault is not gone the first time: the same ticket goes on, and its "
        "clock with it.",
        duplicates_and_a_reopening,
    ),
    Scene(
        "09:30",
        "A firewall change",
        "A functional escalation goes to a skill. Tier 1 may not do it alone, and cannot hand it up with a blank note.",
        firewall_change,
    ),
    Scene(
        "10:15",
        "Escalated too soon",
        "Tier 2 sends it back, with a reason from the list and what is missing.",
        sent_back,
    ),
    Scene(
        "11:00",
        "A whole office without internet, at a VIP",
        "The facts of the ticket move it, not somebody's nerves: once the scope is the whole office, it is at Tier 2 "
        "at once. The service manager hears of a VIP, and coordinates when the VIP is unhappy.",
        vip_outage,
    ),
    Scene(
        "13:20",
        "Waiting for the customer",
        "The hold needs the question that was asked, and pauses the clock until a person answers.",
        waiting_for_the_customer,
    ),
    Scene(
        "14:30",
        "A handoff that nobody accepts",
        "Compressed: this ticket is to be accepted within 5 seconds instead of 15 minutes. Nobody does. "
        "What follows is done by its timer alone.",
        nobody_accepts,
    ),
    Scene(
        "15:40",
        "Accepted at Tier 1, and then forgotten",
        "Compressed: this ticket is promised a solution within 24 seconds instead of 24 opening hours. Unresolved "
        "10 seconds before the end, it moves up by itself.",
        forgotten_at_tier_1,
    ),
    Scene(
        "02:10",
        "Ransomware, in the night",
        "The monitoring raises the ticket. An emergency goes straight to whoever is on call for Tier 3, at any hour "
        "(the hour is the story's; it is played now). The note that nobody had time to write is owed, and paid.",
        ransomware,
    ),
)


def run(settings: Settings) -> None:
    """Play the day and sum it up; DemoError with the names of the stories in which a step went wrong."""
    console = Console(highlight=False)
    began_at = datetime.now(UTC)
    with desk_of(settings) as desk:
        _fits(desk)
        stage = Stage(settings, desk, Teller(console))
        _introduce(stage)
        failed = [scene.title for scene in DAY if not _played(scene, stage)]
        summary(stage, began_at)
    if failed:
        raise DemoError(f"not everything went as it should: {'; '.join(failed)}")
    console.print(f"\nAll {len(DAY)} stories went as they should.", style="green")


def _played(scene: Scene, stage: Stage) -> bool:
    stage.teller.scene(scene.clock, scene.title, scene.setting)
    try:
        scene.play(stage)
    except StepError as wrong:
        stage.teller.wrong(str(wrong))
        return False
    return True


def _fits(desk: Desk) -> None:
    """The stories need the clients and the dispatcher of the default policy; a desk of your own is left alone."""
    strangers = [client for client in CLIENTS if client not in desk.policy.clients]
    if strangers or DISPATCHER not in desk.people:
        raise DemoError(
            "the demo plays with the people and clients of policies/default.yaml, and the policy in force is another "
            f"({desk.policy.name} {desk.policy.version}). Run it on a stack of its own: tierline up --state demo …"
        )


def _introduce(stage: Stage) -> None:
    teller, desk = stage.teller, stage.desk
    teller.console.print("A business day at the desk", style="bold")
    people, version = len(desk.people), desk.policy.version
    teller.note(
        f"Real tickets on the running system at {stage.settings.api_url}. The hours in the headings are the story's; "
        "the times beside each line are today's, in UTC, as the journal has them."
    )
    teller.note(
        f"Who gets a ticket is the desk's choice: {people} people with tiers, skills, shifts and load. "
        f"“Tierline” is the system acting by itself; “{desk.name(MONITORING)}” is an alert."
    )
    teller.note(
        "Two stories are compressed, and say so. Their tickets carry a copy of the policy with shorter times "
        f"(version {version}-demo); the policy that is in force stays as it is."
    )
