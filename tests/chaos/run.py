"""One run: an instance under load and faults, then everything compared with what was promised and with the model.

`python -m tests.chaos.run --long --report docs/reports/chaos.md` is what `make test-long` calls; `--seed` runs one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg

from operate import credentials
from operate.instance import read
from operate.ports import choose
from tests.chaos.faults import Faults
from tests.chaos.load import Load
from tests.chaos.model import RULES
from tests.chaos.proxy import Between
from tests.chaos.report import Meter, written
from tests.chaos.story import BEGINS, ENDS, SOURCE, Story
from tests.instance import Instance

OUTAGE = 60.0
ZEROS = ("lost", "doubled", "out_of_order", "differing")


@dataclass(frozen=True)
class Size:
    """How large a run is: persons, facts a second, facts at least, faults, seconds between the beginnings of two."""

    persons: int = 100
    rate: float = 120.0
    facts: int = 5_000
    faults: int = 6
    every: float = 3.0


SHORT, LONG = Size(), Size(persons=400, rate=400.0, facts=20_000, faults=24, every=6.0)


@dataclass
class Outcome:
    """What a run came to; everything in `wrong` should be empty."""

    seed: int
    size: Size
    faults: list[dict[str, Any]] = field(default_factory=list)
    numbers: dict[str, Any] = field(default_factory=dict)
    counters: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


async def run(seed: int, size: Size, home: Path) -> Outcome:
    """Run one seed in a directory of its own."""
    database = choose(set())
    proxy = Between(database)
    tree = Instance.copy_of_the_code(home)  # one code for the whole run, whatever happens in the checkout meanwhile
    instance = Instance(home, carrier="kafka", clock=BEGINS.isoformat(), tree=tree)
    instance.environment |= {"POLKU_SESSION_TIMEOUT": "6", "THROUGH_DATABASE": f"127.0.0.1:{proxy.port}/polku"}
    outcome = Outcome(seed, size)
    try:
        await asyncio.to_thread(instance.up, "--workers", "2", "--port-database", str(database))
        await _under_load(instance, proxy, outcome)
    finally:
        await asyncio.to_thread(instance.down)
        proxy.stop()
    return outcome


async def _under_load(instance: Instance, proxy: Between, outcome: Outcome) -> None:
    size, begun = outcome.size, time.monotonic()
    story = Story(outcome.seed, size.persons)
    load = Load(instance, story, size.rate)
    await load.prepare()
    meter = Meter(instance)
    load.start()
    faults = Faults(instance, proxy, outcome.seed)
    chosen = faults.chosen(size.faults)
    days = [BEGINS + timedelta(days=n) for n in range(1, (ENDS - BEGINS).days + 1)]
    for n, fault in enumerate(chosen):
        before, at = len(load.accepted), time.monotonic()
        await meter.read()
        await fault.work()
        await _until(lambda b=before: len(load.accepted) > b, "no fact was taken after " + fault.kind, load)
        await meter.read()
        told = {"at": at - begun, "kind": fault.kind, "role": fault.role, "facts": len(load.accepted) - before}
        outcome.faults.append(told | {"seconds": time.monotonic() - at, "open": faults.open_at_fault[-1]})
        while days and len(days) > (len(chosen) - n - 1) * 7 // len(chosen):
            await asyncio.to_thread(instance.at, days.pop(0).isoformat())
        await asyncio.sleep(max(0.0, size.every - (time.monotonic() - at)))
    await _until(lambda: len(load.accepted) >= size.facts, "too few facts", load, size.facts / size.rate + OUTAGE)
    await load.stop()
    settling = time.monotonic()
    await asyncio.to_thread(instance.settled, 180)
    await meter.read()
    outcome.counters = meter.sums
    outcome.numbers = {
        "facts": len(load.accepted),
        "seconds": round(load.seconds, 1),
        "rate": round(len(load.accepted) / load.seconds, 1),
        "retries": load.retries,
        "longest silence of the door": round(load.longest, 1),
        "at rest after": round(time.monotonic() - settling, 1),
    }
    await _judge(instance, load, outcome)


async def _until(condition: Any, otherwise: str, load: Load, seconds: float = OUTAGE) -> None:
    end = time.monotonic() + seconds
    while not condition():
        load.alive()
        assert time.monotonic() < end, otherwise
        await asyncio.sleep(0.1)


async def _judge(instance: Instance, load: Load, outcome: Outcome) -> None:
    """Receipts, verification, and the model's findings and alerts."""
    done = await asyncio.to_thread(instance.polku, "verify", "--json", check=False, timeout=900)
    verified = json.loads(done.stdout)
    outcome.numbers |= {name: verified[name] for name in ZEROS} | {"in the journal": verified["facts"]}
    outcome.wrong += [f"{name}: {verified[name]}" for name in ZEROS if verified[name]]
    outcome.wrong += [str(difference) for difference in verified["differences"][:5]]
    outcome.wrong += [f"{len(verified['held'])} on hold"] if verified["held"] else []
    outcome.wrong += [f"{len(load.unlike)} events got two receipts"] if load.unlike else []
    connection = await asyncpg.connect(credentials.superuser_dsn(read(instance.state), "polku"))
    try:
        rows = await connection.fetch("SELECT id, lane, seq FROM journal.fact WHERE source = $1", SOURCE)
        alerts = await connection.fetch(
            """SELECT a.subject::text AS ref, a.placement_id::text AS placement,
                      (SELECT array_agg(r ->> 'rule' || ' ' || (r ->> 'key')) FROM jsonb_array_elements(a.raises) r)
                      AS raises
                 FROM view.absence_alerts a
                WHERE a.family = 'absence' AND a.status NOT IN ('closed', 'withdrawn')"""
        )
    finally:
        await connection.close()
    stored = {r["id"]: (r["lane"], r["seq"]) for r in rows}
    if stored != load.accepted:
        lost, strange = load.accepted.keys() - stored.keys(), stored.keys() - load.accepted.keys()
        outcome.wrong.append(f"receipts: {len(lost)} promised and not there, {len(strange)} there and never promised")
    _judge_alerts(load.story, alerts, outcome)


