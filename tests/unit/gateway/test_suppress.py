"""No number below five is told, and none can be found by taking told numbers from each other, whoever combines them."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product
from random import Random

import pytest

from services.gateway.suppress import FEW, Cell, Columns, Table, told

NAMES = ("outcome", "place", "year")
Cube = dict[Columns, Table]


def cube(finest: Table, columns: Columns) -> Cube:
    """The table with all its totals."""
    made: dict[Columns, dict[Cell, int]] = {}
    for size in range(len(columns) + 1):
        for part in combinations(range(len(columns)), size):
            table = made.setdefault(tuple(columns[i] for i in part), {})
            for cell, persons in finest.items():
                total = tuple(cell[i] for i in part)
                table[total] = table.get(total, 0) + persons
    return {part: {c: n for c, n in table.items() if n} for part, table in made.items()}


def everything(made: Cube) -> dict[Columns, dict[Cell, int]]:
    """All that anybody can be told, asking for every table."""
    return {part: {cell: made[part][cell] for cell in told(made, part)} for part in made}


def attacked(made: Cube, columns: Columns, domain: list[Cell]) -> list[tuple[Columns, Cell]]:
    """Small numbers that follow from what is told, by Gaussian elimination over all cells that there might be."""
    place = {cell: i for i, cell in enumerate(domain)}

    def vector(part: Columns, cell: Cell) -> list[Fraction]:
        at = [columns.index(name) for name in part]
        return [Fraction(tuple(whole[i] for i in at) == cell) for whole in place]

    basis: list[list[Fraction]] = []
    for part, cells in everything(made).items():
        for cell in cells:
            if row := reduced(vector(part, cell), basis):
                basis.append(row)
    small = [(part, cell) for part, table in made.items() for cell, n in table.items() if 0 < n < FEW]
    return [(part, cell) for part, cell in small if not reduced(vector(part, cell), basis)]


def reduced(row: list[Fraction], basis: list[list[Fraction]]) -> list[Fraction]:
    """What is left of a row, beginning with one at its first place; empty when it follows from the others."""
    for other in basis:
        first = next(i for i, value in enumerate(other) if value)
        if row[first]:
            row = [a - row[first] * b for a, b in zip(row, other, strict=True)]
    first_left = next((value for value in row if value), None)
    return [value / first_left for value in row] if first_left else []


@pytest.mark.parametrize("seed", range(24))
def test_nobody_finds_a_small_number_in_all_tables_together(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - numbers of a test, not a secret
    names = NAMES[: 2 + seed % 2]
    domain = [tuple(c) for c in product(*([f"{n}{i}" for i in range(3)] for n in names))]
    finest = {cell: chance.choice((0, 0, 1, 3, 4, 6, 9, 20, 31)) for cell in domain}
    made = cube(finest, names)

    assert attacked(made, names, list(domain)) == []
    assert all(n >= FEW for cells in everything(made).values() for n in cells.values())


def test_a_number_is_not_told_when_a_total_elsewhere_gives_the_small_one_away() -> None:
    """Ten went into education, nine of them in Seinäjoki: the tenth must not be found in Alajärvi."""
    finest = {("education", "743"): 9, ("education", "005"): 1, ("pension", "743"): 6, ("pension", "005"): 7}
    made = cube(finest, NAMES[:2])

    assert told(made, ("outcome",)) == {("education",), ("pension",)}
    assert ("education", "743") not in told(made, NAMES[:2])


def test_those_who_lack_one_of_several_values_are_not_found_by_taking_those_who_have_it_from_all() -> None:
    """A person may have several goals: of ten in Seinäjoki eight have one of them, and two must not be found."""
    goals = {("job", "743"): 8, ("health", "743"): 10, ("job", "005"): 20, ("health", "005"): 11}
    places = {("743",): 10, ("005",): 25}
    made: Cube = {
        (): {(): 35},
        ("goal",): {("job",): 28, ("health",): 21},
        ("place",): places,
        ("goal", "place"): goals,
    }

    assert ("job", "743") not in told(made, ("goal", "place"))


def test_what_is_told_of_a_table_does_not_depend_on_how_it_is_asked_for() -> None:
    chance = Random(7)  # noqa: S311 - numbers of a test, not a secret
    domain = [tuple(c) for c in product(*([f"{n}{i}" for i in range(4)] for n in NAMES))]
    made = cube({cell: chance.randrange(30) for cell in domain}, NAMES)
    alone = {part: table for part, table in made.items() if "year" not in part}

    assert told(made, NAMES[:2]) == told(alone, NAMES[:2])


def test_large_numbers_are_all_told() -> None:
    made = cube({("a", "x"): 5, ("a", "y"): 50, ("b", "x"): 17, ("b", "y"): 8}, NAMES[:2])

    assert told(made, NAMES[:2]) == made[NAMES[:2]].keys()


def test_a_large_table_is_not_hidden_whole_for_some_small_cells() -> None:
    chance = Random(3)  # noqa: S311 - numbers of a test, not a secret
    domain = [tuple(c) for c in product([f"o{i}" for i in range(19)], [f"m{i}" for i in range(18)])]
    finest = {cell: chance.choice((0, 1, 2, 5, 8, 12, 20, 40)) for cell in domain}
    made = cube(finest, NAMES[:2])
    large = [cell for cell, n in finest.items() if n >= FEW]

    assert len(told(made, NAMES[:2])) > 0.6 * len(large)
