"""New rules and parameters reach everybody, in chunks, and nobody is told twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from kernel.decode import Catalogue, Decoder
from kernel.discover import events
from kernel.errors import Unavailable
from kernel.facts import lane_of
from kernel.person import Units
from kernel.react import Reactor
from kernel.rules import Finding, Resolved, Rule
from services.referrals.views import relations
from tests.cluster import ORGANISER, Database, settle, stated, visit
from tests.sample import domain

NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)
SET = "fi.polku.rule_parameters.set.v1"


def three(state: domain.State, params: Resolved[domain.Missed]) -> Iterator[Finding]:
    """The newer rule: it speaks of the days before a row of three, and gives the count with them."""
    for found in domain.find(state, params):
        yield replace(found, facts={**found.facts, "newer": True}) if len(state.days) > 2 else found


async def worker(database: Database, ruleset: int, rule: Rule[Any, Any]) -> Reactor:
    """A worker of the tiny domain with a rule of its own."""
    journal = await database.journal("referrals")
    units = Units.of("referrals", domain.fold, [rule], [relations.view, domain.view])
    known = {**events("schemas"), domain.VisitRecorded.meta.type: domain.VisitRecorded}
    decoder = Decoder(Catalogue(known, ["visits.missed"]), journal.keys, journal.instance.operator)  # type: ignore[arg-type]  # both are events
    return Reactor(journal, units, decoder, ruleset=ruleset, fans_out=True)


async def alarmed(database: Database, count: int, days: tuple[int, ...] = (2, 3)) -> list[str]:
    """So many persons who missed these days, stated and told by a worker with the first rules."""
    refs = [await database.person(f"p{n}") for n in range(count)]
    facts = [visit(100 * n + d, d, False, ref) for n, ref in enumerate(refs) for d in days]
    await database.door.append(facts)
    await database.at(NOON)
    await settle(await worker(database, 1, domain.rule))
    return refs


async def progress(database: Database) -> list[dict[str, Any]]:
    return [dict(r) for r in await database.rows("SELECT processor, reason, lanes, done, total FROM react.sweeps()")]


async def test_newer_rules_reach_everybody_in_chunks_and_change_what_is_open_without_raising_it_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kernel.react.SWEPT", 1)
    refs = await alarmed(database, 40, (2, 3, 4))
    newer = await worker(database, 2, replace(domain.rule, version=2, find=three))
    for lane in range(33):
        await newer.claim(lane)
    (begun,) = await progress(database)
    lane = lane_of(refs[0], 32)
    await newer.sweep(lane)
    (seen,) = await progress(database)
    await settle(newer)

    assert (begun["reason"], begun["done"]) == ("rules", 0)
    assert (seen["done"], seen["total"]) == (1, begun["total"])
    assert await progress(database) == []
    assert [await database.told(ref) for ref in refs] == [["visits.missed", "finding.changed"]] * 40


async def test_what_newer_rules_do_not_find_any_more_is_withdrawn_and_says_why(database: Database) -> None:
    (ref,) = await alarmed(database, 1)
    newer = await worker(database, 2, replace(domain.rule, params=domain.Missed(count=3)))
    await settle(newer)

    assert await database.told(ref) == ["visits.missed", "finding.withdrawn"]
    assert await reason_of(database, ref) == "rule_changed"


async def reason_of(database: Database, ref: str) -> str:
    """The reason on the last withdrawal about a person."""
    journal = database.operator
    (row,) = await database.rows(
        "SELECT source, id FROM journal.fact WHERE subject = $1::uuid AND type LIKE '%withdrawn%'", ref
    )
    found = await journal.find(row["source"], row["id"])
    decoder = Decoder(Catalogue({}, ["finding.withdrawn"]), journal.keys, journal.instance.operator)
    assert found is not None
    (fact,) = await decoder.decode([found])
    return str(fact.data.reason)


async def test_a_sweep_goes_on_where_it_stood_when_its_worker_ends(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kernel.react.SWEPT", 1)
    refs = await alarmed(database, 40)
    newer = replace(domain.rule, params=domain.Missed(count=3))
    first = await worker(database, 2, newer)
    for lane in range(33):
        await first.claim(lane)
        await first.sweep(lane)
    before = (await progress(database))[0]["done"]
    second = await worker(database, 2, newer)
    for lane in range(33):
        await second.claim(lane)

    assert (await progress(database))[0]["done"] == before >= 10
    await settle(second)
    assert [await database.told(ref) for ref in refs] == [["visits.missed", "finding.withdrawn"]] * 40


async def test_two_versions_side_by_side_never_tell_against_each_other(database: Database) -> None:
    refs = await alarmed(database, 12)
    older, newer = await worker(database, 1, domain.rule), await worker(database, 2, replace(domain.rule, version=2))
    mine = {lane_of(ref, 32) for ref in refs[:6]}
    for lane in range(33):
        await older.claim(lane)
    for lane in mine:
        await newer.claim(lane)

    for day in (5, 6):
        facts = [visit(100 * n + day, day, False, ref) for n, ref in enumerate(refs)]
        await database.door.append(facts)
        await database.at(NOON + timedelta(days=day))
        await settle_only(newer, mine)
        await settle_only(older, set(range(33)) - mine)
        for lane in mine:
            with pytest.raises(Unavailable, match="newer rule set"):
                await older.claim(lane)
    await settle(newer)

    assert [await database.told(ref) for ref in refs] == [["visits.missed", "finding.changed"]] * 12


async def settle_only(reactor: Reactor, lanes: set[int]) -> None:
    for lane, head in (await reactor.heads(sorted(lanes))).items():
        while reactor.position(lane) < head.head:
            await reactor.catch_up(lane, head.head)
        while await reactor.turn(lane):
            pass


async def test_new_parameters_sweep_only_whom_their_rule_can_concern(database: Database) -> None:
    refs = await alarmed(database, 3)
    stranger = await database.person("nobody has stated anything about her")
    reactor = await worker(database, 1, domain.rule)
    await settle(reactor)
    await set_parameters(database, 1, "V-1", {"count": 3})
    planned: list[str] = []
    plan = reactor._planner.plan

    def seen(owned: Any, subject: str, *rest: Any, **more: Any) -> Any:
        planned.append(subject)
        return plan(owned, subject, *rest, **more)

    reactor._planner.plan = seen  # type: ignore[method-assign]  # it only looks on
    await settle(reactor)

    assert sorted(set(planned) & {*refs, stranger}) == sorted(refs)
    assert [await database.told(ref) for ref in refs] == [["visits.missed", "finding.withdrawn"]] * 3


async def test_parameters_of_a_rule_that_nobody_has_here_sweep_nobody(database: Database) -> None:
    await alarmed(database, 2)
    reactor = await worker(database, 1, domain.rule)
    await settle(reactor)
    await set_parameters(database, 1, "R-OTHER", {"count": 3})
    await settle(reactor)

    assert await database.rows("SELECT 1 FROM react.sweep") == []


async def set_parameters(database: Database, n: int, rule: str, params: dict[str, Any]) -> None:
    data = {"rule": rule, "params": params, "scope": {}, "valid_from": "2020-01-01", "basis": "local"}
    fact = stated(n, SET, None, data, ORGANISER)
    await database.door.append([replace(fact, org_type="wellbeing_county", data=orjson.dumps(data))])
