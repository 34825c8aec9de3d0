"""The reaction: one lane batch in, one transaction out, whatever happened in between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import uuid5

import orjson

from kernel import tally
from kernel.breaker import Breaker
from kernel.conclude import NAMESPACE
from kernel.decode import Decoder
from kernel.errors import Again, Fenced, Poison
from kernel.facts import Fact, name_of
from kernel.journal import KERNEL_TYPES, REFERENCE, TIME, NewFact, is_own, own_source
from kernel.params import Reference
from kernel.person import Units
from kernel.person_reader import PersonReader
from kernel.pg_journal import PgJournal
from kernel.pg_lane import Claim, Head, PgLanes
from kernel.pg_reaction import BAD_DATA, PgReaction
from kernel.plan import AT_ONCE, Plan
from kernel.policy import Policy
from kernel.react_person import Lane, Planner
from kernel.settings import REMEMBERED
from kernel.stored import Stored
from kernel.sweep import PgSweeps, concerned

CHUNK, SWEPT = 500, 50


class Reactor:
    """Reacts for one processor. Every method that raises has dropped the lane: claim it again before going on."""

    def __init__(
        self, journal: PgJournal, units: Units, decoder: Decoder, *, ruleset: int, fans_out: bool = False
    ) -> None:
        self.processor = units.processor
        self.journal = journal
        self.units, self.decoder, self.ruleset = units, decoder, ruleset
        self._reader = PersonReader(journal.pool, decoder, units)
        self._lanes = PgLanes(journal.pool, units.processor, ruleset)
        self._sweeps = PgSweeps(journal.pool, units.processor)
        self._writer = PgReaction(journal, units.processor, units.views)
        self._planner = Planner(units, journal.instance.operator)
        self._policy = Policy(self._lanes, decoder, units, journal.instance)
        self._breaker = Breaker(journal.pool, units.processor)
        self._fans_out, self.remembers = fans_out, REMEMBERED
        self._owned: dict[int, Lane] = {}

    # --- owning

    async def claim(self, lane: int) -> Claim:
        """Raise the number, read the checkpoint, forget everything believed before. Unavailable: try later."""
        self._owned.pop(lane, None)
        claim = await self._lanes.claim(lane)
        await self._writer.load(lane)
        reference = await self._policy.at(lane, await self._policy.position(lane, claim.seq), Reference())
        now = await self._lanes.instant(lane, claim.seq)
        held = await self._lanes.retry_all(lane)
        self._owned[lane] = Lane(claim.era, claim.rev, claim.seq, now, reference, held=held)
        return claim

    def drop(self, lane: int) -> None:
        """Forget a lane."""
        self._owned.pop(lane, None)

    def owns(self, lane: int) -> bool:
        """Whether the lane is claimed and nothing went wrong since."""
        return lane in self._owned

    def position(self, lane: int) -> int:
        """Seq of the last fact applied."""
        return self._owned[lane].seq

    def believes(self, lane: int) -> tuple[str, int]:
        """(era, rev) that the checkpoint should show."""
        return self._owned[lane].era, self._owned[lane].rev

    async def heads(self, lanes: Sequence[int]) -> dict[int, Head]:
        """Heads of the lanes and the stored checkpoints, in one query."""
        return await self._lanes.heads(lanes)

    # --- reacting

    async def catch_up(self, lane: int, upto: int, limit: int = 2_000) -> int:
        """Read the journal beyond the position and apply it; answers the new position."""
        after = self._owned[lane].seq
        rows = await self.journal.read(lane, after, min(limit, upto - after))
        if rows:
            await self.apply(lane, rows)
        return self.position(lane)

    async def apply(self, lane: int, rows: Sequence[Stored], hint: int | None = None) -> None:
        """Apply rows that follow the position without a gap, in one transaction."""
        owned = self._owned[lane]
        if rows[0].seq != owned.seq + 1:
            self.drop(lane)
            raise Fenced(f"rows from {rows[0].seq} after {owned.seq}")
        await self._guarded(lane, self._apply(lane, owned, rows, hint))

    async def turn(self, lane: int) -> bool:
        """One chunk of due wake-ups or one of persons to release; True if there may be more."""
        owned = self._owned[lane]
        found: list[bool] = []
        await self._guarded(lane, self._turn(lane, owned, found))
        return found[0]

    async def swept_lanes(self, lanes: Sequence[int]) -> list[int]:
        """Lanes, of those given, in which somebody is still to be looked at anew."""
        return await self._sweeps.lanes(lanes)

    async def sweep(self, lane: int) -> None:
        """Look at the next few persons anew whom new rules or parameters concern."""
        await self._guarded(lane, self._sweep(lane, self._owned[lane]))

    async def _guarded(self, lane: int, work: object) -> None:
        try:
            await work  # type: ignore[misc]  # a coroutine of this class
        except Again as error:
            self.drop(lane)
            raise Fenced(str(error)) from error
        except BaseException:
            self.drop(lane)  # whatever went wrong, nothing believed may be believed any longer
            raise

    async def _apply(self, lane: int, owned: Lane, rows: Sequence[Stored], hint: int | None) -> None:
        last = rows[-1].seq
        self.decoder.catalogue.must_know(rows, self.units.hears)
        plan = Plan(lane, last, hint)
        self._clock(owned, rows)
        await self._references(owned, rows, plan)
        touched: dict[str, list[Stored]] = {}
        for row in rows:
            if row.subject and (row.type in KERNEL_TYPES or self.units.hears(name_of(row.type))):
                touched.setdefault(row.subject, []).append(row)
        awake = {s: r for s, r in touched.items() if s not in owned.held or any(x.type in KERNEL_TYPES for x in r)}
        await self._plan_persons(owned, plan, awake, last)
        if lane == 0 and self._fans_out:
            plan.facts = self._fan_out(rows, owned.now)
        await self._commit(owned, plan)
        tally.applied(self.processor, [v.name for v in self.units.views], rows, touched, owned.held)

    async def _turn(self, lane: int, owned: Lane, found: list[bool]) -> None:
        due = await self._lanes.due(lane, owned.now, CHUNK) if owned.held or owned.rested != owned.now else []
        owned.rested = owned.now if len(due) < CHUNK else None
        release = await self._lanes.to_release(lane, CHUNK) if owned.held and not due else []
        if not (due or release):
            found.append(False)
            return
        plan = Plan(lane, None)
        for subject in release:
            owned.forget(subject)
        await self._plan_persons(owned, plan, {s: [] for s in (*due, *release)}, owned.seq)
        found.append(any(p.wake != AT_ONCE for p in plan.persons))  # the others wait for facts that lie ahead
        await self._commit(owned, plan)

    async def _sweep(self, lane: int, owned: Lane) -> None:
        if (swept := await self._sweeps.next(lane, SWEPT)) is None:
            return
        plan = Plan(lane, None, swept=swept)
        await self._plan_persons(owned, plan, {s: [] for s in swept.subjects}, owned.seq)
        await self._commit(owned, plan)

    async def _commit(self, owned: Lane, plan: Plan) -> None:
        await self._breaker.admit(plan, owned.held)
        try:
            await self._writer.commit(plan, owned.era, owned.rev)
        except BAD_DATA:
            await self._bisect(owned, plan)
        tally.concluded(plan, self.units.rules)
        owned.rev += 1
        if any(p.wake is not None and p.wake <= owned.now for p in plan.persons):
            owned.rested = None
        for person in plan.persons:
            if person.hold or person.drop:
                owned.forget(person.subject)
            elif known := owned.persons.get(person.subject):
                known.wake = person.wake
            (owned.held.add if person.hold else owned.held.discard)(person.subject)
        if plan.last is not None:
            owned.seq = plan.last
        owned.keep_to(self.remembers // max(1, len(self._owned)))

    async def _bisect(self, owned: Lane, plan: Plan) -> None:
        """The database refuses somebody's data: find her by trying each person alone, and let only her wait."""
        for person in [p for p in plan.persons if p.hold is None]:
            try:
                await self._writer.attempt(Plan(plan.lane, None, persons=[person]))
            except BAD_DATA as error:
                hold = self._planner.held(person.subject, owned, Poison("database", type(error).__name__))
                plan.persons[plan.persons.index(person)] = hold
        await self._breaker.admit(plan, owned.held)
        await self._writer.commit(plan, owned.era, owned.rev)

    # --- what the batch says of time, policy and types

    def _clock(self, owned: Lane, rows: Iterable[Stored]) -> None:
        for row in rows:
            if row.type == TIME:
                owned.now = max(owned.now, datetime.fromisoformat(orjson.loads(row.data)["instant"]))

    async def _references(self, owned: Lane, rows: Sequence[Stored], plan: Plan) -> None:
        """Lane 0 to the position that the newest notice names; the persons concerned become due with it."""
        told = self._policy.told(plan.lane, rows)
        if told <= owned.reference.position:
            return
        before, owned.reference = owned.reference, await self._policy.at(plan.lane, told, owned.reference)
        changed = owned.reference.changes(before)
        plan.sweep = concerned(changed, self.units.rules, self.decoder.catalogue)

    def _fan_out(self, rows: Sequence[Stored], now: datetime) -> list[NewFact]:
        """Tell every lane that policy has changed, so that replay never depends on timing between lanes."""
        operator = self.journal.instance.operator
        if not any(r.type not in (TIME, REFERENCE) and not is_own(r.source, operator) for r in rows):
            return []
        position, source = rows[-1].seq, own_source(operator, self.processor)
        data = orjson.dumps({"position": position})
        return [
            NewFact(source, str(uuid5(NAMESPACE, f"{lane}|{position}")), REFERENCE, None, now, now, data, lane=lane)
            for lane in range(1, self.journal.instance.lanes + 1)
        ]

    # --- persons

    async def _plan_persons(self, owned: Lane, plan: Plan, touched: Mapping[str, Sequence[Stored]], last: int) -> None:
        if not touched:
            return
        anew = {s for s, rows in touched.items() if s not in owned.persons or any(r.type in KERNEL_TYPES for r in rows)}
        histories = await self._reader.histories(anew, last) if anew else {}
        warm = await self.decoder.decode([r for s, rows in touched.items() if s not in anew for r in rows])
        news: dict[str, list[Fact]] = {}
        for fact in warm:
            news.setdefault(fact.subject or "", []).append(fact)
        heads = await self._reader.heads(touched)
        newer = await self._reader.said_since({s: last for s, head in heads.items() if head > last})
        for subject, rows in touched.items():
            plan.persons.append(
                self._planner.plan(
                    *(owned, subject, rows, histories.get(subject), news.get(subject, []), newer.get(subject)),
                    swept=plan.swept is not None,
                )
            )
