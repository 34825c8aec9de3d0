"""The report of runs: faults with their times, counts, and how often fence, gap and tail were really exercised."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import httpx

from operate.instance import read
from operate.ports import HOST
from tests.instance import Instance

COUNTERS = {
    "polku_fenced": "lanes given up to another owner",
    "polku_gap_healed": "gaps read from the journal",
    "polku_tail_healed": "lost ends read from the journal",
    "polku_duplicates_dropped": "records brought again and dropped",
    "polku_relayed_facts": "facts sent to Kafka",
}
SERIES = re.compile(r"^(polku_\w+?)_total(\{[^}]*\})? ([0-9.e+]+)$", re.MULTILINE)


class Meter:
    """Adds up counters of processes that die and begin again at zero."""

    def __init__(self, instance: Instance) -> None:
        made = read(instance.state)
        self._address = f"http://{HOST}:{made.ports['metrics']}/metrics"
        self._last: dict[str, float] = {}
        self.sums: Counter[str] = Counter()

    async def read(self) -> None:
        """Look once; who does not answer now is looked at next time."""
        try:
            async with httpx.AsyncClient(timeout=10) as client:
                page = (await client.get(self._address)).text
        except httpx.HTTPError:
            return
        for name, labels, value in SERIES.findall(page):
            if name in COUNTERS:
                now, before = float(value), self._last.get(name + labels, 0.0)
                self.sums[name] += int(now - before if now >= before else now)
                self._last[name + labels] = now


def written(outcomes: list[Any]) -> str:
    """The report as Markdown."""
    parts = [
        "# Crash tests on real processes\n",
        "Two workers of each processor, real Kafka, PostgreSQL behind a proxy; partners state until everything was"
        " taken, while processes are killed and frozen. `make test-long` writes this file; one seed again:"
        " `python -m tests.chaos.run --long --seed N`.\n",
    ]
    for outcome in outcomes:
        verdict = "nothing was wrong" if not outcome.wrong else "; ".join(outcome.wrong[:10])
        parts.append(f"## Seed {outcome.seed}: {verdict}\n")
        parts.append(f"{outcome.size.persons} persons, {outcome.size.rate:.0f} facts/s wanted.\n")
        parts.append("| what | how many |\n|---|---:|")
        parts += [f"| {name} | {value} |" for name, value in outcome.numbers.items()]
        parts += [f"| {text} | {outcome.counters[name]} |" for name, text in COUNTERS.items()]
        parts.append("\n| after, s | fault | whom | transactions open | until facts were taken, s | facts meanwhile |")
        parts.append("|---:|---|---|---:|---:|---:|")
        parts += [
            f"| {f['at']:.0f} | {f['kind']} | {f['role']} | {f['open']} | {f['seconds']:.1f} | {f['facts']} |"
            for f in outcome.faults
        ]
        parts.append("")
    return "\n".join(parts)
