"""`polku verify`: lanes are dense, rows are the fold of the facts, open findings are what the rules say."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import click

from kernel.decode import Decoder
from kernel.pg_journal import connect
from kernel.processor import PROCESSORS, full_catalogue
from kernel.settings import Settings
from kernel.verify import Report, Verifier
from operate import instance, options
from operate.processors import rule_set_of, units_of
from operate.verify_kept import verify_kept


async def verify(settings: Settings, progress: bool) -> Report:
    """Verify every processor of a running instance."""
    journal = await connect(settings, "polku_operator", size=3)
    report = Report()
    try:
        decoder = Decoder(full_catalogue(), journal.keys, journal.instance.operator)
        verifier = Verifier(journal, decoder, _lane_done if progress else None)
        await verifier.lanes(report)
        for processor in PROCESSORS:
            if progress:
                options.tell(f"{processor} …", quiet=True)
            await verifier.processor(units_of(processor), report, rule_set_of(processor))
        await verify_kept(journal.pool, report)
    finally:
        await journal.close()
    return report


def _lane_done(processor: str, lane: int) -> None:
    """A line now and then, so that nobody thinks that it hangs."""
    if lane and lane % 8 == 0:
        options.tell(f"  {processor}: {lane} lanes", quiet=True)


def document(report: Report) -> dict[str, Any]:
    """The report as JSON: the numbers first."""
    numbers = {n: getattr(report, n) for n in ("facts", "lost", "doubled", "out_of_order", "differing")}
    more = {n: getattr(report, n) for n in ("persons", "held", "erased", "pending", "differences")}
    return numbers | more


@click.command(help="Prove that nothing was lost, doubled, put out of order, or shown wrongly. Exit code 0 only then.")
@options.state
@options.as_json
def command(state: Path, as_json: bool) -> None:
    """Verify the instance of a state directory."""
    settings = instance.read(state).settings("verify")
    report = asyncio.run(verify(settings, progress=True))
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
