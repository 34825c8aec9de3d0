"""Which numbers of persons may be told so that no small one can be found, also by taking told ones from each other.

A table by some columns is never told alone: whoever asks for it may ask for its totals too. So a cell is told only when
its totals are, and in each line of cells that make up a told total the hidden ones are several and not few together.
What may be told of a table depends on nothing but the table and its totals, however it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

FEW = 5
"""Fewer persons than this are not told, so that nobody can be recognised (the statistics' rule of n < 5)."""

Columns = tuple[str, ...]
Cell = tuple[str | None, ...]
Table = Mapping[Cell, int]
Line = Sequence[Cell]
PRIME = 2_147_483_647
"""Elimination in whole numbers modulo a prime: exact enough, and no fraction grows."""

MOST = 3_000
"""Hidden cells in the lines of a table; of one with more nothing is told, as nobody could prove it safe in time."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Numbers of persons by columns, and every table of totals over it; nothing small is left out yet.

    `beside` is what else is told of a cell of the whole table, `paused` are years in which the service paused.
    """

    cube: Mapping[Columns, Table]
    as_of: Mapping[str, Any]
    beside: Mapping[Cell, Mapping[str, Any]] = field(default_factory=dict)
    paused: frozenset[str] = frozenset()
    stale_sources: Sequence[str] = ()


def told(cube: Mapping[Columns, Table], columns: Columns) -> frozenset[Cell]:
    """The cells of the table by these columns that may be told; `cube` holds it and every table of totals over it."""
    known: dict[Columns, frozenset[Cell]] = {}
    for size in range(len(columns) + 1):
        for part in combinations(columns, size):
            known[part] = _of_table(cube, part, known)
    return known[columns]


def _of_table(
    cube: Mapping[Columns, Table], columns: Columns, known: Mapping[Columns, frozenset[Cell]]
) -> frozenset[Cell]:
    cells = cube.get(columns, {})
    few = {cell for cell, persons in cells.items() if persons < FEW or _leaves_few(cube, columns, cell)}
    hidden = few | {cell for cell in cells if not all(t in known[c] for c, t in _totals(cell, columns))}
    lines = list(_lines(cells, columns, known))
    while more := _beside(cells, lines, hidden) or _against_sums(cells, lines, hidden, few):
        hidden |= more
    return frozenset(cells) - hidden


def _leaves_few(cube: Mapping[Columns, Table], columns: Columns, cell: Cell) -> bool:
    """Whether few of a total are not in the cell. A column may hold several values of one person, and then
    nothing else in the table is as small as they are.
    """
    totals = (cube.get(part, {}).get(total, 0) for part, total in _totals(cell, columns))
    return any(0 < total - cube[columns][cell] < FEW for total in totals)


def _totals(cell: Cell, columns: Columns) -> Iterator[tuple[Columns, Cell]]:
    """The totals that a cell is a part of, one for each column."""
    for i in range(len(columns)):
        yield columns[:i] + columns[i + 1 :], cell[:i] + cell[i + 1 :]


def _lines(cells: Table, columns: Columns, known: Mapping[Columns, frozenset[Cell]]) -> Iterator[Line]:
    """Cells that make up a total that is told."""
    found: dict[tuple[Columns, Cell], list[Cell]] = {}
    for cell in sorted(cells, key=repr):
        for total in _totals(cell, columns):
            found.setdefault(total, []).append(cell)
    return (line for (part, total), line in found.items() if total in known[part])


def _beside(cells: Table, lines: Sequence[Line], hidden: set[Cell]) -> set[Cell]:
    """What must be hidden besides, the smallest of each line in which one is hidden alone, or few persons are."""
    more = set[Cell]()
    for line in lines:
        gone = [cell for cell in line if cell in hidden or cell in more]
        if gone and (len(gone) == 1 or sum(cells[cell] for cell in gone) < FEW):
            more |= _smallest(cells, set(line) - hidden - more)
    return more


def _against_sums(cells: Table, lines: Sequence[Line], hidden: set[Cell], few: set[Cell]) -> set[Cell]:
    """What must be hidden besides so that no small number follows from the sums of several lines."""
    sums = [[cell for cell in line if cell in hidden] for line in lines]
    if sum(map(len, sums)) > MOST:
        return set(cells) - hidden
    more = set[Cell]()
    for found in _found(sums) & few:
        near = {cell for line in lines if found in line for cell in line}
        more |= _smallest(cells, near - hidden) or _smallest(cells, set(cells) - hidden)
    return more


def _smallest(cells: Table, among: Iterable[Cell]) -> set[Cell]:
    first = min(among, key=lambda cell: (cells[cell], repr(cell)), default=None)
    return set() if first is None else {first}


def _found(sums: Iterable[Line]) -> set[Cell]:
    """Cells whose number follows from the sums of such lines: those that stand alone after elimination."""
    rows: dict[Cell, dict[Cell, int]] = {}
    for line in sums:
        row = dict.fromkeys(line, 1)
        for pivot in [cell for cell in row if cell in rows]:
            _take(row, rows[pivot], pivot)
        if not row:
            continue
        pivot = min(row, key=repr)
        inverse = pow(row[pivot], -1, PRIME)
        row = {cell: value * inverse % PRIME for cell, value in row.items()}
        for other in rows.values():
            if pivot in other:
                _take(other, row, pivot)
        rows[pivot] = row
    return {pivot for pivot, row in rows.items() if len(row) == 1}


def _take(row: dict[Cell, int], other: Mapping[Cell, int], pivot: Cell) -> None:
    """Take a multiple of another row away, so that the pivot is gone."""
    factor = row[pivot]
    for cell, value in other.items():
        left = (row.get(cell, 0) - factor * value) % PRIME
        if left:
            row[cell] = left
        else:
            row.pop(cell, None)
