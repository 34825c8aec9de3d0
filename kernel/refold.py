"""What the rows of one view are at a position: a fold of the journal, as the live reaction would have left them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kernel.conclude import evaluate
from kernel.decode import Decoder
from kernel.errors import Poison
from kernel.facts import Fact
from kernel.params import Reference
from kernel.person import Person, Units
from kernel.person_reader import History, PersonReader
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal
from kernel.pg_lane import BEFORE_TIME, PgLanes
from kernel.policy import Policy
from kernel.react_person import guarded
from kernel.rules import Fold
from kernel.stored import FOLDED
from kernel.sweep import concerned
from kernel.valid import valid
from kernel.views import Row, Rows


@dataclass(frozen=True, slots=True)
class Only(Units):
    """The part of a processor that fills one view; it reads the facts that the whole reads: so the same ones count."""

    whole: Units | None = None

    @staticmethod
    def view_of(whole: Units, name: str) -> Only:
        """Fold and rules only where the view shows what rules foresee. KeyError: no such view."""
        view = {v.name: v for v in whole.views}[name]
        rules = [r for r in whole.rules if r.id in view.forecasts]
        fold = whole.fold if rules else Fold(_no_state, _no_change, frozenset())
        return Only(whole.processor, fold, rules, [view], {r.id: r for r in rules}, whole.listens, [], whole)

    def reads(self, fact: Fact) -> bool:
        """As the whole processor does."""
        assert self.whole is not None  # noqa: S101 - set by `view_of`, for the type checker
        return self.whole.reads(fact)


@dataclass(frozen=True, slots=True)
class Live:
    """A lane of the processor that people see: its position, and who waits there from which fact on."""

    seq: int
    held: Mapping[str, int]

    @property
    def told(self) -> frozenset[str]:
        """Who waits, as a lane of a generation keeps it."""
        return frozenset(f"{subject} {seq}" for subject, seq in self.held.items())


@dataclass(frozen=True, slots=True)
class Folded:
    """Rows by person, who cannot be folded though she does not wait, and how many facts were read."""

    rows: dict[str, list[Row]]
    failed: list[str]
    facts: int


class Refold:
    """Reads and folds for one view of one processor; writes nothing and concludes nothing."""

    def __init__(self, journal: PgJournal, units: Units, decoder: Decoder, view: str) -> None:
        self.units = Only.view_of(units, view)
        self.view = self.units.views[0]
        self._pool, self._decoder = journal.pool, decoder
        self._reader = PersonReader(journal.pool, decoder, units, FOLDED)
        lanes = PgLanes(journal.pool, units.processor, 0)
        self._policy = Policy(lanes, decoder, units, journal.instance.operator)
        self._references: dict[tuple[bool, int], Reference] = {}

    async def live(self, connection: Any, lane: int) -> Live:
        """The live lane, in one look."""
        with translated():
            rows = await connection.fetch(
                """SELECT c.seq, h.subject::text AS subject, h.from_seq FROM react.checkpoint c
                     LEFT JOIN react.hold h ON h.processor = c.processor AND h.lane = c.lane
                    WHERE c.processor = $1 AND c.lane = $2""",
                *(self.units.processor, lane),
            )
        held = {r["subject"]: r["from_seq"] for r in rows if r["subject"]}
        return Live(rows[0]["seq"] if rows else 0, held)

    async def touched(self, lane: int, after: int, upto: int) -> list[str]:
        """Whom facts between two positions are about."""
        with translated():
            rows = await self._pool.fetch(
                """SELECT DISTINCT subject::text AS subject FROM journal.fact
                    WHERE lane = $1 AND seq > $2 AND seq <= $3 AND subject IS NOT NULL
                      AND ($4::text[] IS NULL OR type = ANY($4))""",
                *(lane, after, upto, self._reader.types),
            )
        return [r["subject"] for r in rows]

    async def policy_moves(self, lane: int, before: int, now: int) -> bool:
        """Whether what organisations stated between two positions changes what the view foresees about everybody."""
        if not self.units.rules or before == now:
            return False
        was, becomes = await self._reference(lane, before), await self._reference(lane, now)
        return concerned(becomes.changes(was), self.units.rules, self._decoder.catalogue) is not None

    async def _reference(self, lane: int, upto: int) -> Reference:
        position = await self._policy.position(lane, upto)
        known = (lane == 0, position)
        if known not in self._references:
            if len(self._references) > 64:
                self._references.clear()
            self._references[known] = await self._policy.at(lane, position, Reference())
        return self._references[known]

    async def rows(self, lane: int, upto: int, subjects: Sequence[str], live: Live) -> Folded:
        """The rows of these persons of a lane at a position, as the live lane has them."""
        if not subjects:
            return Folded({}, [], 0)
        reference = await self._reference(lane, upto) if self.units.rules else Reference()
        histories = await self._reader.histories([s for s in subjects if s not in live.held], upto)
        for subject in (s for s in subjects if s in live.held):
            before = min(upto, live.held[subject] - 1)  # her rows stand as they were when she began to wait
            histories |= await self._reader.histories([subject], before)
        rows: dict[str, list[Row]] = {}
        failed: list[str] = []
        for subject, history in histories.items():
            try:
                rows[subject] = self._fold(history, reference)
            except Poison:
                if subject not in live.held:
                    failed.append(subject)
        return Folded(rows, failed, sum(len(h.facts) for h in histories.values()))

    def _fold(self, history: History, reference: Reference) -> list[Row]:
        if history.dead:
            return []

        if not self.units.rules:
            return guarded(self.units, lambda: list(handled(self.units, history.facts)))

        def foreseen() -> list[Row]:
            person = Person(self.units, history.facts)
            person.forecast(evaluate(self.units.rules, person.state, reference, person.personal, BEFORE_TIME))
            return list(person.rows[self.view.name])

        return guarded(self.units, foreseen)


def handled(units: Only, facts: Iterable[Fact]) -> Rows:
    """Rows that depend on nothing but the facts that count. Poison when one of them cannot be applied."""
    view = units.views[0]
    rows = Rows(view.key)
    every = view.handlers.get("*", [])
    units.applying.clear()
    for fact in valid([f for f in facts if not f.own or units.reads(f)], units.processor):
        units.applying[:] = (fact,)
        for handler in view.handlers.get(fact.name, ()):
            handler(rows, fact)
        for handler in every:
            handler(rows, fact)
    return rows


def _no_state() -> None:
    return None


def _no_change(_state: object, _fact: Fact) -> None:
    return None
