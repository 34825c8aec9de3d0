"""Feeds in PostgreSQL: facts in their lanes' order without their content, through the disclosure policy, and logged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from kernel import observe
from kernel.calendar import day_of
from kernel.decode import Catalogue, Decoder, opened
from kernel.disclosure import Policy, Viewer
from kernel.facts import Fact
from kernel.journal import ERASED, RETRACTED
from kernel.keys import Keys
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal
from kernel.stored import COLUMNS, Stored, from_row
from services.gateway.access import Caller
from services.gateway.feed_gate import RECORD, Gate, names, relations_by
from services.gateway.feeding import Entry, Feed, Page, Place
from services.gateway.pg_arrival import Arrivals

CHANNEL = "feed"
SHOWN = ("id", "method", "recordedtime", "source", "subject", "time", "type")
"""What is told of a fact."""

ERASURE = "EU2016/679-19"
"""Whoever was shown something of a person is told that it was erased."""

FIRST, FASTER = 8, 4
"""Facts of each lane that are looked through at first, and how many times more when nothing was found among them."""

EXAMINED = 2_000
"""Facts that one reading looks at before it answers with what it has."""

ENDS = "SELECT lane, seq FROM react.checkpoint WHERE processor = $1 AND lane > 0 ORDER BY lane"
"""Only as far as it is known who has to do with whom: what lies beyond is read when that is known too."""

KINDS = "SELECT coalesce(array_agg(DISTINCT relation), '{}') FROM view.relations WHERE org = $1"

# Whoever has merged references has the facts that lie under the old ones. OFFSET 0: by the index, person by person.
FOUND = f"""
    WITH RECURSIVE w AS (SELECT * FROM unnest($2::smallint[], $3::bigint[], $4::bigint[]) w (lane, after, upto)),
    related AS MATERIALIZED (SELECT subject, array_agg(relation) AS relations FROM view.relations WHERE org = $1
                              GROUP BY subject),
    merged AS (SELECT subject, merged_into AS now FROM journal.person WHERE merged_into IS NOT NULL
                UNION SELECT m.subject, p.merged_into FROM merged m JOIN journal.person p ON p.subject = m.now
                       WHERE p.merged_into IS NOT NULL),
    whom AS MATERIALIZED (SELECT subject, relations FROM related
                           UNION ALL
                          SELECT DISTINCT ON (m.subject) m.subject, r.relations
                            FROM merged m JOIN related r ON r.subject = m.now
                           WHERE NOT EXISTS (SELECT FROM related o WHERE o.subject = m.subject))
    SELECT {COLUMNS}, relations FROM (
        SELECT f.*, whom.relations, f.seq - w.after AS step
          FROM whom JOIN journal.person p USING (subject) JOIN w ON w.lane = p.lane CROSS JOIN LATERAL (
               SELECT * FROM journal.fact f
                WHERE f.subject = whom.subject AND f.seq > w.after AND f.seq <= w.upto
                  AND (f.type = ANY($5) OR ($6 AND f.type <> ALL($7)) OR f.type = '{RETRACTED}'
                       OR (f.type = ANY($8) AND split_part(f.source, ':', 3) = $1)) OFFSET 0) f
         UNION ALL
        SELECT f.*, NULL, f.seq - w.after
          FROM w CROSS JOIN LATERAL (
               SELECT * FROM journal.fact f
                WHERE f.lane = w.lane AND f.seq > w.after AND f.seq <= w.upto
                  AND f.type IN ('{RETRACTED}', '{ERASED}') OFFSET 0) f
         WHERE (f.type = '{ERASED}' OR NOT EXISTS (SELECT FROM whom WHERE whom.subject = f.subject))
           AND EXISTS (SELECT FROM disclosure.log l
                        WHERE l.subject = f.subject AND l.org = $1 AND l.record <> 'client.resolve')) found
     ORDER BY step, lane LIMIT $9"""

NAMED = f"""
    SELECT {COLUMNS} FROM unnest($1::text[], $2::text[]) w (s, i),
           LATERAL (SELECT * FROM journal.fact WHERE source = w.s AND id = w.i LIMIT 1) f"""


Taken = Mapping[tuple[int, int], Stored | None]


class _Found(NamedTuple):
    """A fact that may be told, and the reader's relations to its person (empty: it has none any more)."""

    row: Stored
    relations: frozenset[str]


