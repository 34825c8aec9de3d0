"""Does the work of `polku holds`: finds who was meant, acts, waits for the outcome and tells it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from kernel.pg_journal import PgJournal, connect
from operate import holds, instance, options
from operate.errors import OperateError
from operate.holds import Hold
from operate.holds_facts import state
from operate.holds_options import Asked
from operate.holds_trial import Trials, Verdict

Answer = dict[str, Any]
Work = Callable[[PgJournal, list[Hold]], Awaitable[Answer]]


def run(asked: Asked, work: Work, refs: Sequence[UUID] = (), cause: str | None = None, of: str | None = None) -> Answer:
    """Connect, find the holds that were meant (`of`: a processor), and do the work with them."""
    settings = instance.read(asked.state).settings("holds")

    async def connected() -> Answer:
        journal = await connect(settings, "polku_operator", size=2)
        try:
            return await work(journal, await holds.listed(journal.pool, refs, cause, of))
        finally:
            await journal.close()

    return asyncio.run(connected())


def act(asked: Asked, given: Mapping[str, Any], work: Work) -> None:
    """Run what changes something: persons must be named, one by one or by what they have in common."""
    asked = asked.with_(given["state"], given["as_json"])
    if not (given["refs"] or given["cause"] or given["processor"] or given["everybody"]):
        raise OperateError("say whom: client references, --cause, --processor or --all")
    answer = run(asked, work, given["refs"], given["cause"], given["processor"])
    if asked.as_json:
        options.answer({"dry_run": given["dry_run"], **answer})
        return
    for what in ("released", "still", "untried", "left"):
        for hold in answer[what]:
            options.tell(f"{what:<9}{line(hold)}")
    counts = ", ".join(f"{len(answer[what])} {what}" for what in answer)
    options.tell(counts + (" (nothing was changed)" if given["dry_run"] else ""))


async def tried(journal: PgJournal, found: Sequence[Hold]) -> list[tuple[Hold, Verdict]]:
    """Everybody with what would come of another try, in memory."""
    trials = Trials(journal)
    return [(hold, await trials.of(hold)) for hold in found]


async def again(journal: PgJournal, found: Sequence[Hold], chosen: Sequence[Hold], seconds: float) -> Answer:
    """Have the chosen tried by the owners of their lanes, and wait so many seconds for the outcome."""
    await holds.mark(journal.pool, chosen)
    end = time.monotonic() + seconds
    while True:
        here = await holds.still(journal.pool, chosen)
        untried = [h for h in here if h["retry"]]
        if not untried or time.monotonic() > end:
            return outcome(found, chosen, [h for h in here if not h["retry"]], untried)
        await asyncio.sleep(0.2)


async def stated(journal: PgJournal, orders: Sequence[tuple[Hold, Any]], seconds: float) -> Answer:
    """State an order about each hold, and wait so many seconds until the lanes have reached it."""
    seqs = {name(h): (await state(journal, h["client_ref"], order)).seq for h, order in orders}
    chosen, end = [h for h, _ in orders], time.monotonic() + seconds
    while True:
        positions = await holds.positions(journal.pool)
        here = await holds.still(journal.pool, chosen)
        untried = [h for h in here if positions[h["processor"], h["fact"]["lane"]] < seqs[name(h)]]
        if not untried or time.monotonic() > end:
            return outcome(chosen, chosen, [h for h in here if h not in untried], untried)
        await asyncio.sleep(0.2)


def outcome(
    found: Sequence[Hold], chosen: Sequence[Hold], still: Sequence[Hold] = (), untried: Sequence[Hold] = ()
) -> Answer:
    """What became of those who were meant: `left` were not chosen, `untried` were not reached in time."""
    wait, meant = {name(h) for h in (*still, *untried)}, {name(h) for h in chosen}
    return {
        "chosen": list(chosen),
        "released": [h for h in chosen if name(h) not in wait],
        "still": list(still),
        "untried": list(untried),
        "left": [h for h in found if name(h) not in meant],
    }


def name(hold: Hold) -> tuple[str, str]:
    """What tells holds apart: processor and person."""
    return hold["processor"], hold["client_ref"]


def line(hold: Hold) -> str:
    """One hold on one line."""
    return f"{hold['client_ref']}  {hold['processor']:<13} {hold['cause']} {hold['pointer']}".rstrip()
