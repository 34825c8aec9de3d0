"""What one reaction writes about one person; nothing that her facts do can stop the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from traceback import extract_tb
from typing import TypeVar

from structlog import get_logger

from kernel.conclude import Difference, Seen, evaluate
from kernel.errors import Poison, PolkuError
from kernel.facts import Fact
from kernel.journal import KERNEL_TYPES, MERGED
from kernel.params import Reference
from kernel.person import Person, Units
from kernel.person_reader import History
from kernel.plan import AT_ONCE, Hold, PersonPlan, ViewChange
from kernel.reasons import Reasons
from kernel.stored import Stored
from kernel.tally import received

T = TypeVar("T")

WHOLE = 80
"""What else of a person stays in memory, measured in facts."""


@dataclass(slots=True)
class Lane:
    """What a worker believes of a lane that it owns; thrown away at the first doubt."""

    era: str
    rev: int
    seq: int
    now: datetime
    reference: Reference
    persons: dict[str, Person] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    rested: datetime | None = None
    """The lane's now for which everybody due has been looked at: until it moves or a wake-up falls due, nobody is."""

    taken: int = 0
    """The room that all persons in memory take."""

    def remember(self, subject: str, person: Person) -> None:
        """Keep her, as the one who was looked at last."""
        self.forget(subject)
        self.persons[subject] = person
        person.room = WHOLE + len(person.facts)
        self.taken += person.room

    def forget(self, subject: str) -> None:
        """She is read again when she is needed."""
        if known := self.persons.pop(subject, None):
            self.taken -= known.room

    def keep_to(self, room: int) -> None:
        """Forget whoever was looked at longest ago while there is more than so many facts."""
        while self.taken > room:
            self.forget(next(iter(self.persons)))


def guarded(units: Units, work: Callable[[], T]) -> T:
    """Run units over one person. Whatever they raise becomes Poison that names the fact they were looking at."""
    try:
        return work()
    except PolkuError:
        raise
    except Exception as error:
        names = next(((f.source, f.id, f.type) for f in units.applying), ())
        raise Poison("unit_failed", type(error).__name__, *names) from error


class Planner:
    """Plans persons for one processor."""

    def __init__(self, units: Units, operator: str) -> None:
        self._units, self._operator = units, operator
        self._told: set[tuple[object, ...]] = set()

    def plan(
        self,
        owned: Lane,
        subject: str,
        rows: Sequence[Stored],
        history: History | None,
        news: Sequence[Fact],
        newer: Sequence[Fact] | None,
        *,
        swept: bool = False,
    ) -> PersonPlan:
        """What one reaction writes about one person; nothing that her facts do can stop the others."""
        if history and history.dead:
            owned.forget(subject)
            return PersonPlan(subject, drop=True)
        anew = swept or subject in owned.held or any(r.type in KERNEL_TYPES for r in rows)

        def written() -> PersonPlan:
            person = self._carried(owned, subject, history, news, anew=anew)
            self._units.applying.clear()
            known = person.found(owned.reference)
            seen = evaluate(self._units.rules, person.state, owned.reference, person.personal, owned.now, known)
            person.forecast(seen)
            owned.remember(subject, person)
            rewrites = {v.name for v in self._units.views if history is not None and (anew or v.forecasts)}
            return self._written(owned, subject, rows, person, seen, newer, rewrites=rewrites, swept=swept)

        try:
            return guarded(self._units, written)
        except Poison as poison:
            if poison.__cause__ is not None:
                self._tell(owned, self._units.applying[0].type if self._units.applying else "", poison.__cause__)
            return self.held(subject, owned, poison, rows)

    def _carried(
        self, owned: Lane, subject: str, history: History | None, news: Sequence[Fact], *, anew: bool
    ) -> Person:
        """Her state with what is new. One who was not in memory is folded to the position first, where her stored
        rows are, so that only what the batch changes is written; `anew`: her rows are replaced whatever they were.
        """
        if history is None:
            person = owned.persons[subject]
        elif anew:
            return Person(self._units, history.facts)
        else:
            news = [f for f in history.facts if f.chain == 0 and f.seq > owned.seq]
            person = Person(self._units, [f for f in history.facts if f.chain != 0 or f.seq <= owned.seq])
        person.add(news)
        return person

    def _tell(self, owned: Lane, type_: str, error: BaseException) -> None:
        """Where a unit went wrong, once per place: a bad deploy would else fill the log with every person."""
        place = (type(error).__name__, *((f.filename, f.lineno) for f in extract_tb(error.__traceback__)[-1:]))
        if place not in self._told:
            self._told.add(place)
            get_logger("reaction").error(
                "unit_failed", processor=self._units.processor, type=type_, seq=owned.seq, exc_info=error
            )

    def _written(
        self,
        owned: Lane,
        subject: str,
        rows: Sequence[Stored],
        person: Person,
        seen: Seen,
        newer: Sequence[Fact] | None,
        *,
        rewrites: Set[str],
        swept: bool,
    ) -> PersonPlan:
        plan = PersonPlan(subject, wake=seen.next, stored=person.wake, waited=subject in owned.held)
        for view in self._units.views:
            changed, gone = person.rows[view.name].take_changes()
            if view.name in rewrites:
                plan.views[view.name] = ViewChange(True, list(person.rows[view.name]), [])
            elif changed or gone:
                plan.views[view.name] = ViewChange(False, changed, gone)
        memory = person.memory(newer or ())
        newest = person.newest
        difference = Difference(
            processor=self._units.processor,
            operator=self._operator,
            subject=subject,
            now=max(owned.now, newest.recorded) if newest else owned.now,
            cause=newest.id if newest else "",
            trace=newest.trace if newest else "",
            received=received(rows),
            merged=any(r.type == MERGED for r in rows),
            why=Reasons(self._units, person, owned.reference, owned.now, guarded, swept).why,
        )
        plan.facts = difference.facts(self._units.by_id, seen, memory)
        if plan.facts and newer is not None:
            plan.facts, plan.wake = [], AT_ONCE  # she has newer facts: they, or this wake-up, will tell
        return plan

    def held(self, subject: str, owned: Lane, poison: Poison, rows: Sequence[Stored] = ()) -> PersonPlan:
        owned.forget(subject)
        culprit = rows[0] if rows and not poison.id else None
        hold = Hold(
            from_seq=rows[0].seq if rows else owned.seq + 1,
            source=poison.source or (culprit.source if culprit else ""),
            id=poison.id or (culprit.id if culprit else ""),
            type=poison.type or (culprit.type if culprit else ""),
            cause=poison.cause,
            pointer=poison.pointer,
        )
        return PersonPlan(subject, hold=hold)