class PgFeeding:
    """See `services.gateway.feeding.Feeding`."""

    def __init__(self, journal: PgJournal, policy: Policy, catalogue: Catalogue, relations_by: str) -> None:
        """`relations_by` is the processor that fills the view of who has to do with whom."""
        self._journal, self._policy, self._relations_by = journal, policy, relations_by
        self._decoder = Decoder(catalogue, journal.keys, journal.instance.operator)
        self._types, self._arrivals = catalogue.events, Arrivals(journal.pool)

    @property
    def era(self) -> str:
        """See `Feeding.era`."""
        return self._journal.instance.era

    async def ends(self) -> Place:
        """See `Feeding.ends`."""
        with translated():
            rows = await self._journal.pool.fetch(ENDS, self._relations_by)
        return {row["lane"]: row["seq"] for row in rows}

    async def wait(self, after: Place, seconds: float) -> bool:
        """See `Feeding.wait`."""
        return await self._arrivals.beyond(self._relations_by, after, seconds)

    async def page(self, caller: Caller, feed: Feed, after: Place, limit: int) -> Page:
        """See `Feeding.page`. A page that is not full ends where enough was looked at, or where there is no more."""
        viewer = replace(caller.viewer, channel=CHANNEL)
        with translated():
            async with self._journal.pool.acquire() as connection, connection.transaction():
                now: datetime = await connection.fetchval("SELECT journal.now()")
                await connection.execute("SELECT set_config('polku.org', $1, true)", viewer.org)
                ends = {row["lane"]: row["seq"] for row in await connection.fetch(ENDS, self._relations_by)}
                gate = Gate(self._policy, self._types, viewer, day_of(now))
                reading = _Reading(connection, self._journal.keys, self._decoder, gate, feed)
                page = await reading.through({lane: after.get(lane, 0) for lane in ends}, ends, limit)
                await _log(connection, viewer, reading.grounds)
        if page.entries:  # an end refuses nothing
            observe.disclosures.labels(RECORD, "shown").inc()
        return page


