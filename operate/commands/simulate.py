"""`polku simulate`: partners and people of a whole region at work on a running instance, day by day."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import click

from operate import options, running, scoring, starting
from operate.errors import NotRunning, OperateError
from operate.instance import Instance, read
from operate.world import InstanceWorld, world_of
from simulator.expected import compare
from simulator.partner import Door, DoorError
from simulator.play import AT_THE_DOOR, Played, Progress, play
from simulator.region import Region, RegionError, load
from simulator.report import Report
from simulator.score import Score, score, table
from simulator.summary import document

WEEKS, SEED, SCALE = 8, 1, 18
Tell = Callable[[str], None]


@click.command()
@options.state
@options.as_json
@options.of_a_play(weeks=WEEKS, seed=SEED, scale=SCALE)
@click.option(
    "--hands",
    type=click.IntRange(0),
    default=None,
    help="So many social instructors work on their alerts; the others leave them. Everybody, if not given.",
)
@click.option(
    "--score", "scored", is_flag=True, help="Compare what was found with what the play knows, and exit 1 if it differs."
)
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="Write the score there as a page; needs --score."
)
def command(
    state: Path,
    as_json: bool,
    weeks: int,
    seed: int,
    scale: int,
    hands: int | None,
    scored: bool,
    report: Path | None,
) -> None:
    """Play a region on an instance with a driven clock, moving that clock."""
    if report is not None and not scored:
        raise click.UsageError("--report needs --score")
    instance = must_be_up(state)
    tell = partial(options.tell, quiet=as_json)
    watched = AT_THE_DOOR if scored else ""
    work = simulate(instance, weeks, seed, scale, tell, hands=hands, scored=scored, watched=watched)
    found = asyncio.run(work)
    alerts = scoring.alerts(instance, found.region, found.played) if scored else []
    summary = {**document(found.region, found.played), "hands": hands}
    untried = scoring.untried(found.played, found.scores, alerts) if scored else []
    if scored:
        summary |= {"score": table(found.scores), "alerts": compare.table(alerts), "not_exercised": untried}
    if report is not None:
        report.write_text(scoring.page(summary), encoding="utf-8")
    right = scoring.right(found.scores, alerts)
    if as_json:
        options.answer(summary)
        raise SystemExit(0 if right and not untried else 1)
    _said(summary["facts"], [*scoring.lines(found.scores), *compare.lines(alerts)], right, untried)


def _said(facts: Mapping[str, Any], score: Sequence[str], right: bool, untried: Sequence[str]) -> None:
    """The end of a play in words; OperateError when something was not as it should be."""
    options.tell(f"{facts['accepted']} facts accepted, {facts['sent_again']} sent again, {facts['refused']} refused")
    for line in score:
        options.tell(line)
    if facts["unexpected"]:
        raise OperateError(f"simulate: {facts['unexpected']} facts that should be good were refused; see --json")
    if not right:
        raise OperateError("simulate: what was found is not what the play knows; see above")
    if untried:
        raise OperateError(f"simulate: the score says nothing about {', '.join(untried)}: the play had none of it")


class Simulated(NamedTuple):
    """A play and the region it was played in; when it was to be scored, `scores` of double work."""

    region: Region
    played: Played
    scores: Sequence[Score] = ()


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


async def simulate(
    instance: Instance,
    weeks: int,
    seed: int,
    scale: int,
    tell: Tell,
    *,
    hands: int | None = None,
    seconds: float = math.inf,
    scored: bool = False,
    watched: str = "",
) -> Simulated:
    """Play some weeks on an instance, telling each week what has happened.

    `scored`: double work is counted in the end; `watched`: alerts are noted each day in this way, and scored.
    """
    try:
        region = load(instance.settings("simulate").organisations)
        async with world_of(instance) as world:
            progress = weekly(weeks, tell)
            played = await play(
                *(world, region),
                weeks=weeks,
                seed=seed,
                clients=scale,
                hands=hands,
                seconds=seconds,
                progress=progress,
                watched=watched,
            )
            whole = played.report.days == weeks * 7
            scores = await _scored(world, region, played) if scored and whole else []
    except (DoorError, RegionError) as error:
        raise OperateError(f"simulate: {error}") from error
    return Simulated(region, played, scores)


async def _scored(world: InstanceWorld, region: Region, played: Played) -> list[Score]:
    door = Door(world.door, world.token_for, Report())
    try:
        return await score(door, region, played.story, played.refs)
    finally:
        await door.close()


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
