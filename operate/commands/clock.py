"""`polku clock`: what time it is in an instance, and later if told so."""

from __future__ import annotations

import asyncio
import re
from datetime import date, datetime
from pathlib import Path

import click

from kernel.calendar import HELSINKI, midnight
from operate import options, running
from operate.errors import NotRunning, OperateError
from operate.instance import Instance, read
from operate.world import world_of

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@click.command()
@options.state
@options.as_json
@click.option("--to", "to", default=None, help="An instant with its offset, or a day: its local midnight.")
def command(state: Path, as_json: bool, to: str | None) -> None:
    """Show the clock of an instance, or move a driven one forward."""
    instance = read(state)
    wanted = instant_of(to) if to is not None else None
    if wanted is not None and instance.clock == "real":
        raise OperateError("--to: this instance runs on the real clock, which nobody moves")
    if running.supervisor(instance) is None:
        raise NotRunning(f"--state {state}: the instance is not up; `polku up --state {state}` starts it")
    now = asyncio.run(_clock(instance, wanted)).astimezone(HELSINKI)
    kind = "real" if instance.clock == "real" else "driven"
    if as_json:
        options.answer({"clock": kind, "now": now.isoformat(), "day": now.date().isoformat()})
    else:
        options.tell(f"{now.isoformat(timespec='seconds')} ({kind})")


def instant_of(text: str) -> datetime:
    """The instant that `--to` means; OperateError when it is none."""
    try:
        if DAY.fullmatch(text):
            return midnight(date.fromisoformat(text))
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise OperateError(
            f"--to {text}: not a day (YYYY-MM-DD) or an instant such as 2026-08-04T08:00+03:00"
        ) from None
    if instant.tzinfo is None:
        raise OperateError(f"--to {text}: an instant needs its offset, such as +03:00 or Z")
    return instant


async def _clock(instance: Instance, wanted: datetime | None) -> datetime:
    async with world_of(instance) as world:
        if wanted is not None:
            await world.advance(wanted)
        return await world.now()
