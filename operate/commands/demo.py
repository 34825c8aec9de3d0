"""`polku demo`: an instance of one's own, eight weeks of a region played on it, and a summary for a newcomer."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from operate import options, running, starting
from operate.commands.simulate import SCALE, SEED, WEEKS, Simulated, Tell, must_be_up, weekly
from operate.errors import OperateError
from operate.instance import Instance, make_or_open, write_json
from operate.status import streams
from operate.world import InstanceWorld, world_of
from simulator.layout import layout
from simulator.partner import Door, DoorError
from simulator.play import play
from simulator.region import RegionError, load
from simulator.report import Report
from simulator.summary import document
from simulator.telling import seen

LAST_MONDAY = date(2026, 9, 28)
"""The morning on which the play ends, however many weeks it has."""
TOLD = "demo.json"


@click.command()
@options.state
@options.as_json
@click.option("--carrier", default=None, help="kafka (default) or journal: PostgreSQL alone, without Java.")
@click.option("--weeks", type=click.IntRange(1, 52), default=WEEKS, show_default=True, help="How long to play.")
@click.option("--seed", type=click.IntRange(0), default=SEED, show_default=True, help="Same seed, same facts.")
@click.option(
    "--scale", type=click.IntRange(1, 500), default=SCALE, show_default=True, help="Clients in each locality."
)
def command(state: Path, as_json: bool, carrier: str | None, weeks: int, seed: int, scale: int) -> None:
    """Start an instance, play a region on it, and tell what came of it. The instance stays up until `polku down`."""

    def tell(line: str) -> None:
        options.tell(line, quiet=as_json)

    made = (state / "instance.json").exists()
    played = _told(state)
    if made and played is None:
        raise OperateError(
            f"--state {state}: an instance is here, and no demo was played on it to its end. To begin anew: "
            f"`polku down --state {state}`, then remove {state}; or choose another --state"
        )
    clock = None if made else (LAST_MONDAY - timedelta(weeks=weeks)).isoformat()
    instance = _up(state, carrier, clock, tell)
    if played is None:
        tell(f"playing {weeks} weeks of South Ostrobothnia, {scale} clients in each locality:")
        played = asyncio.run(_play(instance, weeks, seed, scale, tell))
        write_json(instance.state / TOLD, played)
    else:
        tell(f"the demo has been played here already; this is what came of it ({state})")
    if as_json:
        options.answer({**played, "where": dict(_where(instance, state, played["seen"]))})
        return
    for line in layout(played["summary"], played["seen"], _where(instance, state, played["seen"])):
        tell(line)
    if played["summary"]["facts"]["unexpected"]:
        raise OperateError("demo: facts that should be good were refused; see the summary above")


def _told(state: Path) -> dict[str, Any] | None:
    """What an earlier demo has left in this state directory."""
    path = state / TOLD
    if not path.exists():
        return None
    try:
        found: dict[str, Any] = json.loads(path.read_text())
    except ValueError as error:
        raise OperateError(f"{path}: not the summary of a demo ({error})") from error
    return found


def _up(state: Path, carrier: str | None, clock: str | None, tell: Tell) -> Instance:
    """The instance, made now or as it is, and ready."""
    instance = make_or_open(state, carrier, clock, None, {})
    if running.supervisor(instance) is None:
        starting.prepare(instance, tell)
        starting.detached(instance, tell)
    return must_be_up(state)


async def _play(instance: Instance, weeks: int, seed: int, scale: int, tell: Tell) -> dict[str, Any]:
    """Play, and ask afterwards what can be seen."""
    try:
        region = load(instance.settings("demo").organisations)
        async with world_of(instance) as world:
            played = await play(world, region, weeks=weeks, seed=seed, clients=scale, progress=weekly(weeks, tell))
            found = Simulated(region, played)
            return {"summary": await _summary(instance, found), "seen": await _seen(world, found)}
    except (DoorError, RegionError) as error:
        raise OperateError(f"demo: {error}") from error


async def _summary(instance: Instance, found: Simulated) -> dict[str, Any]:
    summary = document(found.region, found.played)
    lag = await streams(instance) or []
    summary["timing"]["lag_facts"] = sum(s["lag_facts"] for s in lag)
    summary["timing"]["holds"] = sum(s["holds"] for s in lag)
    return summary


async def _seen(world: InstanceWorld, found: Simulated) -> dict[str, Any]:
    door = Door(world.door, world.token_for, Report())
    heroes = [found.played.refs[n] for n in found.played.story.planted.persons("hero") if n in found.played.refs]
    try:
        return await seen(door, found.region, heroes)
    finally:
        await door.close()


def _where(instance: Instance, state: Path, found: dict[str, Any]) -> list[tuple[str, str]]:
    """Addresses and commands that work as they stand here."""
    region = load(instance.settings("demo").organisations)
    polku, at = _program(), "" if state == Path(".polku") else f" --state {state}"
    who = found["sign_in"]
    operator = region.by_id[region.operator].workers("ops")
    token = f"$({polku} token --org {region.organiser}{at})"
    return [
        ("console", f"{instance.console}"),
        (
            "",
            f"sign in as {who['name']} ({who['alerts']} alerts waiting)"
            + (f", or as {operator[0].name} to see streams and refusals" if operator else ""),
        ),
        ("API", f"curl -s -H \"Authorization: Bearer {token}\" '{instance.door}/v1/alerts?status=open'"),
        ("proof", f"{polku} verify{at}     nothing lost, doubled or out of order"),
        ("state", f"{polku} status{at}     addresses, processes, streams"),
        ("more weeks", f"{polku} simulate --weeks 4 --seed 2{at}"),
        ("stop", f"{polku} down{at}"),
    ]


def _program() -> str:
    """How this very program is called from here."""
    beside = Path(sys.executable).with_name("polku")
    if shutil.which("polku") == str(beside):
        return "polku"
    here = Path.cwd()
    return str(beside.relative_to(here)) if beside.is_relative_to(here) else str(beside)
