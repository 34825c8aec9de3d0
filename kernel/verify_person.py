"""One person under verification: what is stored of her, and what her facts say it should be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from kernel.conclude import Seen, content_of, evaluate, remember
from kernel.decode import Decoder
from kernel.errors import Poison
from kernel.params import Reference
from kernel.person import Person, Units
from kernel.person_reader import History, PersonReader
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal
from kernel.pg_lane import PgLanes
from kernel.policy import Policy
from kernel.react_person import guarded
from kernel.views import View

What = dict[str, str]
Table = Mapping[tuple[Any, ...], Mapping[str, Any]]
"""Rows of one person in one view by their key, in a form in which both sides can be compared."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A person as she is stored; `swept` tells that no sweep has still to come to her."""

    dead: bool
    erased: bool
    held: str | None
    wake: datetime | None
    swept: bool


@dataclass(frozen=True, slots=True)
class Look:
    """Some persons of a lane at one instant; `mine`: the lane follows the rules that are looked with."""

    upto: int
    now: datetime
    reference: Reference
    mine: bool
    persons: Mapping[str, Looked]
    histories: Mapping[str, History]
    heads: Mapping[str, int]
    stored: Mapping[str, Mapping[str, Table]]

    def waits(self, subject: str) -> bool:
        """Whether a worker still owes something that concerns her."""
        person = self.persons[subject]
        due = person.wake is not None and person.wake <= self.now
        return due or not self.mine or not person.swept or (person.dead and not self.histories[subject].dead)


class Looker:
    """Takes looks, each in a snapshot of its own that ends before anything is folded."""

    def __init__(self, journal: PgJournal, decoder: Decoder) -> None:
        self._journal, self._decoder = journal, decoder
        self._references: dict[tuple[str, int], Reference] = {}

    async def next(self, units: Units, lane: int, after: str, limit: int, ruleset: int | None) -> Look | None:
        """The persons that follow one in the order of references; None when the processor has not been there yet."""
        bound = UUID(after) if after else UUID(int=0)
        return await self._look(units, lane, ruleset, "p.subject > $3 ORDER BY p.subject LIMIT $4", bound, limit)

    async def again(self, units: Units, lane: int, subject: str, ruleset: int | None) -> Look | None:
        """One person once more."""
        return await self._look(units, lane, ruleset, "p.subject = $3 LIMIT $4", UUID(subject), 1)

    async def _look(self, units: Units, lane: int, ruleset: int | None, which: str, *values: object) -> Look | None:
        with translated():
            async with (
                self._journal.pool.acquire() as connection,
                connection.transaction(isolation="repeatable_read", readonly=True),
            ):
                checkpoint = await connection.fetchrow(
                    "SELECT seq, ruleset FROM react.checkpoint WHERE processor = $1 AND lane = $2",
                    *(units.processor, lane),
                )
                if checkpoint is None:
                    return None
                rows = await connection.fetch(PERSONS + which, units.processor, lane, *values)
                upto = checkpoint["seq"]
                lanes = PgLanes(connection, units.processor, 0)
                reader = PersonReader(connection, self._decoder, units)
                subjects = [r["subject"] for r in rows]
                return Look(
                    upto=upto,
                    now=await lanes.instant(lane, upto),
                    reference=await self._reference(lanes, units, lane, upto),
                    mine=ruleset in (None, checkpoint["ruleset"]),
                    persons={r["subject"]: Looked(**{k: r[k] for k in Looked.__slots__}) for r in rows},
                    histories=await reader.histories(subjects, upto),
                    heads=await reader.heads(subjects),
                    stored={v.name: await _stored(connection, v, subjects) for v in await _shown(connection, units)},
                )

    async def _reference(self, lanes: PgLanes, units: Units, lane: int, upto: int) -> Reference:
        policy = Policy(lanes, self._decoder, units, self._journal.instance)
        name = (units.processor, await policy.position(lane, upto))
        if name not in self._references:
            self._references = {n: r for n, r in self._references.items() if n[0] != units.processor}
            self._references[name] = await policy.at(lane, name[1], Reference())
        return self._references[name]


