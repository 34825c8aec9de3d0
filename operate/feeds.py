"""When each partner's feed was heard last, told as a fact about the partner once it matters to whether it is late.

A statement is renewed when the one before is about to run out (the rule's next wake-up), so that a partner who speaks
all day costs a few facts. A driven clock stands at a midnight while a whole day is played: what comes then counts as of
the end of that day's office hours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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

LOOK_BACK = 20_000
"""Facts of a lane that are looked through after a start; what lies before has been told."""
SOON = timedelta(seconds=5)
OFFICE_ENDS = timedelta(hours=16)

HEARD = """
    SELECT l.lane, l.seq, f.source, f.at
      FROM journal.lane l LEFT JOIN unnest($1::int[], $2::bigint[]) AS mark (lane, seq) USING (lane)
      LEFT JOIN LATERAL (SELECT source, max(appended) AS at FROM journal.fact f
                          WHERE f.lane = l.lane AND f.seq > coalesce(mark.seq, l.seq - $3) AND f.seq <= l.seq
                          GROUP BY source) f ON true
     WHERE l.lane = ANY($4)"""
TOLD = """
    SELECT f.subject::text AS subject, convert_from(f.data, 'UTF8') AS data
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
    """One partner: how it is connected, its newest fact, and what was told of it (`seq`: where that lies)."""

    org: str
    profile: Literal["A", "B", "C", "D"]
    source: str = ""
    at: datetime | None = None
    told: datetime | None = None
    seq: int = 0


class Feeds:
    """Looks at what is new in the journal; what it remembers can be had again from there."""

    def __init__(self, organisations: Organisations) -> None:
        """Nobody waits for the word of people at a form (profile D), nor for that of the operator."""
        partners = [o for o in organisations.organisation if o.kind.profile != "D" and o.id != organisations.operator]
        self._feeds = {organisation_ref(o.id): Feed(o.id, o.kind.profile) for o in partners}
        self._marks: dict[int, int] = {}

    async def tell(self, journal: PgJournal) -> int:
        """Append what is to be told, and set the gauges; answers how many facts."""
        if not self._marks:
            await self._remember(journal)
        with translated():
            rows = await journal.pool.fetch(DUE, list(self._feeds))
        if not rows:
            return 0  # nobody reads lane 0 yet
        await self._listen(journal, rows[0]["now"] if rows[0]["clock"] == "driven" else None)
        facts = list(self._news(journal.instance.operator, rows))
        for fact in facts:
            feed = self._feeds[str(fact.subject)]
            feed.told = fact.time
            with suppress(Refused):  # another clock has told it in other words
                feed.seq = (await journal.append([fact]))[0].seq
        return len(facts)

    async def _remember(self, journal: PgJournal) -> None:
        with translated():
            rows = await journal.pool.fetch(TOLD, list(self._feeds), PartnerHeard.meta.type)
        for row in rows:
            said = PartnerHeard.model_validate_json(row["data"])
            feed = self._feeds[row["subject"]]
            feed.at = feed.told = said.heard_at
            feed.source = said.source

    async def _listen(self, journal: PgJournal, now: datetime | None) -> None:
        """Newest facts by source, as of the driven clock's `now` or of their receipt."""
        marks, lanes = (list(self._marks), list(self._marks.values())), range(journal.instance.lanes + 1)
        rows: list[Any] = []
        with translated():  # after a start there is much to read in each lane
            for some in [list(lanes)] if self._marks else [[lane] for lane in lanes]:
                rows += await journal.pool.fetch(HEARD, *marks, LOOK_BACK, some)
        for row in rows:
            self._marks[row["lane"]] = row["seq"]
            if row["source"] is None:
                continue
            _, _, org, system = row["source"].split(":", 3)
            feed = self._feeds.get(organisation_ref(org))
            at = _office(now) if now else row["at"]
            if feed is not None and not system.startswith("polku-") and (feed.at is None or feed.at < at):
                feed.source, feed.at = row["source"], at
                observe.partner_heard.labels(org, "").set(row["at"].timestamp())

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
