"""Fills a generation of a view from the journal: persons in bulk, then what came since, in short transactions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

import asyncpg

from kernel.decode import Decoder
from kernel.errors import Fenced
from kernel.generation import NOBODY, Filled, Generation, PgGenerations, Step
from kernel.person import Units
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal
from kernel.pg_reaction import BAD_DATA
from kernel.refold import Folded, Live, Refold
from kernel.view_rows import columns_of, copy, upsert
from kernel.views import Row

FOLLOWED = 5_000
"""Facts of a lane that one step of following passes at most."""

Put = tuple[str, Row]


class Rebuild:
    """Fills the lanes of a generation. Rules, alerts and channels are silent: it only writes rows."""

    def __init__(self, journal: PgJournal, units: Units, decoder: Decoder, view: str) -> None:
        self.journal, self.refold = journal, Refold(journal, units, decoder, view)
        self.view, self.processor = self.refold.view, units.processor
        self.generations = PgGenerations(journal.pool, self.view)

    async def fill(self, generation: Generation, lane: Filled, most: int) -> tuple[Filled, int]:
        """The next persons of a lane, at most so many; answers the lane as it stands now and the facts read.

        Fenced when another process has taken the lane.
        """
        live = await self.refold.live(self.journal.pool, lane.lane)
        seq = live.seq if lane.after == NOBODY else lane.seq
        with translated():
            found = await self.journal.pool.fetch(
                """SELECT subject FROM journal.person WHERE lane = $1 AND subject > $2 AND erased IS NULL
                    ORDER BY subject LIMIT $3""",
                *(lane.lane, lane.after, most),
            )
        subjects = [str(r["subject"]) for r in found]
        held = frozenset(f"{s} {live.held[s]}" for s in subjects if s in live.held)
        after = found[-1]["subject"] if found else lane.after
        step = Step(seq, after, len(found) < most, lane.held | held, subjects)
        folded = await self.refold.rows(lane.lane, seq, subjects, live)
        return await self._write(generation, lane, step, folded), folded.facts

    async def follow(self, generation: Generation, lane: Filled) -> Filled:
        """A filled lane as far as the live one, or a step towards it: whom facts since then concern is folded anew.

        When policy changed what the view foresees, the lane has to be filled once more. Fenced as in `fill`.
        """
        live = await self.refold.live(self.journal.pool, lane.lane)
        if live.seq == lane.seq and live.told == lane.held and not lane.failed:
            return lane
        upto = min(live.seq, lane.seq + FOLLOWED)
        if await self.refold.policy_moves(lane.lane, lane.seq, upto):
            return await self._write(generation, lane, Step(lane.seq, NOBODY, False, frozenset()), Folded({}, [], 0))
        subjects = await self.concerned(lane, upto, live)
        step = Step(upto, lane.after, True, live.told, subjects)
        return await self._write(generation, lane, step, await self.refold.rows(lane.lane, upto, subjects, live))

    async def concerned(self, lane: Filled, upto: int, live: Live) -> list[str]:
        """Whom facts since then are about, who waits or waits no longer, and who could not be folded."""
        changed = {entry.partition(" ")[0] for entry in live.told ^ lane.held}
        return sorted({*await self.refold.touched(lane.lane, lane.seq, upto), *changed, *lane.failed})

    async def _write(self, generation: Generation, lane: Filled, step: Step, folded: Folded) -> Filled:
        try:
            return await self._commit(generation, lane, step, folded)
        except BAD_DATA:
            refused = await self._refused(generation, folded)
            rows = {s: r for s, r in folded.rows.items() if s not in refused}
            return await self._commit(
                generation, lane, step, replace(folded, rows=rows, failed=[*folded.failed, *refused])
            )

    async def _commit(self, generation: Generation, lane: Filled, step: Step, folded: Folded) -> Filled:
        try:
            with translated():
                async with self.journal.pool.acquire() as connection, connection.transaction():
                    return await self.write(connection, generation, lane, step, folded)
        except asyncpg.UndefinedTableError as error:
            raise Fenced(f"{generation.table} was dropped") from error

    async def write(
        self, connection: asyncpg.Connection, generation: Generation, lane: Filled, step: Step, folded: Folded
    ) -> Filled:
        """The step and its rows, in the caller's transaction; the number first, so that nobody writes without it."""
        put = [(s, row) for s, rows in folded.rows.items() for row in rows]
        told = replace(step, failed=folded.failed, persons=len(step.looked), facts=folded.facts, rows=len(put))
        moved = await self.generations.move(connection, generation, lane, told)
        await self._store(connection, generation, step.looked, put)
        return moved

    async def _store(
        self, connection: asyncpg.Connection, generation: Generation, subjects: Sequence[str], put: Iterable[Put]
    ) -> None:
        """Put these persons' rows in the place of what they had."""
        if not subjects:
            return
        refs = [UUID(s) for s in subjects]
        alive = await connection.fetch(  # locked: an erasure comes before, and is seen, or waits until we are through
            "SELECT subject::text AS s FROM journal.person WHERE subject = ANY($1) AND erased IS NULL FOR SHARE", refs
        )
        await connection.execute(f"DELETE FROM {generation.table} WHERE subject = ANY($1)", refs)
        left = {r["s"] for r in alive}
        rows = [entry for entry in put if entry[0] in left]
        if rows and generation.kept:  # it has row security, which COPY does not know
            await connection.execute(upsert(self.view, generation.table), *columns_of(self.view, rows))
        elif rows:
            await copy(connection, self.view, generation.table, rows)

    async def _refused(self, generation: Generation, folded: Folded) -> list[str]:
        """Whose rows the database does not take: each person is tried alone."""
        found: list[str] = []
        for subject, rows in folded.rows.items():
            try:
                with translated():
                    async with self.journal.pool.acquire() as connection:
                        transaction = connection.transaction()
                        await transaction.start()
                        try:
                            await self._store(connection, generation, [subject], [(subject, r) for r in rows])
                        finally:
                            await transaction.rollback()
            except BAD_DATA:
                found.append(subject)
        return found