def _judge_alerts(story: Story, alerts: list[Any], outcome: Outcome) -> None:
    found: dict[str, list[set[tuple[str, str]]]] = {}
    for alert in alerts:
        raises = {(rule, key) for rule, _, key in (r.partition(" ") for r in alert["raises"]) if rule in RULES}
        if raises:
            found.setdefault(f"{alert['ref']} {alert['placement']}", []).append(raises)
    expected, matters = 0, 0
    for person in story.persons:
        want = person.must_be_open(ENDS)
        expected, matters = expected + bool(want), matters + len(want)
        have = found.pop(f"{person.ref} {person.placement}", [])
        if have != ([want] if want else []):
            outcome.wrong.append(f"alerts of {person.ref}: {have}, the model says {want}")
    outcome.wrong += [f"an alert about nobody of the story: {name}" for name in found]
    outcome.numbers |= {"alerts": expected, "open findings": matters}


def main(arguments: list[str]) -> int:
    """Run seeds one after another, print the report and write it where it is wanted; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(prog="tests.chaos.run", description=__doc__)
    parser.add_argument("--seed", type=int, action="append", help="A seed; may be given several times.")
    parser.add_argument("--long", action="store_true", help="400 persons, 20,000 facts and more, 24 faults a seed.")
    for name, kind in (("persons", int), ("rate", float), ("facts", int), ("faults", int)):
        parser.add_argument(f"--{name}", type=kind, help="Instead of the size's own.")
    parser.add_argument("--report", type=Path, help="Markdown file to write.")
    given = parser.parse_args(arguments)
    own = {n: v for n in ("persons", "rate", "facts", "faults") if (v := getattr(given, n)) is not None}
    size, outcomes = replace(LONG if given.long else SHORT, **own), []
    for seed in given.seed or ([11, 12, 13] if given.long else [11]):
        with TemporaryDirectory(prefix="polku-chaos-", ignore_cleanup_errors=True) as home:
            outcomes.append(asyncio.run(run(seed, size, Path(home))))
        print(written(outcomes[-1:]), flush=True)
    if given.report:
        given.report.parent.mkdir(parents=True, exist_ok=True)
        given.report.write_text(written(outcomes))
    return int(any(o.wrong for o in outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
