"""`polku simulate`: partners and people of a whole region at work on a running instance, day by day."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import click

from operate import options, running, starting
from operate.errors import NotRunning, OperateError
from operate.instance import Instance, read
from operate.world import world_of
from simulator.partner import DoorError
from simulator.play import Played, Progress, play
from simulator.region import Region, RegionError, load
from simulator.report import Report
from simulator.summary import document

WEEKS, SEED, SCALE = 8, 1, 18
Tell = Callable[[str], None]


@click.command()
@options.state
@options.as_json
@click.option("--weeks", type=click.IntRange(1, 104), default=WEEKS, show_default=True, help="How long to play.")
@click.option("--seed", type=click.IntRange(0), default=SEED, show_default=True, help="Same seed, same facts.")
@click.option(
    "--scale", type=click.IntRange(1, 500), default=SCALE, show_default=True, help="Clients in each locality."
)
def command(state: Path, as_json: bool, weeks: int, seed: int, scale: int) -> None:
    """Play a region on an instance with a driven clock, moving that clock."""
    instance = must_be_up(state)

    def tell(line: str) -> None:
        options.tell(line, quiet=as_json)

    found = asyncio.run(simulate(instance, weeks, seed, scale, tell))
    summary = document(found.region, found.played)
    if as_json:
        options.answer(summary)
        return
    facts = summary["facts"]
    tell(f"{facts['accepted']} facts accepted, {facts['sent_again']} sent again, {facts['refused']} refused")
    if facts["unexpected"]:
        raise OperateError(f"simulate: {facts['unexpected']} facts that should be good were refused; see --json")


class Simulated:
    """A play and the region it was played in."""

    def __init__(self, region: Region, played: Played) -> None:
        self.region, self.played = region, played


def must_be_up(state: Path) -> Instance:
    """The instance, up, ready and on a driven clock; OperateError says what is missing."""
    instance = read(state)
    if instance.clock == "real":
        raise OperateError(
            f"--state {state}: this instance runs on the real clock, and a play moves the clock; "
            "make another one with `polku up --clock YYYY-MM-DD`"
        )
    if running.supervisor(instance) is None:
        raise NotRunning(f"--state {state}: the instance is not up; `polku up --state {state}` starts it")
    if why := starting.not_ready(instance):
        raise OperateError(why)
    return instance


async def simulate(instance: Instance, weeks: int, seed: int, scale: int, tell: Tell) -> Simulated:
    """Play some weeks on an instance, telling each week what has happened."""
    try:
        region = load(instance.settings("simulate").organisations)
        async with world_of(instance) as world:
            progress = weekly(weeks, tell)
            played = await play(world, region, weeks=weeks, seed=seed, clients=scale, progress=progress)
    except (DoorError, RegionError) as error:
        raise OperateError(f"simulate: {error}") from error
    return Simulated(region, played)


def weekly(weeks: int, tell: Tell) -> Progress:
    """A line at the end of each week: what came in, what was refused, and how long the week took."""
    begun, before = time.monotonic(), 0

    def progress(day: date, report: Report) -> None:
        nonlocal before
        if report.days % 7 and report.days != 1:
            return
        if report.days == 1:
            tell(f"  {day:%d.%m.%Y}  partners bring along what they have: {report.total} facts")
        else:
            monday = day - timedelta(days=6)
            acted = sum(report.actions.values())
            week = f"  week {report.days // 7} of {weeks}, {monday:%d.%m.}–{day:%d.%m.}: "
            tell(
                f"{week} {report.total - before:>5} facts, "
                f"{len(report.refusals):>3} refused so far, {acted:>3} actions on alerts, "
                f"{time.monotonic() - begun:.0f} s"
            )
        before = report.total

    return progress
