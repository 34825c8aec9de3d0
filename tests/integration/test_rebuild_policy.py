"""A rebuild while organisations change what a view foresees, and while everybody is looked at anew for it."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace

import orjson
import pytest

from kernel import migrate
from kernel.compare import Compared, Comparison
from kernel.errors import Again
from kernel.facts import lane_of
from kernel.generation import Generation
from kernel.person import Units
from kernel.react import Reactor
from kernel.rebuild import Rebuild
from kernel.rebuild_run import Run
from kernel.rules import Finding
from kernel.switch import switch
from kernel.views import Column, Rows, View
from operate.rebuild_progress import Rate, _fills
from services.referrals.views import relations
from tests.cluster import ORGANISER, Cluster, Database, settle, stated, visit
from tests.integration.rebuilding import NOON, begun, claimed, decoder_of, rebuild
from tests.sample import domain

SET = "fi.polku.rule_parameters.set.v1"


def outlook() -> View:
    """What the rule foresees of everybody: another policy shows other rows."""
    columns = (
        Column("rule", "text"),
        Column("key", "text"),
        Column("since", "timestamptz"),
        Column("count", "integer"),
    )
    view = View("visit_outlook", 1, ("rule", "key"), columns)

    @view.forecast("V-1")
    def foreseen(rows: Rows, rule: str, finding: Finding) -> None:
        rows.put(rule=rule, key=finding.key, since=finding.since, count=finding.params.count)

    return view


async def world(database: Database, cluster: Cluster, persons: int) -> tuple[Reactor, Rebuild, list[str]]:
    """Persons who missed two days, a worker that has told so, and who fills the outlook anew."""
    await migrate.run(database.settings, cluster.superuser, "2026-03-02", {"referrals": [relations.view, outlook()]})
    refs = [await database.person(f"p{n}") for n in range(persons)]
    await database.door.append([visit(100 * n + d, d, False, ref) for n, ref in enumerate(refs) for d in (2, 3, 4)])
    await database.at(NOON)
    reactor = await worker(database, 1)
    await settle(reactor)
    return reactor, await rebuild(database, outlook()), refs


async def worker(database: Database, ruleset: int) -> Reactor:
    journal = await database.journal("referrals")
    units = Units.of("referrals", domain.fold, [domain.rule], [relations.view, outlook()])
    return Reactor(journal, units, decoder_of(journal), ruleset=ruleset, fans_out=True)


async def set_count(database: Database, n: int, count: int) -> None:
    """Another number of missed days."""
    data = {"rule": "V-1", "params": {"count": count}, "scope": {}, "valid_from": "2020-01-01", "basis": "local"}
    fact = stated(n, SET, None, data, ORGANISER)
    await database.door.append([replace(fact, org_type="wellbeing_county", data=orjson.dumps(data))])


async def shown(database: Database, generation: int) -> list[tuple[str, int]]:
    rows = await database.rows(f"SELECT subject::text, count FROM view.visit_outlook_g{generation} ORDER BY 1")
    return [(r["subject"], r["count"]) for r in rows]


async def test_a_lane_that_is_filled_once_more_and_whoever_follows_are_not_counted_twice(
    database: Database, cluster: Cluster
) -> None:
    reactor, work, refs = await world(database, cluster, 20)
    run = Run(work, [await begun(work, outlook())])
    await run._fill()
    before = await work.generations.progress(list(run.left.values()))
    await set_count(database, 1, 3)
    await database.door.append([visit(9_000 + n, 6, True, ref) for n, ref in enumerate(refs)])
    await settle(await claimed(reactor))
    (report,) = await run.to_the_switch()

    assert (before["persons"], before["rows"]) == (before["total"], 20)
    assert (report.switched, report.differing) == (True, [])
    assert (report.persons, report.rows) == (before["total"], 20)
    assert await shown(database, 2) == [(ref, 3) for ref in sorted(refs)]


async def test_a_policy_that_moves_before_the_comparison_is_no_difference_and_is_compared_again(
    database: Database, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    reactor, work, refs = await world(database, cluster, 3)
    new, old, lane = await filled(work), await read_now(work), lane_of((await database.person("p0")), 32)
    comparison = Comparison(work, old, new)
    before = await comparison.lane(lane)
    await set_count(database, 1, 3)
    await settle(await claimed(reactor))
    after = await comparison.lane(lane)
    await Run(work, [new])._follow([new])
    emptied = await comparison.lane(lane)
    await work.fill([at for at in await work.generations.lanes([new]) if at.lane == lane], 1)
    half_filled = await comparison.lane(lane)
    monkeypatch.setattr("kernel.rebuild_run.LEASE", 0.0)
    (report,) = await Run(work, [new]).to_the_switch()

    assert before is not None
    assert (before.rows > 0, before.differing) == (True, ())
    assert (after, emptied, half_filled) == (None, None, None), "a difference that is none"
    assert (report.switched, report.lanes, report.uncompared, report.differing) == (True, 33, 0, [])
    assert await shown(database, 2) == [(ref, 3) for ref in sorted(refs)]


async def test_a_lane_that_another_process_fills_once_more_after_it_was_compared_is_compared_again_before_the_switch(
    database: Database, cluster: Cluster
) -> None:
    reactor, work, refs = await world(database, cluster, 3)
    new, old = await filled(work), await read_now(work)
    compared = {lane: (await Comparison(work, old, new).lane(lane)).seq for lane in range(33)}  # type: ignore[union-attr]  # all rest
    await set_count(database, 1, 3)
    await settle(await claimed(reactor))
    other = Run(work, [new])
    await other._follow([new])
    await other._fill()
    with pytest.raises(Again, match="policy"):
        await switch(work, new, (), compared)
    (report,) = await other.to_the_switch()

    assert (report.switched, report.lanes, report.compared) == (True, 33, len(refs))


async def test_lanes_that_are_being_looked_at_anew_are_not_told_as_compared_and_not_switched_to(
    database: Database, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, work, refs = await world(database, cluster, 5)
    newer = await worker(database, 2)
    some = {lane_of(ref, 32) for ref in refs}
    for lane in some:
        await newer.claim(lane)
    monkeypatch.setattr("kernel.rebuild_run.PATIENCE", 0.0)
    (told,) = await Run(work, [await begun(work, outlook())]).to_the_switch()
    (accepted,) = await Run(work, [await begun(work, outlook())]).to_the_switch(accept=True)

    assert (told.switched, told.lanes, told.uncompared, told.compared) == (False, 33 - len(some), len(some), 0)
    assert (told.right, told.differing) == (False, [])
    assert (accepted.switched, accepted.generation, accepted.uncompared) == (True, 2, len(some))


async def test_lanes_that_are_being_looked_at_anew_are_waited_for_and_only_they_are_compared_again(
    database: Database, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, work, refs = await world(database, cluster, 5)
    newer = await worker(database, 2)
    some = {lane_of(ref, 32) for ref in refs}
    for lane in some:
        await newer.claim(lane)
    looked: list[int] = []
    plain = Comparison.lane

    async def noted(self: Comparison, number: int) -> Compared | None:
        looked.append(number)
        return await plain(self, number)

    monkeypatch.setattr(Comparison, "lane", noted)
    run = Run(work, [await begun(work, outlook())])
    running = asyncio.create_task(run.to_the_switch())
    async with asyncio.timeout(60):
        while len(looked) < 33 + len(some):  # noqa: ASYNC110 - the rebuild moves
            await asyncio.sleep(0.01)
        waits = (run.reports[0].switched, run.reports[0].lanes)
        for lane in some:
            await newer.claim(lane)
            while await newer.swept_lanes([lane]):
                await newer.sweep(lane)
        (report,) = await running

    assert waits == (False, 33 - len(some))
    assert (report.switched, report.lanes, report.uncompared, report.compared) == (True, 33, 0, len(refs))
    assert Counter(looked).most_common()[len(some)][1] == 1, "lanes that rest were compared twice"


async def test_lanes_that_one_process_could_not_compare_are_not_its_concern_when_another_has_switched(
    database: Database, cluster: Cluster
) -> None:
    _, work, refs = await world(database, cluster, 1)
    await (await worker(database, 2)).claim(lane_of(refs[0], 32))
    run = Run(work, [new := await begun(work, outlook())])
    waiting = asyncio.create_task(run.to_the_switch())
    async with asyncio.timeout(60):
        while not run.reports[0].uncompared:  # noqa: ASYNC110 - the rebuild moves
            await asyncio.sleep(0.01)
        await switch(await rebuild(database, outlook()), new)
        (report,) = await waiting

    assert (report.switched, report.uncompared, report.right) == (True, 0, True)


async def filled(work: Rebuild) -> Generation:
    """The outlook filled, and not compared yet."""
    new = await begun(work, outlook())
    await Run(work, [new])._fill()
    await Run(work, [new])._follow([new])
    return new


async def read_now(work: Rebuild) -> Generation:
    """The generation that is read."""
    return next(g for g in await work.generations.every("visit_outlook") if g.active)


def test_nobody_is_told_of_more_persons_than_there_are_when_some_were_erased_meanwhile() -> None:
    found = {"filled": 1, "lanes": 33, "persons": 12, "total": 10, "facts": 1, "rows": 1}

    assert _fills(found, Rate())["total"] == 12
