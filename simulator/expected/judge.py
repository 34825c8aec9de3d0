"""Holds a whole play against the model, some persons at a time and in several processes when there are many."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context

from simulator.expected.compare import Alerting, compare, together
from simulator.expected.foretell import RULES, foretold
from simulator.expected.moments import Names
from simulator.expected.shown import Shown
from simulator.region import Region
from simulator.setting import Setting
from simulator.statement import Statement
from simulator.story import Story

GROUP = 150
"""Persons whom one process looks at in one go."""
PACKED_AT = 2000
"""Statements of a group that are packed together."""
Closings = Sequence[tuple[int, date, Names]]
"""Person, day, and what people put aside then."""


@dataclass(frozen=True)
class Group:
    """Some persons with all that was said and shown about them; `said` is packed."""

    region: Region
    setting: Setting
    persons: Sequence[int]
    said: Sequence[bytes]
    general: Sequence[Statement]
    shown: Shown
    closed: Mapping[int, Mapping[date, Names]]


def judge(
    region: Region,
    story: Story,
    more: Iterable[Statement],
    shown: Shown,
    closed: Mapping[int, Mapping[date, Names]],
    processes: int = 1,
) -> list[Alerting]:
    """Every rule of the model, and every one that was shown, about everybody. `more`: what people said meanwhile."""
    groups = _groups(region, story, more, shown, closed)
    if processes == 1:
        return together(map(judged, groups))
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as workers:
        return together(workers.map(judged, groups))


def judged(group: Group) -> list[Alerting]:
    """The same about some persons."""
    said: dict[int | None, list[Statement]] = {}
    for packed in group.said:
        for statement in pickle.loads(zlib.decompress(packed)):  # noqa: S301 - what `_groups` has packed itself
            said.setdefault(statement.person, []).append(statement)
    return together(
        compare(
            {person: foretold(group.region, group.setting, said.get(person, ()), group.general)},
            {person: group.shown.of(person)},
            RULES,
            group.closed,
        )
        for person in group.persons
    )


def _groups(
    region: Region,
    story: Story,
    more: Iterable[Statement],
    shown: Shown,
    closed: Mapping[int, Mapping[date, Names]],
) -> Iterator[Group]:
    packed: dict[int, list[bytes]] = {}
    waiting: dict[int, list[Statement]] = {}
    general: list[Statement] = []
    for said in (*story.statements, *more):
        if said.person is None:
            general.append(said)
            continue
        number = said.person // GROUP
        of_group = waiting.setdefault(number, [])
        of_group.append(said)
        if len(of_group) >= PACKED_AT:
            packed.setdefault(number, []).append(_packed(waiting.pop(number)))
    for number in range((len(story.codes) + GROUP - 1) // GROUP):
        persons = range(number * GROUP, min((number + 1) * GROUP, len(story.codes)))
        told = [*packed.pop(number, ()), *([_packed(waiting.pop(number))] if number in waiting else ())]
        hers = {p: closed[p] for p in persons if p in closed}
        yield Group(region, story.setting, persons, told, general, shown.only(persons), hers)


def _packed(said: Sequence[Statement]) -> bytes:
    return zlib.compress(pickle.dumps(said, pickle.HIGHEST_PROTOCOL), 1)
