"""`polku verify`: lanes are dense, rows are the fold of the facts, open findings are what the rules say."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import click

from operate import instance, options
from operate.verifying import Verified, verify


def document(report: Verified) -> dict[str, Any]:
    """The report as JSON: the numbers first."""
    numbers = {n: getattr(report, n) for n in ("facts", "lost", "doubled", "out_of_order", "differing")}
    more = {n: getattr(report, n) for n in ("persons", "compared", "held", "erased", "pending", "differences")}
    return numbers | more


@click.command(help="Prove that nothing was lost, doubled, put out of order, or shown wrongly. Exit code 0 only then.")
@click.option("--processes", type=click.IntRange(1, 16), help="Share the lanes among these.  [2 where there is much]")
@options.state
@options.as_json
def command(processes: int | None, state: Path, as_json: bool) -> None:
    """Verify the instance of a state directory."""
    settings = instance.read(state).settings("verify")
    report = asyncio.run(verify(settings, progress=True, processes=processes))
    found = document(report)
    if as_json:
        options.answer(found)
    else:
        for name, value in found.items():
            options.tell(f"{name:>13}: {len(value) if isinstance(value, list) else value}")
        for difference in report.differences[:20]:
            options.tell("  " + ", ".join(f"{k} {v}" for k, v in difference.items()))
    if not report.right:
        raise SystemExit(1)
