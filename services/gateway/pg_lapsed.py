"""Which statements that were stored before no longer count: a row that is changed back is one of these again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from typing import Any

from kernel.decode import Catalogue, Decoder
from kernel.errors import Poison
from kernel.facts import Fact, name_of
from kernel.journal import NewFact
from kernel.person import Units
from kernel.person_reader import PersonReader
from kernel.pg_journal import PgJournal
from kernel.pg_prepare import load_persons, resolve_ref
from kernel.rules import Fold
from kernel.valid import Name, valid


class PgLapsed:
    """Reads the persons of such statements from the journal itself, each with the types in question alone."""

    def __init__(self, journal: PgJournal, catalogue: Catalogue) -> None:
        self._pool = journal.pool
        self._decoder = Decoder(catalogue, journal.keys, journal.instance.operator)

    async def of(self, facts: Sequence[NewFact]) -> Set[Name]:
        """Names of those, stored and about persons, that their own source has replaced or withdrawn since."""
        subjects = {f.subject for f in facts if f.subject}
        persons = await load_persons(self._pool, subjects)
        refs = {resolve_ref(subject, persons) for subject in subjects & persons.keys()}
        heard: Fold[Any] = Fold(_nothing, _unmoved, frozenset(name_of(f.type) for f in facts))
        reader = PersonReader(self._pool, self._decoder, Units.of("", heard, (), ()))
        histories = await reader.histories(refs)
        asked = {(f.source, f.id) for f in facts}
        return frozenset(name for h in histories.values() for name in asked & lapsed(h.facts))


def lapsed(facts: Iterable[Fact]) -> Set[Name]:
    """Names of a person's facts that are not their own source's last word about their matter.

    Who is outweighed by another source alone has not said anything else. Of a person who is held nobody can tell.
    """
    every = list(facts)
    try:
        counting = valid(every, "door")
    except Poison:
        return frozenset()
    last = {
        name
        for fact in counting
        for name in {said.source: (said.source, said.id) for said in (*fact.rivals, fact)}.values()
    }
    return frozenset((f.source, f.id) for f in every) - last


def _nothing() -> None:
    return None


def _unmoved(_: Any, __: Fact) -> None:
    return None