PERSONS = """
    SELECT p.subject::text AS subject, p.merged_into IS NOT NULL OR p.erased IS NOT NULL AS dead,
           p.erased IS NOT NULL AS erased, h.cause AS held, w.due AS wake,
           coalesce(s.over IS NOT NULL OR p.subject <= s.after, true) AS swept
      FROM journal.person p
      LEFT JOIN react.hold h ON h.processor = $1 AND h.subject = p.subject
      LEFT JOIN react.wakeup w ON w.processor = $1 AND w.subject = p.subject
      LEFT JOIN react.sweep s ON s.processor = $1 AND s.lane = p.lane
     WHERE p.lane = $2 AND """


def verdict(units: Units, subject: str, look: Look) -> Sequence[What]:
    """What differs between the rows, the wake-up and the open findings of a person and what her facts say."""
    actual = {name: rows.get(subject, {}) for name, rows in look.stored.items()}
    wake, history = look.persons[subject].wake, look.histories[subject]
    if history.dead:
        return [*_rows(units, {v.name: {} for v in units.views}, actual), *([{"what": "wake-up"}] if wake else [])]

    def judged() -> list[What]:
        person = Person(units, history.facts)
        seen = evaluate(units.rules, person.state, look.reference, person.personal, look.now)
        person.forecast(seen)
        expected = {v.name: _table(v, person.rows[v.name], stored=False) for v in units.views}
        found = list(_rows(units, expected, actual))
        if look.heads[subject] <= look.upto:  # else her newest facts decide, and they have not been applied yet
            found += _findings(units, person, seen)
        return found + ([{"what": "wake-up"}] if seen.next != wake else [])

    try:
        return guarded(units, judged)
    except Poison as poison:
        return [{"what": f"cannot be folded: {poison.cause} {poison.pointer}"}]


def _findings(units: Units, person: Person, seen: Seen) -> list[What]:
    memory = remember(person.facts.values(), units.by_id)
    said = {name: next(iter(raises.values())) for name, raises in memory.open.items()}
    want = {name: content_of(conclusion) for name, conclusion in seen.wanted.items()}
    found = [n for n in said.keys() | want.keys() if said.get(n) != want.get(n) or len(memory.open.get(n, ())) > 1]
    return [{"what": "finding " + " ".join(name)} for name in found]


def _rows(units: Units, expected: Mapping[str, Table], actual: Mapping[str, Table]) -> list[What]:
    return [
        {"view": view.name, "what": " ".join(map(str, key))}
        for view in units.views
        if view.name in actual
        for key in expected[view.name].keys() | actual[view.name].keys()
        if expected[view.name].get(key) != actual[view.name].get(key)
    ]


async def _shown(connection: Any, units: Units) -> list[View]:
    """Views that are read in the version of this code; another one is right by other handlers."""
    rows = await connection.fetch("SELECT view, version FROM view.generation WHERE active")
    versions = {r["view"]: r["version"] for r in rows}
    return [v for v in units.views if versions.get(v.name) == v.version]


async def _stored(connection: Any, view: View, subjects: Sequence[str]) -> dict[str, Table]:
    rows = await connection.fetch(f"SELECT v.* FROM view.{view.name} v WHERE subject = ANY($1::uuid[])", subjects)
    hers: dict[str, list[Any]] = {}
    for row in rows:
        hers.setdefault(str(row["subject"]), []).append(row)
    return {subject: _table(view, found, stored=True) for subject, found in hers.items()}


def _table(view: View, rows: Iterable[Mapping[str, Any]], *, stored: bool) -> Table:
    """Rows in the form in which both sides can be compared."""
    columns = [(c.name, (_FROM_STORED if stored else _FROM_FOLD).get(c.type)) for c in view.columns]
    table: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for row in rows:
        plain = {}
        for name, turn in columns:
            value = row.get(name)
            plain[name] = value if turn is None or value is None else turn(value)
        table[tuple([plain[k] for k in view.key])] = plain
    return table


def _texts(values: Iterable[object]) -> list[str]:
    return [str(v) for v in values]


_FROM_FOLD: Mapping[str, Callable[[Any], Any]] = {
    "jsonb": lambda value: orjson.loads(orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)),
    "uuid": str,
    "text": str,
    "text[]": _texts,
}
_FROM_STORED: Mapping[str, Callable[[Any], Any]] = {**_FROM_FOLD, "jsonb": orjson.loads}
