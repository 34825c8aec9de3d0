"""`polku region`: a year of the whole region through the door, then everything rebuilt and verified; what it took."""

from __future__ import annotations

import asyncio
import math
import os
import platform
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import click

from kernel.pg_journal import open_pool
from kernel.processor import PROCESSORS, every_view
from operate import options, rebuilding, running, scoring
from operate.commands.simulate import SEED, Simulated, must_be_up, simulate
from operate.commands.verify import document as verified
from operate.footprint import Footprint
from operate.instance import Instance, write_json
from operate.region_report import page
from operate.verifying import verify
from simulator.expected import compare
from simulator.play import BY_PLACE
from simulator.score import table
from simulator.summary import document

WEEKS, SCALE, HANDS = 52, 450, 1
SIDE_BY_SIDE = 2
"""Processes that share the rebuild."""
Tell = Callable[[str], None]


class Play(NamedTuple):
    """What is to be played; see `simulator.play.play`."""

    weeks: int
    seed: int
    scale: int
    hands: int
    seconds: float


@click.command()
@options.state
@options.as_json
@options.of_a_play(weeks=WEEKS, seed=SEED, scale=SCALE)
@click.option("--hands", type=click.IntRange(0), default=HANDS, show_default=True, help="As in `polku simulate`.")
@click.option("--minutes", type=float, default=math.inf, help="End the play with the day on which these are over.")
@click.option("--no-rebuild", is_flag=True, help="Leave the read models as they are.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Write region.json and region.md there.")
def command(
    state: Path,
    as_json: bool,
    weeks: int,
    seed: int,
    scale: int,
    hands: int,
    minutes: float,
    no_rebuild: bool,
    out: Path | None,
) -> None:
    """Play a year of the region on an instance, rebuild all, verify all, and tell time and memory."""
    instance = must_be_up(state)

    tell = partial(options.tell, quiet=as_json)
    found: dict[str, Any] = {"carrier": instance.carrier, "machine": _machine()}

    def kept() -> None:
        if out is not None:
            write_json(out / "region.json", found)
            (out / "region.md").write_text(page(found), encoding="utf-8")

    how = Play(weeks, seed, scale, hands, 60 * minutes)
    with Footprint(instance).kept() as footprint:
        try:
            played = _play(instance, how, tell, found)
            found["after_play"] = footprint.document()
            for step in (_verify,) if no_rebuild else (_rebuild, _verify):
                kept()
                step(instance, tell, found)
            _score(instance, played, tell, found)
        finally:
            footprint.look()
            found |= {"processes": footprint.document(), "restarts": _restarts(instance)}
            kept()
    if as_json:
        options.answer(found)
    raise SystemExit(0 if _right(found) else 1)


def _right(found: dict[str, Any]) -> bool:
    """Nothing lost, shown wrongly, missed or found without a reason, and every rule was tried."""
    differing = [row for row in (*found["score"], *found["alerts"]) if row["missed"] or row["unexpected"]]
    return (
        found["verify"]["right"]
        and not found.get("rebuild", {}).get("wrong")
        and not differing
        and not found["not_exercised"]
    )


def _restarts(instance: Instance) -> dict[str, int]:
    return {p["role"]: p["restarts"] for p in running.processes(instance) if p["restarts"]}


def _play(instance: Instance, how: Play, tell: Tell, found: dict[str, Any]) -> Simulated:
    begun = time.monotonic()
    work = simulate(
        *(instance, how.weeks, how.seed, how.scale, tell),
        hands=how.hands,
        seconds=how.seconds,
        scored=True,
        watched=BY_PLACE,
    )
    played = asyncio.run(work)
    seconds = time.monotonic() - begun
    found["play"] = document(played.region, played.played)
    found["play"]["days"] = played.played.report.days
    found["score"] = table(played.scores)
    journal = asyncio.run(_journal(instance))
    stated = found["play"]["facts"]["accepted"]
    found["journal"] = journal
    found["stating"] = {
        "seconds": round(seconds, 1),
        "stated": stated,
        "stated_per_second": round(stated / seconds, 1),
        "facts_per_second": round(journal["facts"] / seconds, 1),
    }
    tell(f"{stated} stated, {journal['facts']} facts in the journal after {seconds:.0f} s")
    return played


