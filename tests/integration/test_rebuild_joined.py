"""Processes that help with a rebuild help with that one alone, however late they come."""

from __future__ import annotations

from typing import Any

import pytest

from operate import rebuilding
from operate.errors import OperateError
from tests.cluster import Database

VIEW = "relations"


def quiet(_: dict[str, Any]) -> None:
    """Nobody is told how far it is."""


async def generations(database: Database) -> list[tuple[int, bool]]:
    rows = await database.rows(f"SELECT generation, active FROM view.generation WHERE view = '{VIEW}' ORDER BY 1")
    return [tuple(r) for r in rows]


async def test_a_helper_that_comes_after_the_switch_begins_no_second_rebuild(database: Database) -> None:
    await database.person()
    started = await rebuilding.begin(database.settings, [VIEW])
    (first,) = await rebuilding.anew(database.settings, started, quiet)
    (late,) = await rebuilding.anew(database.settings, started, quiet)
    told = await generations(database)
    await rebuilding.anew(database.settings, await rebuilding.begin(database.settings, [VIEW]), quiet)
    (latest,) = await rebuilding.anew(database.settings, started, quiet)

    assert started == [(VIEW, 2)]
    assert (first.switched, late.switched, late.generation, told) == (True, True, 2, [(1, False), (2, True)])
    assert (latest.switched, await generations(database)) == (True, [(2, False), (3, True)]), "it switched back"


async def test_a_helper_that_comes_after_it_was_dropped_begins_nothing(database: Database) -> None:
    await rebuilding.begin(database.settings, [VIEW])
    async with rebuilding.opened(database.settings, "referrals") as rebuild:
        await rebuilding.drop(rebuild, await rebuilding.droppable(rebuild, VIEW, 2))
    (late,) = await rebuilding.anew(database.settings, [(VIEW, 2)], quiet)

    assert (late.switched, late.dropped, await generations(database)) == (False, True, [(1, True)])


async def test_all_are_begun_before_anybody_helps_and_those_begun_before_go_on(database: Database) -> None:
    first = await rebuilding.begin(database.settings, [VIEW])

    assert first == await rebuilding.begin(database.settings, [VIEW])
    assert await generations(database) == [(1, True), (2, False)]


async def test_nobody_helps_with_what_other_code_has_begun(database: Database) -> None:
    started = await rebuilding.begin(database.settings, [VIEW])
    await database.rows(f"UPDATE view.generation SET version = 99 WHERE view = '{VIEW}' AND generation = 2 RETURNING 1")

    with pytest.raises(OperateError, match="version 99"):
        await rebuilding.anew(database.settings, started, quiet)
