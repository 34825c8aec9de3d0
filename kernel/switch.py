"""Makes another generation of a view the one that is read: one short transaction that the live lanes wait for."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import asyncpg

from kernel.errors import Again, Fenced
from kernel.generation import Filled, Generation, Step
from kernel.pg_errors import translated
from kernel.pg_reaction import BAD_DATA
from kernel.rebuild import Rebuild
from kernel.refold import Live

TAIL = 2_000
"""Facts that all lanes together may be behind when the live lanes are stopped for the switch."""
LOOK = "SET LOCAL lock_timeout = '1s'"
"""Who reads the view waits behind us: we rather try once more."""


async def switch(
    rebuild: Rebuild, generation: Generation, without: Collection[str] = (), compared: Mapping[int, int] = {}
) -> None:
    """All or nothing. Again when it has to be tried once more, after following; doing it twice is no error.

    `without`: who is known to be left out; of anybody else it has to be told first. `compared`: as far as which fact of
    each lane; what policy has moved since has to be compared once more. Fenced when it was dropped.
    """
    try:
        with translated():
            async with rebuild.journal.pool.acquire() as connection, connection.transaction():
                await connection.execute(LOOK)
                await _stop_live(connection, rebuild.processor)
                await _catch_up(connection, rebuild, generation, without, compared)
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
    connection: asyncpg.Connection,
    rebuild: Rebuild,
    generation: Generation,
    without: Collection[str],
    compared: Mapping[int, int],
) -> None:
    lanes = await rebuild.generations.seize(connection, generation)
    lives = {lane.lane: await rebuild.refold.live(connection, lane.lane) for lane in lanes}
    if sum(lives[lane.lane].seq - lane.seq for lane in lanes) > TAIL or not all(lane.filled for lane in lanes):
        raise Again("the generation is too far behind")
    for lane in lanes:
        live, since = lives[lane.lane], compared.get(lane.lane, lane.seq)
        if await rebuild.refold.policy_moves(generation.view, lane.lane, since, live.seq):
            raise Again("policy changed, and with it what the view foresees")
        follows = live.seq != lane.seq or live.told != lane.held
        failed = (await _tail(connection, rebuild, lane, live) if follows else lane).failed
        if set(failed).difference(without):
            raise Again("somebody cannot be folded")


async def _tail(connection: asyncpg.Connection, rebuild: Rebuild, lane: Filled, live: Live) -> Filled:
    subjects = await rebuild.concerned([lane], live.seq, live)
    folded = await rebuild.refold.rows((lane.of.view,), lane.lane, live.seq, subjects, live)
    await rebuild.leave_out(lane.of, folded, lane.failed)
    step = Step(live.seq, lane.after, True, live.told, subjects)
    (moved,) = await rebuild.write(connection, [lane], step, folded)
    return moved
