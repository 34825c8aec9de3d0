"""Proves that nothing was lost, doubled or put out of order: lanes are dense, rows and findings are what facts say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kernel.decode import Decoder
from kernel.person import Units
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal
from kernel.verify_person import Look, Looker, verdict

CHUNK = 25
"""Persons of one look: with a year of facts each they must be read within the seconds that a transaction may idle."""
NAMED = 100
"""Differences that are named; all are counted."""


@dataclass(slots=True)
class Report:
    """What a verification found; `lost`, `doubled`, `out_of_order` and `differing` should be zero.

    `compared` counts whoever was looked at, organisations too, once for each processor;
    `held` are persons on hold and `erased` references of erased ones; `pending` counts persons of whom a worker still
    owes something (a wake-up that is due, a sweep, newer rules, a merge in flight), so that nothing can be said.
    """

    facts: int = 0
    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0
    differing: int = 0
    compared: int = 0
    held: list[dict[str, str]] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)
    pending: int = 0
    differences: list[dict[str, str]] = field(default_factory=list)

    @property
    def right(self) -> bool:
        """Nothing lost, doubled, out of order or differing."""
        return not (self.lost or self.doubled or self.out_of_order or self.differing)

    def differs(self, **what: str) -> None:
        """Count one difference and keep the first hundred, by reference only."""
        self.differing += 1
        if len(self.differences) < NAMED:
            self.differences.append(what)


class Verifier:
    """Verifies lane by lane and person by person, each look in one short snapshot, beside whatever goes on.

    It shares nothing with the reaction but the units themselves. Whoever seems to differ is looked at once more: her
    keys may have been destroyed, or a view switched, between the snapshot and the reading.
    """

    def __init__(
        self, journal: PgJournal, decoder: Decoder, progress: Callable[[str, int], None] | None = None
    ) -> None:
        self._journal, self._looker = journal, Looker(journal, decoder)
        self._progress = progress
        self._units: dict[str, Units] = {}
        """Those of each processor, with what a type of fact is to them worked out once, and noting of their own."""

    async def lanes(self, report: Report) -> None:
        """(a) Lanes are dense, counters true, checkpoints not beyond the head, conclusions after their cause."""
        for lane in range(self._journal.instance.lanes + 1):
            await self.lane(lane, report)

    async def lane(self, lane: int, report: Report) -> None:
        """The same for one lane."""
        with translated():
            row = await self._journal.pool.fetchrow(LANE, lane)
            report.out_of_order += await self._journal.pool.fetchval(EARLY, lane)
        report.facts += row["facts"]
        counter, head = row["counter"], row["head"]
        report.lost += max(counter, head) - row["seqs"] + max(0, head - counter) + row["ahead"]
        report.doubled += (row["facts"] - row["seqs"]) + (row["facts"] - row["names"])

    async def processor(
        self, units: Units, report: Report, ruleset: int | None = None, lanes: Collection[int] | None = None
    ) -> None:
        """(b) live rows are the fold to the checkpoint, (c) open findings are what the rules say there.

        `ruleset` is the number of the rules that are looked with: lanes that others have claimed can only wait. Of some
        `lanes` only, if they are given; rows of nobody are looked for by whoever has lane 0.
        """
        lanes = range(self._journal.instance.lanes + 1) if lanes is None else lanes
        for lane in lanes:
            after: str | None = ""
            while after is not None:
                after = await self.some(units, lane, after, CHUNK, report, ruleset)
            if self._progress:
                self._progress(units.processor, lane)
        if 0 in lanes:
            await self._strangers(units, report)

    async def some(
        self, units: Units, lane: int, after: str, limit: int, report: Report, ruleset: int | None = None
    ) -> str | None:
        """The next few persons of a lane after one ("": from the start); the last of them, None at the end."""
        look = await self._looker.next(units, lane, after, limit, ruleset)
        for subject in look.persons if look else ():
            found = self._judge(units, subject, look, report)
            if found:
                again = await self._looker.again(units, lane, subject, ruleset)
                for what in self._judge(units, subject, again, None):
                    report.differs(processor=units.processor, client_ref=subject, **what)
        subjects = list(look.persons) if look else []
        report.compared += len(subjects)
        return subjects[-1] if len(subjects) == limit else None

    def _judge(self, units: Units, subject: str, look: Look | None, report: Report | None) -> Sequence[dict[str, str]]:
        """What differs of one person. What else is to be told of her is noted in the report, if there is one."""
        if look is None:
            return ()
        person = look.persons[subject]
        report = report or Report()
        if person.erased and units.processor == "referrals":
            report.erased.append(subject)
        if person.held:
            report.held.append({"processor": units.processor, "client_ref": subject, "cause": person.held})
        elif look.waits(subject):
            report.pending += 1
        else:
            mine = self._units.setdefault(units.processor, replace(units, applying=[]))
            return verdict(mine, subject, look)
        return ()

    async def _strangers(self, units: Units, report: Report) -> None:
        """Rows of nobody."""
        for view in units.views:
            with translated():
                rows: list[Any] = await self._journal.pool.fetch(
                    f"""SELECT DISTINCT v.subject::text AS subject FROM view.{view.name} v
                         WHERE NOT EXISTS (SELECT FROM journal.person p WHERE p.subject = v.subject)"""
                )
            for row in rows:
                report.differs(processor=units.processor, view=view.name, client_ref=row["subject"], what="nobody")


LANE = """
    SELECT l.seq AS counter, count(f.seq) AS facts, coalesce(max(f.seq), 0) AS head, count(DISTINCT f.seq) AS seqs,
           count(DISTINCT (f.source, f.id)) FILTER (WHERE f.seq IS NOT NULL) AS names,
           (SELECT count(*) FROM react.checkpoint c WHERE c.lane = l.lane AND c.seq > l.seq) AS ahead
      FROM journal.lane l LEFT JOIN journal.fact f USING (lane) WHERE l.lane = $1 GROUP BY l.lane, l.seq"""

EARLY = """
    SELECT count(*) FROM journal.fact f
     WHERE f.lane = $1 AND f.attributes LIKE '%"causationid"%' AND f.source LIKE 'urn:polku:%:polku-%'
       AND f.subject IS NOT NULL AND NOT EXISTS (
           SELECT FROM journal.fact c WHERE c.id = f.attributes::jsonb ->> 'causationid'
              AND c.subject IN (SELECT f.subject UNION SELECT subject FROM journal.person WHERE merged_into = f.subject)
              AND (c.lane <> f.lane OR c.seq < f.seq))"""
