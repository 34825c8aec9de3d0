"""Makes another generation of a view the one that is read: one short transaction that the live lanes wait for."""

from __future__ import annotations

from collections.abc import Collection

import asyncpg

from kernel.errors import Again, Fenced
from kernel.generation import Filled, Generation, Step
from kernel.pg_errors import translated
from kernel.pg_reaction import BAD_DATA
from kernel.rebuild import Rebuild

TAIL = 2_000
"""Facts that all lanes together may be behind when the live lanes are stopped for the switch."""
LOOK = "SET LOCAL lock_timeout = '1s'"
"""Who reads the view waits behind us: we rather try once more."""


async def switch(rebuild: Rebuild, generation: Generation, without: Collection[str] = ()) -> None:
    """All or nothing. Again when it has to be tried once more, after following; doing it twice is no error.

    `without`: who is known to be left out; of anybody else it has to be told first. Fenced when it was dropped.
    """
    try:
        with translated():
            async with rebuild.journal.pool.acquire() as connection, connection.transaction():
                await connection.execute(LOOK)
                await _stop_live(connection, rebuild.processor)
                await _catch_up(connection, rebuild, generation, without)
                await connection.execute("SELECT view.activate($1, $2)", generation.view, generation.number)
    except BAD_DATA as error:
        raise Again("somebody's rows are refused") from error
    except asyncpg.UndefinedTableError as error:
        raise Fenced(f"{generation.table} was dropped") from error


async def _stop_live(connection: asyncpg.Connection, processor: str) -> None:
    """Hold every checkpoint of the processor, in the order of lanes; a lane never claimed gets one to be held."""
    await connection.execute(
        """INSERT INTO react.checkpoint (processor, lane, era)
           SELECT $1, l.lane, i.era FROM journal.lane l, journal.instance i ORDER BY l.lane ON CONFLICT DO NOTHING""",
        processor,
    )
    await connection.execute(
        "SELECT lane FROM react.checkpoint WHERE processor = $1 ORDER BY lane FOR UPDATE", processor
    )


async def _catch_up(
    connection: asyncpg.Connection, rebuild: Rebuild, generation: Generation, without: Collection[str]
) -> None:
    lanes = await rebuild.generations.seize(connection, generation)
    lives = {lane.lane: await rebuild.refold.live(connection, lane.lane) for lane in lanes}
    if sum(lives[lane.lane].seq - lane.seq for lane in lanes) > TAIL or not all(lane.filled for lane in lanes):
        raise Again("the generation is too far behind")
    for lane in lanes:
        live = lives[lane.lane]
        if live.seq != lane.seq or live.told != lane.held:
            failed = (await _tail(connection, rebuild, lane, live.seq)).failed
        else:
            failed = lane.failed
        if set(failed).difference(without):
            raise Again("somebody cannot be folded")


async def _tail(connection: asyncpg.Connection, rebuild: Rebuild, lane: Filled, upto: int) -> Filled:
    view = lane.of.view
    if await rebuild.refold.policy_moves(view, lane.lane, lane.seq, upto):
        raise Again("policy changed, and with it what the view foresees")
    live = await rebuild.refold.live(connection, lane.lane)
    subjects = await rebuild.concerned([lane], upto, live)
    folded = await rebuild.refold.rows((view,), lane.lane, upto, subjects, live)
    await rebuild.leave_out(lane.of, folded, lane.failed)
    (moved,) = await rebuild.write(connection, [lane], Step(upto, lane.after, True, live.told, subjects), folded)
    return moved
