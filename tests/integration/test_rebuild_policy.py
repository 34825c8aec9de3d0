"""A rebuild while organisations change what a view foresees, and while everybody is looked at anew for it."""

from __future__ import annotations

from dataclasses import replace

import orjson

from kernel import migrate
from kernel.person import Units
from kernel.react import Reactor
from kernel.rebuild import Rebuild
from kernel.rebuild_run import Run
from kernel.rules import Finding
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


def test_nobody_is_told_of_more_persons_than_there_are_when_some_were_erased_meanwhile() -> None:
    found = {"filled": 1, "lanes": 33, "persons": 12, "total": 10, "facts": 1, "rows": 1}

    assert _fills(found, Rate())["total"] == 12
