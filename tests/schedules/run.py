"""Tells many random schedules in several processes and writes what came of it.

`python -m tests.schedules.run --schedules 20000 --report docs/reports/schedules.md` is what `make test-long` calls; one
that fails is shortened, printed and named in the report, to be kept as `tests/schedules/kept/<what goes wrong>.json`.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from prometheus_client import Counter as Metric

from kernel import observe
from tests.schedules.steps import KINDS, WHAT, Step, random_schedule
from tests.schedules.tell import failing, shrunk

BLOCK = 50
EXERCISED: dict[str, tuple[Metric, str]] = {
    "lanes given up to another owner": (observe.fenced, "polku_fenced"),
    "gaps read from the journal": (observe.gaps, "polku_gap_healed"),
    "lost ends read from the journal": (observe.tails, "polku_tail_healed"),
    "records brought again and dropped": (observe.dropped, "polku_duplicates_dropped"),
    "findings concluded": (observe.alerts_raised, "polku_alerts_raised"),
}
"""How often the guards of the kernel were really needed, by its own metrics."""
MEANING = {
    "cut": "the connection breaks before a statement or before COMMIT",
    "unknown": "the same, but a COMMIT is done and only its answer is lost",
    "slow": "an answer takes a second",
    "frozen": "the process stands still for twenty seconds, longer than its transaction may",
}


@dataclass
class Sum:
    """What some schedules came to."""

    told: int = 0
    steps: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    exercised: Counter[str] = field(default_factory=Counter)
    failed: list[tuple[int, list[Step], list[str]]] = field(default_factory=list)

    def add(self, other: Sum) -> None:
        """Put two sums together."""
        self.told += other.told
        self.steps += other.steps
        self.faults += other.faults
        self.exercised += other.exercised
        self.failed += other.failed


def _counted() -> Counter[str]:
    found: Counter[str] = Counter()
    for text, (metric, name) in EXERCISED.items():
        found[text] = sum(int(s.value) for m in metric.collect() for s in m.samples if s.name == f"{name}_total")
    return found


def tell(seeds: Sequence[int]) -> Sum:
    """Tell these schedules one after another."""
    found = Sum()
    for seed in seeds:
        schedule, before = random_schedule(seed), _counted()
        with structlog.testing.capture_logs():
            wrong = failing(schedule)
            found.exercised += _counted() - before
            if wrong:
                short = shrunk(schedule)
                found.failed.append((seed, short, failing(short) or wrong))
        found.told += 1
        found.steps.update(kind for kind, _, _ in schedule)
        found.faults.update(WHAT[b].replace("lost", "cut") for kind, _, b in schedule if kind == "fault")
        found.faults["frozen"] += sum(kind == "zombie" for kind, _, _ in schedule)
    return found


def tell_all(first: int, count: int, processes: int) -> Sum:
    """Share blocks of schedules among processes."""
    found = Sum()
    blocks = [range(s, min(s + BLOCK, first + count)) for s in range(first, first + count, BLOCK)]
    with ProcessPoolExecutor(processes) as pool:
        for n, part in enumerate(pool.map(tell, blocks), 1):
            found.add(part)
            if n % 20 == 0:
                print(f"{found.told} of {count} told, {len(found.failed)} failed", file=sys.stderr, flush=True)
    return found


def written(found: Sum, first: int, seconds: float) -> str:
    """The report as Markdown."""
    steps = sum(found.steps.values())
    verdict = "none failed" if not found.failed else f"**{len(found.failed)} failed**"
    parts = [
        "# Random schedules\n",
        "The product's own door, clock, lanes and reactions on a database in memory, four persons in two lanes and lane"
        " 0, two workers of each of two processors that both believe to own a lane, and a carrier that loses and"
        " repeats. At rest an oracle that does not use the kernel's folding, and the product's own verification, must"
        " find nothing. `make test-long` writes this file.\n",
        f"`python -m tests.schedules.run --schedules {found.told} --seed {first}`\n",
        f"{found.told} schedules (seeds {first} to {first + found.told - 1}), {steps} steps,"
        f" {sum(found.faults.values())} faults, in {seconds:.0f} s: {verdict}.\n",
        "| kind of step | how many |\n|---|---:|",
        *(f"| {kind} | {found.steps[kind]} |" for kind in KINDS),
        "\n| fault | how many |\n|---|---:|",
        *(f"| {kind}: {text} | {found.faults[kind]} |" for kind, text in MEANING.items()),
        "\n| what the kernel met | how often |\n|---|---:|",
        *(f"| {text} | {found.exercised[text]} |" for text in EXERCISED),
        "",
    ]
    for seed, schedule, wrong in found.failed:
        parts.append(f"## Seed {seed}\n\n```\n{json.dumps(schedule)}\n{wrong}\n```\n")
    return "\n".join(parts)


def main(arguments: list[str]) -> int:
    """Tell, print the report and write it where it is wanted; 1 if any failed."""
    parser = argparse.ArgumentParser(prog="tests.schedules.run", description=__doc__)
    parser.add_argument("--schedules", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0, help="The number of the first of them.")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--report", type=Path, help="Markdown file to write.")
    given = parser.parse_args(arguments)
    begun = time.monotonic()
    found = tell_all(given.seed, given.schedules, given.processes)
    text = written(found, given.seed, time.monotonic() - begun)
    print(text, flush=True)
    if given.report:
        given.report.parent.mkdir(parents=True, exist_ok=True)
        given.report.write_text(text)
    return int(bool(found.failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