class _Reading:
    """One reading of a feed in one transaction; `grounds` tells on which grounds each person was shown."""

    def __init__(self, connection: Any, keys: Keys, decoder: Decoder, gate: Gate, feed: Feed) -> None:
        self._connection, self._keys, self._decoder, self._gate, self._feed = connection, keys, decoder, gate, feed
        self.grounds: dict[str, set[str]] = {}

    async def through(self, at: Place, ends: Place, limit: int) -> Page:
        """Window after window of all lanes at once, so that none waits for another; larger ones where little is."""
        kinds = frozenset(await self._connection.fetchval(KINDS, self._gate.viewer.org))
        wanted, others, concluded = self._gate.types(self._feed, kinds)
        entries: list[Entry] = []
        examined, width = 0, max(FIRST, limit // FIRST)
        while len(entries) < limit and examined < EXAMINED and _beyond(at, ends):
            upto = {lane: max(seq, min(ends[lane], seq + width)) for lane, seq in at.items()}
            window = [lane for lane, seq in at.items() if seq < upto[lane]]
            most = max(limit - len(entries), FIRST)
            rows = await self._connection.fetch(
                FOUND,
                *(self._gate.viewer.org, window, [at[lane] for lane in window], [upto[lane] for lane in window]),
                *(others, concluded, list(self._gate.stated), wanted, most),
            )
            found = [_Found(from_row(r[:-1]), frozenset(r["relations"] or ())) for r in rows]
            for (row, _), told in zip(found, await self._told(found), strict=True):
                place = _after(at, upto, row)
                if told is not None:
                    entries.append(Entry(told, place))
                    if len(entries) == limit:
                        break
            full = len(entries) == limit or len(found) == most
            at = place if full else upto
            examined, width = examined + len(found) * bool(entries), width * (1 if full else FASTER)
        return Page(entries, at, _beyond(at, ends))

    async def _told(self, found: Sequence[_Found]) -> list[Mapping[str, Any] | None]:
        """Of each fact what may be told, or None."""
        taken = await self._taken_back([f.row for f in found if f.row.type == RETRACTED])
        whole = {(f.lane, f.seq): f for f in await self._decoder.decode(list(self._unsure(found, taken)))}
        return [self._entry(f, taken.get((f.row.lane, f.row.seq), f.row), whole) for f in found]

    def _unsure(self, found: Sequence[_Found], taken: Taken) -> Iterator[Stored]:
        """Those whose content decides."""
        for row, relations in found:
            target = taken.get((row.lane, row.seq), row)
            if target is not None and row.type != ERASED:
                named = self._gate.may_name(target.type)
                if not relations or (named and self._gate.ground(target.type, target.source, relations) is None):
                    yield target

    def _entry(
        self, found: _Found, target: Stored | None, whole: Mapping[tuple[int, int], Fact]
    ) -> Mapping[str, Any] | None:
        row, relations = found
        if target is None or not self._feed.holds(target.type, target.type in self._gate.stated):
            return None
        ground: str | None = ERASURE
        if row.type != ERASED:
            fact, org = whole.get((target.lane, target.seq)), self._gate.viewer.org
            related = relations or (relations_by(fact, org) if fact else frozenset())
            named = fact is not None and names(fact, org)
            ground = self._gate.ground(target.type, target.source, related, named=named)
        if ground is None or target.subject is None:
            return None
        self.grounds.setdefault(target.subject, set()).add(ground)
        gone = {"method": "DELETE"} if row.type == ERASED or row is not target else {}
        named_so = {"id": target.id, "source": target.source, "type": target.type, "subject": target.subject}
        return {**named_so, "time": row.time, "recordedtime": row.recorded, **gone}

    async def _taken_back(self, rows: Sequence[Stored]) -> Taken:
        """By the place of each retraction the fact that it names; None for one that had not come by then."""
        ciphers = await self._keys.for_reading(r.key for r in rows if r.key is not None)
        clear = [(r, opened(r, ciphers)) for r in rows]
        named = [(r, str(orjson.loads(data)["id"])) for r, data in clear if data is not None]
        sources, ids = [r.source for r, _ in named], [id_ for _, id_ in named]
        targets = [from_row(r) for r in await self._connection.fetch(NAMED, sources, ids)] if named else []
        found = {(t.source, t.id): t for t in targets if t.type not in (RETRACTED, ERASED)}
        taken: dict[tuple[int, int], Stored | None] = {(r.lane, r.seq): None for r in rows}
        for row, id_ in named:
            target = found.get((row.source, id_))
            if target is not None and _before(target, row):
                taken[row.lane, row.seq] = target
        return taken


def _before(target: Stored, row: Stored) -> bool:
    """Whether a fact had come when the other did: then this one lies with the person of that, merged or not."""
    return target.seq < row.seq if target.lane == row.lane else target.appended <= row.appended


def _beyond(at: Place, ends: Place) -> bool:
    return any(at[lane] < end for lane, end in ends.items())


def _after(at: Place, upto: Place, row: Stored) -> Place:
    """The place after a fact of a window: facts stand there by their step from where each lane's window begins."""
    step = row.seq - at[row.lane]
    return {lane: max(seq, min(upto[lane], seq + (step if lane <= row.lane else step - 1))) for lane, seq in at.items()}


async def _log(connection: Any, viewer: Viewer, shown: Mapping[str, set[str]]) -> None:
    roles = ",".join(sorted(viewer.roles))
    await connection.executemany(
        """INSERT INTO disclosure.log (instant, org, viewer, role, subject, record, fields, ground, channel)
           VALUES (journal.now(), $1, $2, $3, $4, $5, $6, $7, $8)""",
        [
            (viewer.org, viewer.user, roles, UUID(ref), RECORD, list(SHOWN), "+".join(sorted(grounds)), viewer.channel)
            for ref, grounds in shown.items()
        ],
    )
