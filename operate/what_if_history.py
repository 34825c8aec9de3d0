"""Persons with all that was stated about them, each fact at the midnight at which it was known, read lane by lane."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import orjson

from kernel.calendar import day_of, midnight
from kernel.decode import Decoder
from kernel.errors import Poison
from kernel.facts import Conclusion, Fact
from kernel.journal import REFERENCE, TIME
from kernel.matter import Name
from kernel.params import Reference
from kernel.person import Units
from kernel.person_reader import PersonReader
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal
from kernel.pg_lane import PgLanes
from kernel.valid import valid

CHUNK = 100


@dataclass(frozen=True, slots=True)
class Story:
    """One person: stated facts and what people did, with the midnight of each, in order; and the policy of her lane.

    `recorded` tells what was really concluded, by fact id; `everything` holds those facts too.
    """

    subject: str
    facts: Sequence[tuple[datetime, Fact]]
    everything: Sequence[Fact]
    recorded: Mapping[str, Name]
    policy: Sequence[tuple[datetime, Reference]]

    def policy_at(self, now: datetime) -> Reference:
        """The policy as the lane knew it at a midnight."""
        return next((r for at, r in reversed(self.policy) if at <= now), NO_POLICY)

    def next_policy(self, now: datetime) -> datetime | None:
        """When it became another one."""
        return next((at for at, _ in self.policy if at > now), None)


NO_POLICY = Reference()
BEGINNING = datetime.min.replace(tzinfo=UTC)


class Histories:
    """Reads everybody, some at a time, so that memory does not grow with the journal."""

    def __init__(self, journal: PgJournal, decoder: Decoder, parts: Sequence[Units]) -> None:
        self._nothing = Reference(organiser=journal.instance.organiser)
        self._journal, self._decoder = journal, decoder
        every = replace(parts[0], listens=frozenset().union(*(u.listens for u in parts)))
        self._reader = PersonReader(journal.pool, decoder, every)
        self._times: dict[int, tuple[list[int], list[datetime]]] = {}
        self._policies: dict[int, Reference] = {}
        self._reference: list[Fact] = []

    async def open(self) -> Histories:
        """Read the times and the policy, which are few."""
        with translated():
            rows = await self._journal.pool.fetch(
                f"SELECT lane, seq, data FROM journal.fact WHERE type = '{TIME}' ORDER BY lane, seq"
            )
        for row in rows:
            seqs, instants = self._times.setdefault(row["lane"], ([], []))
            seqs.append(row["seq"])
            instants.append(datetime.fromisoformat(orjson.loads(row["data"])["instant"]))
        stored = await PgLanes(self._journal.pool, "", 0).reference_rows(2**62)
        self._reference = await self._decoder.decode([r for r in stored if self._decoder.catalogue.knows(r.type)])
        self._now = await self._journal.now()
        return self

    async def lane(self, lane: int) -> AsyncIterator[Story]:
        """Everybody in a lane of whom something is known, the erased and merged left out."""
        policy, after = await self._policy(lane), UUID(int=0)
        while True:
            with translated():
                rows = await self._journal.pool.fetch(
                    """SELECT subject FROM journal.person WHERE lane = $1 AND subject > $2
                          AND merged_into IS NULL AND erased IS NULL ORDER BY subject LIMIT $3""",
                    *(lane, after, CHUNK),
                )
            if not rows:
                return
            after = rows[-1]["subject"]
            for subject, history in (await self._reader.histories([str(r["subject"]) for r in rows])).items():
                if history.facts and not history.dead:
                    yield self._story(subject, history.facts, policy)

    def _story(self, subject: str, facts: Sequence[Fact], policy: Sequence[tuple[datetime, Reference]]) -> Story:
        said = {f.id: (f.data.rule, f.data.key) for f in facts if isinstance(f.data, Conclusion)}
        told = [(self._known(f.lane, f.seq), f) for f in facts if not isinstance(f.data, Conclusion)]
        told.sort(key=lambda t: (t[0], t[1].chain, t[1].seq))
        return Story(subject, told, facts, said, policy)

    def _known(self, lane: int, seq: int) -> datetime:
        """The first midnight at which the lane had the fact."""
        seqs, instants = self._times.get(lane, ([], []))
        place = bisect_right(seqs, seq)
        return midnight_after(instants[place] if place < len(seqs) else self._now)

    async def _policy(self, lane: int) -> list[tuple[datetime, Reference]]:
        """How far lane 0 counted in a lane, from which midnight on."""
        with translated():
            rows = await self._journal.pool.fetch(
                f"SELECT seq, data FROM journal.fact WHERE lane = $1 AND type = '{REFERENCE}' ORDER BY seq", lane
            )
        steps = [(self._known(lane, r["seq"]), orjson.loads(r["data"])["position"]) for r in rows]
        if lane == 0:
            steps = [(self._known(0, f.seq), f.seq) for f in self._reference]
        newest = dict(sorted(steps))
        policies = [(at, self._policy_to(position)) for at, position in newest.items()]
        return [(BEGINNING, self._nothing), *policies]

    def _policy_to(self, position: int) -> Reference:
        if position not in self._policies:
            facts = [f for f in self._reference if f.seq <= position]
            try:
                self._policies[position] = Reference(valid(facts, ""), position, self._nothing.organiser)
            except Poison:  # no lane could go on with it either; the policy before it counts
                self._policies[position] = self._nothing
        return self._policies[position]


def midnight_after(instant: datetime) -> datetime:
    """The local midnight at an instant or, as a rule, after it."""
    at = midnight(day_of(instant))
    return at if at == instant else midnight(day_of(instant) + timedelta(days=1))
