"""What the rows of views are at a position: one fold of the journal, as the live reaction would have left them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
    """The part of a processor that fills some views; it reads the facts that the whole reads, so the same count."""

    whole: Units | None = None

    @staticmethod
    def of_views(whole: Units, names: Iterable[str]) -> Only:
        """Fold and rules only where a view shows what rules foresee. KeyError: no such view."""
        known = {v.name: v for v in whole.views}
        views = [known[name] for name in names]
        rules = [r for r in whole.rules if any(r.id in v.forecasts for v in views)]
        fold = whole.fold if rules else Fold(_no_state, _no_change, frozenset())
        return Only(whole.processor, fold, rules, views, {r.id: r for r in rules}, whole.listens, [], whole)

    def reads(self, fact: Fact) -> bool:
        """As the whole processor does."""
        assert self.whole is not None  # noqa: S101 - set by `of_views`, for the type checker
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
    """By view: rows by person, and who cannot be folded though she does not wait; and how many facts were read."""

    rows: dict[str, dict[str, list[Row]]]
    failed: dict[str, list[str]]
    facts: int = 0


class Refold:
    """Reads and folds for views of one processor; writes nothing and concludes nothing."""

    def __init__(self, journal: PgJournal, units: Units, decoder: Decoder) -> None:
        self.units = units
        self._only: dict[Sequence[str], Only] = {}
        self._pool, self._decoder = journal.pool, decoder
        self._reader = PersonReader(journal.pool, decoder, units, FOLDED)
        self._policy = Policy(PgLanes(journal.pool, units.processor, 0), decoder, units, journal.instance)
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

    def only(self, names: Sequence[str]) -> Only:
        """What fills these views."""
        if names not in self._only:
            self._only[names] = Only.of_views(self.units, names)
        return self._only[names]

    async def policy_moves(self, view: str, lane: int, before: int, now: int) -> bool:
        """Whether what organisations stated between two positions changes what a view foresees about everybody."""
        rules = self.only((view,)).rules
        if not rules or before == now:
            return False
        was, becomes = await self._reference(lane, before), await self._reference(lane, now)
        return concerned(becomes.changes(was), rules, self._decoder.catalogue) is not None

    async def _reference(self, lane: int, upto: int) -> Reference:
        position = await self._policy.position(lane, upto)
        known = (lane == 0, position)
        if known not in self._references:
            if len(self._references) > 64:
                self._references.clear()
            self._references[known] = await self._policy.at(lane, position, Reference())
        return self._references[known]

    async def rows(self, names: Sequence[str], lane: int, upto: int, subjects: Sequence[str], live: Live) -> Folded:
        """The rows of these persons of a lane in these views at a position, as the live lane has them."""
        folded = Folded({name: {} for name in names}, {name: [] for name in names})
        if not subjects:
            return folded
        only = self.only(names)
        reference = await self._reference(lane, upto) if only.rules else Reference()
        histories = await self._reader.histories([s for s in subjects if s not in live.held], upto)
        for subject in (s for s in subjects if s in live.held):
            before = min(upto, live.held[subject] - 1)  # her rows stand as they were when she began to wait
            histories |= await self._reader.histories([subject], before)
        for subject, history in histories.items():
            try:
                self._fold(only, subject, history, reference, folded)
            except Poison:
                self._one_by_one(names, subject, history, reference, folded, subject in live.held)
        return replace(folded, facts=sum(len(h.facts) for h in histories.values()))

    def _one_by_one(
        self, names: Iterable[str], subject: str, history: History, reference: Reference, folded: Folded, waits: bool
    ) -> None:
        """A person whom one of the views cannot show: the others can."""
        for name in names:
            try:
                self._fold(self.only((name,)), subject, history, reference, folded)
            except Poison:
                if not waits:
                    folded.failed[name].append(subject)

    def _fold(self, only: Only, subject: str, history: History, reference: Reference, folded: Folded) -> None:
        def seen() -> Mapping[str, Rows]:
            if not only.rules:
                return handled(only, history.facts)
            person = Person(only, history.facts)
            person.forecast(evaluate(only.rules, person.state, reference, person.personal, BEFORE_TIME))
            return person.rows

        found = {} if history.dead else guarded(only, seen)
        for view in only.views:
            folded.rows[view.name][subject] = list(found.get(view.name, ()))


def handled(units: Only, facts: Iterable[Fact]) -> Mapping[str, Rows]:
    """Rows that depend on nothing but the facts that count. Poison when one of them cannot be applied."""
    rows = {v.name: Rows(v.key) for v in units.views}
    units.applying.clear()
    for fact in valid([f for f in facts if not f.own or units.reads(f)], units.processor):
        units.applying[:] = (fact,)
        for view, handler in units.heard(fact.name).handlers:
            handler(rows[view], fact)
    return rows


def _no_state() -> None:
    return None


def _no_change(_state: object, _fact: Fact) -> None:
    return None
