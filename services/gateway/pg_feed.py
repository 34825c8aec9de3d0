"""Feeds in PostgreSQL: facts in their lanes' order without their content, through the disclosure policy, and logged."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import takewhile
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from kernel import observe
from kernel.calendar import day_of
from kernel.decode import Catalogue, Decoder, opened
from kernel.disclosure import Policy, log
from kernel.errors import Unavailable
from kernel.facts import Fact
from kernel.journal import ERASED, RETRACTED, own_source
from kernel.keys import Keys
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal
from kernel.stored import Stored, from_row
from services.gateway.access import Caller
from services.gateway.feed_gate import RECORD, Gate, names, relations_by
from services.gateway.feed_merges import half_merged, later_withdrawals
from services.gateway.feed_sql import ENDS, FOUND, KINDS, NAMED
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

AT_ONCE = 2
"""Pages that are read at once: however many wait for news, connections are left for those who state it."""

Taken = dict[tuple[int, int], Stored | None]
Told = tuple[str, str, Mapping[str, Any]]
"""Whose, on which ground, and what is told."""


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
        self._polku = own_source(journal.instance.operator, "")
        self._types, self._arrivals = catalogue.events, Arrivals(journal.pool)
        self._few = asyncio.Semaphore(AT_ONCE)

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
        """See `Feeding.wait`. A lane that nobody has worked on yet has no place, and may be the one that has news."""
        every = range(1, self._journal.instance.lanes + 1)
        return await self._arrivals.beyond(self._relations_by, {lane: after.get(lane, 0) for lane in every}, seconds)

    async def page(self, caller: Caller, feed: Feed, after: Place, limit: int) -> Page:
        """See `Feeding.page`. A page that is not full ends where enough was looked at, or where there is no more."""
        viewer = replace(caller.viewer, channel=CHANNEL)
        with translated():
            async with (
                self._few,
                self._journal.pool.acquire() as connection,
                connection.transaction(isolation="repeatable_read"),
            ):
                now: datetime = await connection.fetchval("SELECT journal.now()")
                await connection.execute("SELECT set_config('polku.org', $1, true)", viewer.org)
                ends = {row["lane"]: row["seq"] for row in await connection.fetch(ENDS, self._relations_by)}
                half = await half_merged(connection, self._relations_by)
                ends |= {lane: min(ends[lane], after.get(lane, 0)) for lane in half & ends.keys()}
                gate = Gate(self._policy, self._types, viewer, day_of(now), self._polku)
                reading = _Reading(connection, self._journal.keys, self._decoder, gate, feed)
                page = await reading.through({lane: after.get(lane, 0) for lane in ends}, ends, limit)
                shown = {UUID(ref): (SHOWN, "+".join(sorted(on))) for ref, on in reading.grounds.items()}
                await log(connection, viewer, RECORD, shown)
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
        types = self._gate.types(self._feed, kinds)
        entries: list[Entry] = []
        examined, width, clear = 0, max(FIRST, limit // FIRST), True
        while clear and len(entries) < limit and examined < EXAMINED and _beyond(at, ends):
            upto = {lane: max(seq, min(ends[lane], seq + width)) for lane, seq in at.items()}
            most = max(limit - len(entries), FIRST)
            found = await self._found(at, upto, types, most)
            known = list(takewhile(lambda f: self._gate.knows(f.row.type, f.row.source), found))
            clear, place = len(known) == len(found), at
            for (row, _), told in zip(known, await self._told(known), strict=True):
                place = _after(at, upto, row)
                if told is not None:
                    whose, ground, attributes = told
                    self.grounds.setdefault(whose, set()).add(ground)
                    entries.append(Entry(attributes, place))
                    if len(entries) == limit:
                        break
            full = len(entries) == limit or len(found) == most or not clear
            at = place if full else upto
            examined, width = examined + len(found), width * (1 if full else FASTER)
        if not clear and not entries:
            raise Unavailable("a type of fact that is not known here: a newer door tells of it")
        return Page(entries, at, _beyond(at, ends))

    async def _found(self, at: Place, upto: Place, types: tuple[list[str], list[str], bool], most: int) -> list[_Found]:
        """Facts of a window that may be told, in the order of their steps."""
        wanted, others, concluded = types
        window = [lane for lane, seq in at.items() if seq < upto[lane]]
        rows = await self._connection.fetch(
            FOUND,
            *(self._gate.viewer.org, window, [at[lane] for lane in window], [upto[lane] for lane in window]),
            *(others, concluded, list(self._gate.stated), wanted, most, self._gate.polku),
        )
        return [_Found(from_row(r[:-1]), frozenset(r["relations"] or ())) for r in rows]

    async def _told(self, found: Sequence[_Found]) -> list[Told | None]:
        """Of each fact what may be told, or None."""
        taken = await self._taken_back([f.row for f in found if f.row.type == RETRACTED])
        taken |= await self._overtaken([f.row for f in found if f.row.type not in (RETRACTED, ERASED)])
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

    def _entry(self, found: _Found, target: Stored | None, whole: Mapping[tuple[int, int], Fact]) -> Told | None:
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
        gone = {"method": "DELETE"} if row.type == ERASED or row is not target else {}
        named_so = {"id": target.id, "source": target.source, "type": target.type, "subject": target.subject}
        return target.subject, ground, {**named_so, "time": row.time, "recordedtime": row.recorded, **gone}

    async def _overtaken(self, rows: Sequence[Stored]) -> Taken:
        """Facts under old references that were taken back in the lane of the new one."""
        later = await later_withdrawals(self._connection, {row.subject for row in rows})
        gone = {(t.lane, t.seq) for t in (await self._taken_back(later)).values() if t is not None}
        return dict.fromkeys(gone & {(row.lane, row.seq) for row in rows})

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
