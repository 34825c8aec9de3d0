"""The real journal under other parameters: by day and organisation what would have been, and nothing is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from kernel import persons
from kernel.decode import Catalogue, Decoder
from kernel.discover import events
from kernel.facts import Event
from kernel.person import Units
from operate.commands import what_if as command
from operate.errors import OperateError
from operate.processors import units_of
from operate.sweep_trial import tried
from operate.what_if import WhatIf
from operate.what_if_history import Histories
from operate.what_if_report import Outcome
from operate.what_if_rules import change_of, changed
from tests.cluster import Database, settle, visit
from tests.integration.test_sweep import set_parameters, worker
from tests.sample import domain

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 31)
ALONE = Units.of("referrals", domain.fold, [domain.rule], [])


async def histories(database: Database) -> Histories:
    journal = database.operator
    known: dict[str, type[Event]] = {**events("schemas"), domain.VisitRecorded.meta.type: domain.VisitRecorded}
    decoder = Decoder(Catalogue(known, ["visits.missed"]), journal.keys, journal.instance.operator)
    return await Histories(journal, decoder, [ALONE]).open()


async def what_if(database: Database, count: int, first: date = FIRST, last: date = LAST) -> Outcome:
    trial = WhatIf([ALONE], change_of([ALONE], "V-1", [f"count={count}"]), "1710128-9", first, last)
    return await trial.run(await histories(database), range(33), lambda _, __: None)


async def a_month(database: Database) -> list[str]:
    """Three persons: one missed two days, one four, one came; each fact stated on the evening of its day."""
    refs = [await database.person(f"p{n}") for n in range(3)]
    reactor = await database.reactor()
    for day in range(2, 12):
        facts = [
            visit(day, day, day not in (3, 4), refs[0]),
            visit(100 + day, day, day not in (5, 6, 7, 8), refs[1]),
            visit(200 + day, day, True, refs[2]),
        ]
        await database.at(datetime(2026, 3, day, 18, tzinfo=UTC))
        await database.door.append(facts)
        await settle(reactor)
    await database.at(datetime(2026, 3, 12, 9, tzinfo=UTC))
    await settle(reactor)
    return refs


async def written(database: Database) -> list[Any]:
    sql = "SELECT count(*) FROM {}"
    tables = ("journal.fact", "react.wakeup", "react.sweep", "view.visit_log_g1", "disclosure.log")
    marks = await database.rows("SELECT sum(rev) AS revs, sum(seq) AS seqs FROM react.checkpoint")
    return [*marks, *[(await database.rows(sql.format(t)))[0]["count"] for t in tables]]


async def test_a_stricter_rule_lists_exactly_what_it_would_take_away_or_move(database: Database) -> None:
    await a_month(database)
    before = await written(database)
    outcome = await what_if(database, 3)
    findings = outcome.findings.document()

    assert (findings["came"], findings["gone"], findings["moved"], findings["persons"]) == (0, 1, 1, 2)
    assert [(w["week"], w["gone"], w["moved"]) for w in findings["weeks"]] == [("2026-W10", 1, 1)]
    assert (outcome.examined, outcome.unreadable) == (3, 0)
    assert await written(database) == before


async def test_the_same_parameters_make_no_difference(database: Database) -> None:
    await a_month(database)
    outcome = await what_if(database, 2)

    assert outcome.findings.document() == {"came": 0, "gone": 0, "moved": 0, "persons": 0, "weeks": []}


async def test_only_days_of_the_window_count(database: Database) -> None:
    await a_month(database)
    outcome = await what_if(database, 3, first=date(2026, 3, 9))

    assert outcome.findings.persons == 0


async def test_a_looser_rule_brings_what_nobody_was_told(database: Database) -> None:
    await a_month(database)
    await set_parameters(database, 1, "V-1", {"count": 4})
    await settle(await database.reactor())
    outcome = await what_if(database, 1)

    assert outcome.findings.persons == 2
    assert outcome.findings.kinds["gone"] == 0


async def test_who_was_erased_is_in_no_count(database: Database) -> None:
    gone, *_ = await a_month(database)
    await persons.erase(database.operator, gone)
    outcome = await what_if(database, 3)

    assert (outcome.examined, outcome.findings.persons) == (2, 1)


async def test_a_dry_run_of_a_sweep_tells_what_the_sweep_then_does(database: Database) -> None:
    refs = await a_month(database)
    parts = [ALONE]
    quiet = await tried(database.operator, parts, await histories(database), lambda _, __: None)
    assert (quiet.examined, quiet.persons, quiet.document()["rules"]) == (3, 0, [])

    before = await written(database)
    stricter = changed(parts, change_of(parts, "V-1", ["count=3"]))
    trial = await tried(database.operator, stricter, await histories(database), lambda _, __: None)
    (line,) = trial.document()["rules"]
    assert line == {"rule": "V-1", "organisation": "", "come": 0, "go": 1, "change": 1, "persons": 2}
    assert await written(database) == before

    told = [await database.told(ref) for ref in refs]
    rule = replace(domain.rule, params=domain.Missed(count=3))
    await settle(await worker(database, 2, rule))
    new = [now[len(was) :] for was, now in zip(told, [await database.told(ref) for ref in refs], strict=True)]
    assert new == [["finding.withdrawn"], ["finding.changed"], []]


async def test_days_that_have_not_come_are_refused_by_the_instance_s_clock(database: Database) -> None:
    """`--to` in the future was taken for today without a word."""
    await database.at(datetime(2026, 3, 12, 9, tzinfo=UTC))
    change = change_of([units_of("placements")], "R-ABS-1", ["count=2"])
    for days, name in (((None, date(2026, 3, 13)), "--to"), ((date(2026, 3, 13), None), "--from")):
        with pytest.raises(OperateError, match=f"{name} 2026-03-13 lies in the future: it is 2026-03-12"):
            await command.what_if(database.settings, change, *days)