def _score(instance: Instance, found: Simulated, tell: Tell, document: dict[str, Any]) -> None:
    begun = time.monotonic()
    alerts = scoring.alerts(instance, found.region, found.played, os.cpu_count() or 1)
    document["alerts"], document["scored_in"] = compare.table(alerts), round(time.monotonic() - begun, 1)
    document["not_exercised"] = scoring.untried(found.played, found.scores, alerts)
    wrong = [a.rule for a in alerts if not a.right]
    tell(f"every rule scored in {document['scored_in']:.0f} s; not right: {', '.join(wrong) or 'none'}")
    if document["not_exercised"]:
        tell(f"not exercised: {', '.join(document['not_exercised'])}")


def _rebuild(instance: Instance, tell: Tell, found: dict[str, Any]) -> None:
    """All views anew: the processes share every lane, and each view is compared and switched by one of them."""
    started, merged = time.monotonic(), dict[str, dict[str, Any]]()
    begun = asyncio.run(rebuilding.begin(instance.settings("rebuild"), [view.name for _, view in every_view()]))
    with ProcessPoolExecutor(SIDE_BY_SIDE, mp_context=get_context("spawn")) as workers:
        waiting = [workers.submit(_shared, instance, begun) for _ in range(SIDE_BY_SIDE)]
        for answer in as_completed(waiting):
            for done in answer.result():
                merged[done["view"]] = _both(merged.get(done["view"], done), done)
    seconds = time.monotonic() - started
    views = [merged[view.name] for _, view in every_view()]
    wrong = [v["view"] for v in views if v["differing"] or v["failed"] or not v["switched"]]
    read = sum(max(v["facts"] for v in views if rebuilding.processor_of(v["view"]) == p) for p in PROCESSORS)
    found["rebuild"] = {
        "seconds": round(seconds, 1),
        "side_by_side": SIDE_BY_SIDE,
        "facts_read": read,
        "facts_per_second": round(read / seconds, 1),
        "wrong": wrong,
        "views": [
            {k: v[k] for k in ("view", "persons", "facts", "rows", "compared", "uncompared", "seconds")} for v in views
        ],
    }
    tell(f"{len(views)} views from {read} facts in {seconds:.0f} s")


def _both(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Of what two processes tell of a view that which says more."""
    return max(one, other, key=lambda told: (told["compared"], told["rows"], len(told["differing"])))


def _shared(instance: Instance, begun: rebuilding.Begun) -> list[dict[str, Any]]:
    reports = asyncio.run(rebuilding.anew(instance.settings("rebuild"), begun, lambda _: None))
    return [rebuilding.document(report) for report in reports]


def _verify(instance: Instance, tell: Tell, found: dict[str, Any]) -> None:
    begun = time.monotonic()
    report = asyncio.run(verify(instance.settings("verify"), progress=False))
    seconds = time.monotonic() - begun
    said = verified(report)
    counts = {name: len(value) if isinstance(value, list) else value for name, value in said.items()}
    found["verify"] = {"seconds": round(seconds, 1), "right": report.right, **counts}
    found["differences"] = said["differences"][:20]
    tell(f"verified in {seconds:.0f} s: {'all is right' if report.right else 'something differs'}")


async def _journal(instance: Instance) -> dict[str, Any]:
    pool: asyncpg.Pool = await open_pool(instance.settings("simulate"), "polku_operator", size=1)
    try:
        row = await pool.fetchrow(
            """SELECT (SELECT sum(seq) FROM journal.lane)::bigint AS facts,
                      (SELECT count(*) FROM journal.person WHERE lane > 0) AS persons,
                      pg_database_size(current_database()) AS bytes"""
        )
    finally:
        await pool.close()
    return {"facts": row["facts"], "persons": row["persons"], "database_mib": row["bytes"] >> 20}


def _machine() -> dict[str, Any]:
    return {"cores": os.cpu_count(), "python": platform.python_version(), "load_at_start": round(os.getloadavg()[0], 1)}
