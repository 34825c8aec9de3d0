"""`polku what-if`: the alerts that would have come, gone or moved, had a rule had other parameters."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from kernel.calendar import day_of
from kernel.decode import Decoder
from kernel.pg_journal import connect
from kernel.processor import PROCESSORS, full_catalogue
from kernel.settings import Settings
from operate import instance, options
from operate.errors import OperateError
from operate.processors import units_of
from operate.what_if import WhatIf
from operate.what_if_history import Histories
from operate.what_if_report import KINDS
from operate.what_if_rules import Change, Unknown, change_of

USUALLY = 90
"""Days looked at when no first day is given."""


async def what_if(settings: Settings, change: Change, first: date | None, last: date | None) -> dict[str, Any]:
    """Walk everybody through both worlds; nothing is written. OperateError for days that have not come yet."""
    parts = [units_of(p) for p in PROCESSORS]
    journal = await connect(settings, "polku_operator", size=2)
    try:
        today = day_of(await journal.now())
        for name, day in (("--from", first), ("--to", last)):
            if day and day > today:
                raise OperateError(f"{name} {day} lies in the future: it is {today} by the clock of this instance")
        last = last or today
        first = first or last - timedelta(days=USUALLY)
        histories = await Histories(
            journal, Decoder(full_catalogue(), journal.keys, journal.instance.operator), parts
        ).open()
        trial = WhatIf(parts, change, journal.instance.operator, first, last)
        outcome = await trial.run(histories, range(journal.instance.lanes + 1), _tell)
    finally:
        await journal.close()
    window = {"from": first.isoformat(), "to": last.isoformat()}
    seen = {"examined": outcome.examined, "unreadable": outcome.unreadable}
    told = {**outcome.alerts.document(), "findings": outcome.findings.document()}
    return {"rule": change.rule, "set": dict(change.values), **window, **seen, **told}


def _tell(lane: int, examined: int) -> None:
    """A line now and then, so that nobody thinks that it hangs."""
    if lane and lane % 4 == 0:
        options.tell(f"  {lane} lanes, {examined} persons", quiet=True)


@click.command(help="Alerts that would have come, gone or moved with other parameters. Nothing is written.")
@options.state
@options.as_json
@click.option("--rule", required=True, help="The rule's id, such as R-ABS-1.")
@click.option("--set", "settings", multiple=True, required=True, metavar="NAME=VALUE", help="May be given many times.")
@click.option(
    "--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First day counted; else 90 days before the last."
)
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Last day counted; else today.")
def command(
    state: Path, as_json: bool, rule: str, settings: tuple[str, ...], first: datetime | None, last: datetime | None
) -> None:
    """Answer for the instance of a state directory."""
    if first and last and first > last:
        raise click.UsageError("--from lies after --to")
    try:
        change = change_of([units_of(p) for p in PROCESSORS], rule, settings)
    except Unknown as error:
        raise click.UsageError(str(error)) from error
    days = [d.date() if d else None for d in (first, last)]
    found = asyncio.run(what_if(instance.read(state).settings("what-if"), change, *days))
    if as_json:
        options.answer(found)
        return
    values = ", ".join(f"{k}={v}" for k, v in found["set"].items())
    options.tell(f"{rule} with {values}, {found['from']} to {found['to']}, {found['examined']} persons looked at")
    for title, table in (("alerts", found), ("findings of the rule", found["findings"])):
        numbers = ", ".join(f"{table[k]} {k}" for k in KINDS)
        options.tell(f"\n{title}: {numbers}; {table['persons']} persons")
        for line in table["weeks"]:
            counts = "  ".join(f"{k} {line[k]:>4}" for k in (*KINDS, "persons"))
            options.tell(f"  {line['week']}  {line['organisation'] or '-':<10}  {counts}")
