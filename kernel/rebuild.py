"""Fills generations of views from the journal by one reading: persons in bulk, then what came since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from uuid import UUID

import asyncpg

from kernel.decode import Decoder
from kernel.errors import Fenced
from kernel.generation import NOBODY, UNHURRIED, Filled, Generation, PgGenerations, Step
from kernel.person import Units
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal
from kernel.pg_reaction import BAD_DATA, tried
from kernel.refold import Folded, Live, Refold
from kernel.view_rows import columns_of, copy, upsert
from kernel.views import Row

FOLLOWED = 5_000
"""Facts of a lane that one step of following passes at most."""

Put = tuple[str, Row]
Lanes = Sequence[Filled]
"""One lane of each of some generations, which stand at one place and move together in one transaction."""


class Rebuild:
    """Fills generations of a processor's views. Rules, alerts and channels are silent: it only writes rows."""

    def __init__(self, journal: PgJournal, units: Units, decoder: Decoder) -> None:
        self.journal, self.processor = journal, units.processor
        self.refold, self.generations = Refold(journal, units, decoder), PgGenerations(journal.pool)
        self.views = {v.name: v for v in units.views}

    async def fill(self, lanes: Lanes, most: int) -> tuple[list[Filled], int]:
        """The next persons of a lane, at most so many; answers the lanes as they stand now and the facts read.

        Fenced when another process has taken one of the lanes.
        """
        lane, after = lanes[0].lane, lanes[0].after
        live = await self.refold.live(self.journal.pool, lane)
        seq = live.seq if after == NOBODY else lanes[0].seq
        with translated():
            found = await self.journal.pool.fetch(
                """SELECT subject FROM journal.person WHERE lane = $1 AND subject > $2 AND erased IS NULL
                    ORDER BY subject LIMIT $3""",
                *(lane, after, most),
            )
        subjects = [str(r["subject"]) for r in found]
        held = lanes[0].held.union(f"{s} {live.held[s]}" for s in subjects if s in live.held)
        after = found[-1]["subject"] if found else after
        step = Step(seq, after, len(found) < most, held, subjects)
        folded = await self.refold.rows(_views(lanes), lane, seq, subjects, live)
        return await self._write(lanes, step, folded), folded.facts

    async def follow(self, lanes: Lanes) -> list[Filled]:
        """Filled lanes as far as the live one, or a step towards it: whom facts since then concern is folded anew.

        When policy changed what a view foresees, its lane has to be filled once more. Fenced as in `fill`.
        """
        live = await self.refold.live(self.journal.pool, lanes[0].lane)
        moved = [at for at in lanes if at.seq == live.seq and at.held == live.told and not at.failed]
        behind = [at for at in lanes if at not in moved]
        for _, some in groupby(sorted(behind, key=_standing), _standing):
            moved += await self._follow(list(some), live)
        return moved

    async def _follow(self, lanes: Lanes, live: Live) -> list[Filled]:
        lane, seq = lanes[0].lane, lanes[0].seq
        upto = min(live.seq, seq + FOLLOWED)
        again = [at for at in lanes if await self.refold.policy_moves(at.of.view, lane, seq, upto)]
        lanes = [at for at in lanes if at not in again]
        moved = await self._write(again, Step(seq, NOBODY, False, frozenset()), Folded({}, {})) if again else []
        if lanes:
            step = Step(upto, lanes[0].after, True, live.told, await self.concerned(lanes, upto, live))
            folded = await self.refold.rows(_views(lanes), lane, upto, step.looked, live)
            moved += await self._write(lanes, step, folded)
        return moved

    async def concerned(self, lanes: Lanes, upto: int, live: Live) -> list[str]:
        """Whom facts since then are about, who waits or waits no longer, and who could not be folded."""
        at = lanes[0]
        changed = {entry.partition(" ")[0] for entry in live.told ^ at.held}
        failed = {subject for one in lanes for subject in one.failed}
        return sorted({*await self.refold.touched(at.lane, at.seq, upto), *changed, *failed})

    async def _write(self, lanes: Lanes, step: Step, folded: Folded) -> list[Filled]:
        try:
            return await self._commit(lanes, step, folded)
        except BAD_DATA:
            for at in lanes:
                await self.leave_out(at.of, folded, folded.rows[at.of.view])
            return await self._commit(lanes, step, folded)

    async def _commit(self, lanes: Lanes, step: Step, folded: Folded) -> list[Filled]:
        try:
            with translated():
                async with self.journal.pool.acquire() as connection, connection.transaction():
                    await connection.execute(UNHURRIED)
                    return await self.write(connection, lanes, step, folded)
        except asyncpg.UndefinedTableError as error:
            raise Fenced(f"one of {_views(lanes)} was dropped") from error

    async def write(self, connection: asyncpg.Connection, lanes: Lanes, step: Step, folded: Folded) -> list[Filled]:
        """The step and its rows, in the caller's transaction; the numbers first, so that nobody writes without them."""
        put = {view: [(s, row) for s, rows in found.items() for row in rows] for view, found in folded.rows.items()}
        moved = []
        for at in lanes:
            failed, rows = folded.failed.get(at.of.view, ()), len(put.get(at.of.view, ()))
            moved.append(await self.generations.move(connection, at, step, failed, folded.facts, rows))
        if step.looked:
            alive = await self._alive(connection, step.looked)
            for at in lanes:
                await self._store(connection, at.of, step.looked, [p for p in put[at.of.view] if p[0] in alive])
        return moved

    async def _alive(self, connection: asyncpg.Connection, subjects: Iterable[str]) -> set[str]:
        """Who is not erased. Locked: an erasure comes before, and is seen, or waits until we are through."""
        rows = await connection.fetch(
            "SELECT subject::text AS s FROM journal.person WHERE subject = ANY($1) AND erased IS NULL FOR SHARE",
            [UUID(s) for s in subjects],
        )
        return {r["s"] for r in rows}

    async def _store(
        self, connection: asyncpg.Connection, generation: Generation, subjects: Iterable[str], rows: Sequence[Put]
    ) -> None:
        """Put these persons' rows in the place of what they had."""
        view, refs = self.views[generation.view], [UUID(s) for s in subjects]
        await connection.execute(f"DELETE FROM {generation.table} WHERE subject = ANY($1)", refs)
        if rows and generation.kept:  # it has row security, which COPY does not know
            await connection.execute(upsert(view, generation.table), *columns_of(view, rows))
        elif rows:
            await copy(connection, view, generation.table, rows)

    async def leave_out(self, generation: Generation, folded: Folded, subjects: Iterable[str]) -> None:
        """Let those of these fail whose rows the database does not take: each person is tried alone."""
        rows = folded.rows[generation.view]
        for subject in [s for s in subjects if s in rows]:
            try:
                async with tried(self.journal.pool) as connection:
                    await self._store(connection, generation, [subject], [(subject, row) for row in rows[subject]])
            except BAD_DATA:
                folded.failed[generation.view].append(subject)
                del rows[subject]


def _views(lanes: Lanes) -> tuple[str, ...]:
    return tuple(at.of.view for at in lanes)


def _standing(at: Filled) -> tuple[int, list[str]]:
    return at.seq, sorted(at.held)
