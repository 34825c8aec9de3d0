"""When each partner's feed was heard last, told as a fact about the partner once it matters to whether it is late.

A statement is renewed when the one before is about to run out (the rule's next wake-up), so that a partner who speaks
all day costs a few facts. A driven clock stands at a midnight while a whole day is played: what comes then counts as of
the end of that day's office hours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import uuid5

import orjson

from kernel import observe
from kernel.calendar import day_of, midnight
from kernel.conclude import NAMESPACE
from kernel.errors import Refused
from kernel.facts import organisation_ref
from kernel.journal import NewFact, own_source
from kernel.organisations import Organisations
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal
from schemas.partners.heard_v1 import PartnerHeard

STRETCH = 20_000
"""Facts of a lane that are looked through at once."""
OVERLAP = timedelta(minutes=10)
"""How much before a word was stored everything that had come was surely seen."""
SOON = timedelta(seconds=5)
OFFICE_ENDS = timedelta(hours=16)

HEARD = """
    SELECT l.lane, l.seq, f.source, f.at
      FROM journal.lane l JOIN unnest($1::int[], $2::bigint[]) AS mark (lane, seq) USING (lane)
      LEFT JOIN LATERAL (SELECT source, max(appended) AS at FROM journal.fact f
                          WHERE f.lane = l.lane AND f.seq > mark.seq AND f.seq <= l.seq GROUP BY source) f ON true"""
BEFORE = """
    SELECT source, max(appended) AS at, min(appended) AS first FROM journal.fact
     WHERE lane = $1 AND seq > $2::bigint - $3::bigint AND seq <= $2 GROUP BY source"""
TOLD = """
    SELECT f.subject::text AS subject, convert_from(f.data, 'UTF8') AS data, f.appended
      FROM unnest($1::uuid[]) AS who (subject)
      JOIN LATERAL (SELECT * FROM journal.fact f WHERE f.subject = who.subject AND f.type = $2
                     ORDER BY f.seq DESC LIMIT 1) f ON true"""
DUE = """
    SELECT p.subject::text AS subject, w.due, c.seq AS position, journal.now() AS now, i.clock,
           EXISTS (SELECT FROM react.hold h WHERE h.processor = 'referrals' AND h.subject = p.subject) AS held
      FROM journal.instance i, react.checkpoint c, unnest($1::uuid[]) AS p (subject)
      LEFT JOIN react.wakeup w ON w.subject = p.subject AND w.processor = 'referrals'
     WHERE c.processor = 'referrals' AND c.lane = 0"""


@dataclass(slots=True)
class Feed:
    """One partner: how it is connected, its newest fact, and what was told of it (`seq`: where that lies).

    `stored`: when an earlier clock's last word was stored, by the machine's time.
    """

    org: str
    profile: Literal["A", "B", "C", "D"]
    source: str = ""
    at: datetime | None = None
    told: datetime | None = None
    seq: int = 0
    stored: datetime | None = None


class Feeds:
    """Looks at what is new in the journal; what it remembers can be had again from there."""

    def __init__(self, organisations: Organisations) -> None:
        """Nobody waits for the word of people at a form (profile D), nor for that of the operator."""
        partners = [o for o in organisations.organisation if o.kind.profile != "D" and o.id != organisations.operator]
        self._feeds = {organisation_ref(o.id): Feed(o.id, o.kind.profile) for o in partners}
        self._marks: dict[int, int] = {}

    async def tell(self, journal: PgJournal) -> int:
        """Append what is to be told, and set the gauges; answers how many facts."""
        with translated():
            rows = await journal.pool.fetch(DUE, list(self._feeds))
        if not rows:
            return 0  # nobody reads lane 0 yet
        now = rows[0]["now"] if rows[0]["clock"] == "driven" else None
        if not self._marks:
            waiting = {row["subject"] for row in rows if row["due"] is not None}
            await self._look_back(journal, now, await self._remember(journal, waiting))
        await self._listen(journal, now)
        facts = list(self._news(journal.instance.operator, rows))
        for fact in facts:
            feed = self._feeds[str(fact.subject)]
            feed.told = fact.time
            with suppress(Refused):  # another clock has told it in other words
                feed.seq = (await journal.append([fact]))[0].seq
        return len(facts)

    async def _remember(self, journal: PgJournal, waiting: Set[str]) -> datetime | None:
        """What was told; answers since when something may have been heard and not told (None: since ever).

        Whoever is not `waiting` to become late is told of at once, so that the clock's last word about anybody shows
        that it had seen all until then; of others it may have known of more than it had told.
        """
        with translated():
            rows = await journal.pool.fetch(TOLD, list(self._feeds), PartnerHeard.meta.type)
        for row in rows:
            said = PartnerHeard.model_validate_json(row["data"])
            feed = self._feeds[row["subject"]]
            feed.at = feed.told = said.heard_at
            feed.source, feed.stored = said.source, row["appended"]
        last = max((row["appended"] for row in rows), default=None)
        since = min((row["appended"] for row in rows if row["subject"] in waiting), default=last)
        return since - OVERLAP if since else None

    async def _look_back(self, journal: PgJournal, now: datetime | None, since: datetime | None) -> None:
        """After a start: each lane from its head back to an instant, a stretch at a time."""
        with translated():
            lanes = await journal.pool.fetch("SELECT lane, seq FROM journal.lane ORDER BY lane")
            for lane in lanes:
                upto = self._marks[lane["lane"]] = lane["seq"]
                while upto > 0:
                    rows = await journal.pool.fetch(BEFORE, lane["lane"], upto, STRETCH)
                    for row in rows:
                        self._heard(row["source"], row["at"], now)
                    if since and min(row["first"] for row in rows) < since:
                        break
                    upto -= STRETCH

    async def _listen(self, journal: PgJournal, now: datetime | None) -> None:
        """Newest facts by source, as of the driven clock's `now` or of their receipt."""
        with translated():
            rows = await journal.pool.fetch(HEARD, list(self._marks), list(self._marks.values()))
        for row in rows:
            self._marks[row["lane"]] = row["seq"]
            if row["source"] is not None:
                self._heard(row["source"], row["at"], now)

    def _heard(self, source: str, received: datetime, now: datetime | None) -> None:
        _, _, org, system = source.split(":", 3)
        feed = self._feeds.get(organisation_ref(org))
        if feed is not None and now and feed.stored and received <= feed.stored:
            return  # by a driven clock it was heard then, not now
        at = _office(now) if now else received
        if feed is not None and not system.startswith("polku-") and (feed.at is None or feed.at < at):
            feed.source, feed.at = source, at
            observe.partner_heard.labels(org, "").set(received.timestamp())

    def _news(self, operator: str, rows: Iterable[Mapping[str, Any]]) -> Iterable[NewFact]:
        for row in rows:
            feed = self._feeds[row["subject"]]
            if feed.told is not None and row["due"] is not None and row["due"] > feed.told:
                observe.partner_silence.labels(feed.org).set((row["due"] - feed.told).total_seconds())
            if row["held"] or feed.at is None or feed.at == feed.told or row["position"] < feed.seq:
                continue
            if feed.told is None or row["due"] is None or row["due"] <= row["now"] + SOON:
                yield _fact(operator, row["subject"], feed, feed.at)


def _office(now: datetime) -> datetime:
    """The instant; a midnight stands for the whole day that is played at it."""
    return now + OFFICE_ENDS if now == midnight(day_of(now)) else now


def _fact(operator: str, subject: str, feed: Feed, at: datetime) -> NewFact:
    said = PartnerHeard(org=feed.org, source=feed.source, profile=feed.profile, heard_at=at)
    id_ = str(uuid5(NAMESPACE, f"heard|{feed.org}|{at.isoformat()}"))
    data = orjson.dumps(said.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)
    return NewFact(own_source(operator, "clock"), id_, PartnerHeard.meta.type, subject, at, at, data)
