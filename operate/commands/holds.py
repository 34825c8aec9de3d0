"""`polku holds`: which persons wait, why, and another try."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import click

from kernel.pg_errors import translated
from kernel.pg_journal import open_pool
from kernel.settings import Settings
from operate import instance, options


async def listed(settings: Settings) -> list[dict[str, Any]]:
    """Every hold: processor, person by reference, the fact, the cause and where in its data."""
    pool = await open_pool(settings, "polku_operator", size=1)
    try:
        with translated():
            rows = await pool.fetch("SELECT * FROM react.hold ORDER BY since, processor, subject")
    finally:
        await pool.close()
    return [
        {
            "processor": r["processor"],
            "client_ref": str(r["subject"]),
            "fact": {"source": r["source"], "id": r["id"], "type": r["type"], "lane": r["lane"], "seq": r["from_seq"]},
            "cause": r["cause"],
            "pointer": r["pointer"],
            "since": r["since"].isoformat(),
            "retry": r["retry"],
        }
        for r in rows
    ]


async def retry(settings: Settings, cause: str | None) -> int:
    """Have the owners of the lanes try these persons again; answers how many."""
    pool = await open_pool(settings, "polku_operator", size=1)
    try:
        with translated():
            done = await pool.execute("UPDATE react.hold SET retry = true WHERE $1::text IS NULL OR cause = $1", cause)
    finally:
        await pool.close()
    return int(str(done).rpartition(" ")[2])


@click.command(help="List persons on hold and why; --retry has them tried again (by cause with --cause).")
@options.state
@options.as_json
@click.option("--retry", "again", is_flag=True, help="Try again, in order, those listed.")
@click.option("--cause", help="Only those with this cause.")
@click.option("--dry-run", is_flag=True, help="With --retry: show whom it would try, and change nothing.")
def command(state: Path, as_json: bool, again: bool, cause: str | None, dry_run: bool) -> None:
    """List or retry the holds of an instance."""
    settings = instance.read(state).settings("holds")
    found = [h for h in asyncio.run(listed(settings)) if cause in (None, h["cause"])]
    if again and not dry_run:
        asyncio.run(retry(settings, cause))
    if as_json:
        options.answer({"holds": found, "retried": len(found) if again and not dry_run else 0})
        return
    for hold in found:
        fact = hold["fact"]
        options.tell(f"{hold['client_ref']}  {hold['processor']:<13} {hold['cause']} {hold['pointer']}  {fact['type']}")
    options.tell(
        f"{len(found)} on hold" + ("" if not again else ", would be tried" if dry_run else ", to be tried again")
    )
