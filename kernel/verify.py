"""Proves that nothing was lost, doubled or put out of order: lanes are dense, rows and findings are what facts say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from kernel.conclude import Seen, content_of, evaluate, remember
from kernel.decode import Decoder
from kernel.errors import Poison
from kernel.params import Reference
from kernel.person import Person, Units
from kernel.person_reader import PersonReader
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal
from kernel.pg_lane import PgLanes
from kernel.policy import Policy
from kernel.views import View


@dataclass(slots=True)
class Report:
    """What a verification found; everything but `facts`, `held`, `erased` and `pending` should be zero."""

    facts: int = 0
    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0
    differing: int = 0
    held: list[dict[str, str]] = field(default_factory=list)
    erased: int = 0
    pending: int = 0
    differences: list[dict[str, str]] = field(default_factory=list)

    @property
    def right(self) -> bool:
        """Nothing lost, doubled, out of order or differing."""
        return not (self.lost or self.doubled or self.out_of_order or self.differing)

    def differs(self, **what: str) -> None:
        """Count one difference and keep the first hundred, by reference only."""
        self.differing += 1
        if len(self.differences) < 100:
            self.differences.append(what)


class Verifier:
    """Verifies one processor after another, lane by lane, each lane in one snapshot."""

    def __init__(
        self, journal: PgJournal, decoder: Decoder, progress: Callable[[str, int], None] | None = None
    ) -> None:
        self._journal, self._decoder = journal, decoder
        self._progress = progress

    async def lanes(self, report: Report) -> None:
        """(a) Lanes are dense, counters true, checkpoints not beyond the head, conclusions after their cause."""
        with translated():
            rows = await self._journal.pool.fetch(
                """SELECT l.lane, l.seq AS counter, count(f.seq) AS facts, coalesce(max(f.seq), 0) AS head,
                          count(DISTINCT f.seq) AS seqs,
                          count(DISTINCT (f.source, f.id)) FILTER (WHERE f.seq IS NOT NULL) AS names
                     FROM journal.lane l LEFT JOIN journal.fact f USING (lane) GROUP BY l.lane, l.seq"""
            )
            ahead = await self._journal.pool.fetchval(
                "SELECT count(*) FROM react.checkpoint c JOIN journal.lane l USING (lane) WHERE c.seq > l.seq"
            )
            early = await self._journal.pool.fetchval(
                """SELECT count(*) FROM journal.fact f
                    WHERE f.attributes LIKE '%"causationid"%' AND f.source LIKE 'urn:polku:%:polku-%'
                      AND f.subject IS NOT NULL AND NOT EXISTS (
                          SELECT FROM journal.fact c WHERE c.id = f.attributes::jsonb ->> 'causationid'
                             AND c.subject IN (SELECT f.subject UNION SELECT subject FROM journal.person
                                                WHERE merged_into = f.subject)
                             AND (c.lane <> f.lane OR c.seq < f.seq))"""
            )
        for row in rows:
            report.facts += row["facts"]
            report.lost += abs(row["counter"] - row["facts"]) + abs(row["head"] - row["facts"])
            report.doubled += (row["facts"] - row["seqs"]) + (row["facts"] - row["names"])
        report.lost += ahead
        report.out_of_order += early

    async def processor(self, units: Units, report: Report) -> None:
        """(b) live rows are the fold to the checkpoint, (c) open findings are what the rules say there."""
        for lane in range(self._journal.instance.lanes + 1):
            with translated():
                async with (
                    self._journal.pool.acquire() as connection,
                    connection.transaction(isolation="repeatable_read", readonly=True),
                ):
                    await self._lane(connection, units, lane, report)
            if self._progress:
                self._progress(units.processor, lane)

    async def _lane(self, connection: Any, units: Units, lane: int, report: Report) -> None:
        upto = await connection.fetchval(
            "SELECT seq FROM react.checkpoint WHERE processor = $1 AND lane = $2", units.processor, lane
        )
        if upto is None:
            return
        lanes = PgLanes(connection, units.processor, 0)
        policy = Policy(lanes, self._decoder, units, self._journal.instance.operator)
        reference = await policy.at(lane, await policy.position(lane, upto), Reference())
        now = await lanes.instant(lane, upto)
        persons = await connection.fetch(
            """SELECT p.subject::text AS subject, p.merged_into IS NOT NULL OR p.erased IS NOT NULL AS dead,
                      p.erased IS NOT NULL AS erased, h.cause AS held, w.due <= $3 AS due, w.due AS wake
                 FROM journal.person p
                 LEFT JOIN react.hold h ON h.processor = $1 AND h.subject = p.subject
                 LEFT JOIN react.wakeup w ON w.processor = $1 AND w.subject = p.subject
                WHERE p.lane = $2""",
            *(units.processor, lane, now),
        )
        reader = PersonReader(connection, self._decoder, units)
        histories = await reader.histories([p["subject"] for p in persons], upto)
        heads = await reader.heads([p["subject"] for p in persons])
        stored = {v.name: await _stored(connection, v, lane) for v in units.views}
        for person in persons:
            subject = person["subject"]
            actual = {name: rows.get(subject, {}) for name, rows in stored.items()}
            report.erased += bool(person["erased"]) and units.processor == "referrals"
            if person["held"]:
                report.held.append({"processor": units.processor, "client_ref": subject, "cause": person["held"]})
            elif person["due"] or (person["dead"] and not histories[subject].dead):
                report.pending += 1
            elif histories[subject].dead:
                _compare(units, subject, {v.name: {} for v in units.views}, actual, report)
            else:
                fresh = heads[subject] <= upto
                seen = self._person(units, subject, histories[subject].facts, reference, now, actual, fresh, report)
                if seen and seen.next != person["wake"]:
                    report.differs(processor=units.processor, client_ref=subject, what="wake-up")

    def _person(
        self,
        units: Units,
        subject: str,
        facts: Sequence[Any],
        reference: Reference,
        now: Any,
        actual: Mapping[str, Mapping[tuple[Any, ...], Any]],
        fresh: bool,
        report: Report,
    ) -> Seen | None:
        try:
            person = Person(units, facts)
        except Poison as poison:
            report.differs(processor=units.processor, client_ref=subject, what=f"cannot be folded: {poison.cause}")
            return None
        seen = evaluate(units.rules, person.state, reference, person.personal, now)
        person.forecast(seen)
        expected = {v.name: {_key(v, r): _plain(v, r) for r in person.rows[v.name]} for v in units.views}
        _compare(units, subject, expected, actual, report)
        if not fresh:
            return seen
        memory = remember(person.facts.values(), units.by_id)
        said = {name: next(iter(raises.values())) for name, raises in memory.open.items()}
        want = {name: content_of(conclusion) for name, conclusion in seen.wanted.items()}
        for name in said.keys() | want.keys():
            if said.get(name) != want.get(name):
                report.differs(processor=units.processor, client_ref=subject, what="finding " + " ".join(name))
        return seen


def _compare(
    units: Units, subject: str, expected: Mapping[str, Any], actual: Mapping[str, Any], report: Report
) -> None:
    for view in units.views:
        want, have = expected[view.name], actual[view.name]
        for key in want.keys() | have.keys():
            if want.get(key) != have.get(key):
                report.differs(view=view.name, client_ref=subject, what=" ".join(map(str, key)))


async def _stored(connection: Any, view: View, lane: int) -> dict[str, dict[tuple[Any, ...], Any]]:
    rows = await connection.fetch(
        f"SELECT v.* FROM view.{view.name} v JOIN journal.person p USING (subject) WHERE p.lane = $1", lane
    )
    found: dict[str, dict[tuple[Any, ...], Any]] = {}
    for row in rows:
        plain = _plain(view, row, stored=True)
        found.setdefault(str(row["subject"]), {})[_key(view, plain, ready=True)] = plain
    return found


def _key(view: View, row: Mapping[str, Any], *, ready: bool = False) -> tuple[Any, ...]:
    plain = row if ready else _plain(view, row)
    return tuple(plain[k] for k in view.key)


def _plain(view: View, row: Mapping[str, Any], *, stored: bool = False) -> dict[str, Any]:
    """A row in the form in which both sides can be compared."""
    return {c.name: _value(c.type, row[c.name] if stored else row.get(c.name), stored) for c in view.columns}


def _value(type_: str, value: Any, stored: bool) -> Any:
    if value is None:
        return None
    if type_ == "jsonb":
        return orjson.loads(value) if stored else orjson.loads(orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS))
    if type_ in ("uuid", "text"):
        return str(value)
    if type_ == "text[]":
        return [str(v) for v in value]
    return value
