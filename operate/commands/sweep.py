"""`polku sweep`: how far new rules have come; with --dry-run, what they or other parameters would tell."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from kernel.decode import Decoder
from kernel.person import Units
from kernel.pg_errors import translated
from kernel.pg_journal import connect, open_pool
from kernel.processor import PROCESSORS, full_catalogue
from kernel.settings import Settings
from operate import instance, options
from operate.processors import rule_set_of, units_of
from operate.sweep_trial import tried
from operate.what_if_history import Histories
from operate.what_if_rules import Unknown, change_of, changed


async def under_way(settings: Settings) -> list[dict[str, Any]]:
    """Each processor: the rules here, those its workers follow, and how far a sweep has come."""
    pool = await open_pool(settings, "polku_operator", size=1)
    try:
        with translated():
            rows = await pool.fetch("SELECT * FROM react.sweeps()")
            claimed = await pool.fetch(
                "SELECT processor, min(ruleset) AS least, max(ruleset) AS most FROM react.checkpoint GROUP BY 1"
            )
    finally:
        await pool.close()
    sweeps, follows = {r["processor"]: r for r in rows}, {r["processor"]: r for r in claimed}
    return [
        {
            "processor": p,
            "rules_here": rule_set_of(p),
            "rules_followed": [follows[p]["least"], follows[p]["most"]] if p in follows else None,
            "reason": sweeps[p]["reason"] if p in sweeps else None,
            "lanes_left": sweeps[p]["lanes"] if p in sweeps else 0,
            "done": sweeps[p]["done"] if p in sweeps else 0,
            "total": sweeps[p]["total"] if p in sweeps else 0,
        }
        for p in PROCESSORS
    ]


async def trial(settings: Settings, parts: Sequence[Units]) -> dict[str, Any]:
    """What a sweep with these units would tell; nothing is written."""
    journal = await connect(settings, "polku_operator", size=2)
    try:
        decoder = Decoder(full_catalogue(), journal.keys, journal.instance.operator)
        histories = await Histories(journal, decoder, parts).open()
        found = await tried(journal, parts, histories, _tell)
    finally:
        await journal.close()
    return found.document()


def _tell(lane: int, examined: int) -> None:
    if lane and lane % 4 == 0:
        options.tell(f"  {lane} lanes, {examined} persons", quiet=True)


@click.command(
    help="How far new rules have come; --dry-run: what the rules of this code, or other parameters, would tell."
)
@options.state
@options.as_json
@click.option("--dry-run", is_flag=True, help="Look at everybody in memory and write nothing.")
@click.option("--rule", help="With --dry-run: the id of a rule that gets other parameters.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="With --rule; may be given many times.")
def command(state: Path, as_json: bool, dry_run: bool, rule: str | None, settings: tuple[str, ...]) -> None:
    """Answer for the instance of a state directory."""
    if bool(rule) != bool(settings) or (rule and not dry_run):
        raise click.UsageError("--rule and --set go together, with --dry-run; they are stated as rule_parameters.set")
    parts = [units_of(p) for p in PROCESSORS]
    if rule:
        try:
            parts = changed(parts, change_of(parts, rule, settings))
        except Unknown as error:
            raise click.UsageError(str(error)) from error
    chosen = instance.read(state).settings("sweep")
    if dry_run:
        _show_trial(asyncio.run(trial(chosen, parts)), as_json)
    else:
        _show_progress(asyncio.run(under_way(chosen)), as_json)


def _show_progress(found: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        options.answer({"sweeps": found})
        return
    for line in found:
        sweep = (
            f"{line['done']} of {line['total']} persons, {line['reason']}" if line["lanes_left"] else "nothing to sweep"
        )
        options.tell(
            f"{line['processor']:<14} rules {line['rules_followed'] or '-'}, here {line['rules_here']}: {sweep}"
        )


def _show_trial(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        options.answer({"dry_run": True, **found})
        return
    alerts = found["alerts"]
    numbers = ", ".join(f"{alerts[k]} would {k}" for k in ("come", "go", "change"))
    options.tell(f"{found['examined']} persons looked at, {found['persons']} concerned; alerts: {numbers}")
    for line in found["rules"]:
        counts = "  ".join(f"{k} {line[k]:>4}" for k in ("come", "go", "change", "persons"))
        options.tell(f"  {line['rule']:<16} {line['organisation'] or '-':<10}  {counts}")
    for name in ("held", "unreadable"):
        if found[name]:
            options.tell(f"  {found[name]} {name}: not looked at")
