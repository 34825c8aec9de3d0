"""Views of one service are filled by one reading; what becomes of one of them is nothing to the others."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from kernel.decode import Decoder
from kernel.errors import Again
from kernel.facts import Fact
from kernel.person import Units
from kernel.rebuild import Rebuild
from kernel.rebuild_run import Manner, Run
from kernel.stored import Stored
from kernel.switch import switch
from kernel.views import Rows, View
from services.referrals.views import relations
from tests.cluster import Database, settle, visit
from tests.integration.rebuilding import begun, begun_both, claimed, decoder_of, rebuild, run, table, visitors
from tests.sample import domain

BOTH = ("visit_log", "relations")


class Counting(Decoder):
    """Counts what it reads."""

    read = 0

    async def decode(self, rows: Sequence[Stored]) -> list[Fact]:
        self.read += len(rows)
        return await super().decode(rows)


async def counting(database: Database) -> tuple[Rebuild, Counting]:
    """A process that fills both views, and what counts for it."""
    journal = await database.journal("referrals")
    plain = decoder_of(journal)
    decoder = Counting(plain.catalogue, journal.keys, journal.instance.operator)
    units = Units.of("referrals", domain.fold, [domain.rule], [relations.view, domain.view])
    return Rebuild(journal, units, decoder), decoder


async def test_two_views_are_filled_by_reading_every_fact_once(database: Database) -> None:
    await visitors(database, 30)
    await settle(await database.reactor())
    alone, of_one = await counting(database)
    await Run(alone, [await begun(alone)]).to_the_switch()
    together, of_both = await counting(database)
    reports = await Run(together, await begun_both(together)).to_the_switch()

    assert of_one.read == of_both.read >= 90
    assert [(r.view, r.switched, r.differing, r.failed) for r in reports] == [
        ("relations", True, [], []),
        ("visit_log", True, [], []),
    ]
    assert await table(database, 3) == await table(database, 2)
    assert await table(database, 2, "relations") == await table(database, 1, "relations") != []


async def test_a_view_that_was_begun_before_goes_on_from_its_own_place(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kernel.rebuild_run.LEASE", 0.0)
    (ref, *_) = await visitors(database, 40)
    await settle(reactor := await database.reactor())
    killed = await rebuild(database)
    generation = await begun(killed)
    for _ in range(20):
        await killed.fill(await killed.generations.claim([generation], 0.0), 1)
    await database.door.append([visit(999, 9, True, ref)])
    await settle(await claimed(reactor))  # so the one that is begun now begins at another position
    work = await rebuild(database)
    reports = await Run(work, await begun_both(work)).to_the_switch()

    assert [(r.switched, r.differing) for r in reports] == [(True, []), (True, [])]
    assert {r.persons for r in reports if r.view == "relations"} == {40 + 3}
    for view in BOTH:
        assert await table(database, 2, view) == await table(database, 1, view) != []


async def test_two_processes_share_what_is_filled_together(database: Database) -> None:
    await visitors(database, 60)
    await settle(await database.reactor())
    both = [await counting(database), await counting(database)]
    small = Manner(facts=1, together=1)
    runs = [Run(work, await begun_both(work), small) for work, _ in both]
    reports = await asyncio.gather(*(one.to_the_switch() for one in runs))
    each = [decoder.read for _, decoder in both]

    assert [r.switched for told in reports for r in told] == [True] * 4
    assert min(each) > 0
    assert sum(each) < 1.5 * 180, "they read the same facts twice"
    compared = [sum(r.compared for r in told if r.view == "visit_log") for told in reports]
    assert sorted(compared) == [0, 180], "one of the two compares it"
    for view in BOTH:
        assert await table(database, 2, view) == await table(database, 1, view) != []


async def test_a_view_that_differs_does_not_keep_the_other_from_its_switch(database: Database) -> None:
    refs = await visitors(database, 3)
    await settle(await database.reactor())
    await database.rows("UPDATE view.relations_g1 SET since = now() WHERE subject = $1::uuid RETURNING 1", refs[1])
    work = await rebuild(database)
    reports = await Run(work, await begun_both(work)).to_the_switch()

    assert [(r.view, r.switched, r.differing) for r in reports] == [
        ("relations", False, [refs[1]]),
        ("visit_log", True, []),
    ]


async def test_a_view_that_is_dropped_meanwhile_is_told_of_and_the_other_is_switched_to(database: Database) -> None:
    await visitors(database, 3)
    await settle(await database.reactor())
    work = await rebuild(database)
    both = await begun_both(work)
    await work.generations.drop(both[0])
    reports = await Run(work, both).to_the_switch()

    assert [(r.view, r.switched, r.dropped) for r in reports] == [
        ("relations", False, True),
        ("visit_log", True, False),
    ]


@pytest.mark.parametrize("fault", ["the_unit_fails", "the_database_refuses"])
async def test_whoever_one_view_cannot_show_is_missing_there_alone(database: Database, fault: str) -> None:
    refs = await visitors(database, 4)
    await settle(await database.reactor())
    journal = await database.journal("referrals")
    units = Units.of("referrals", domain.fold, [domain.rule], [relations.view, _faulty(refs[2], fault)])
    work = Rebuild(journal, units, decoder_of(journal))
    reports = await Run(work, await begun_both(work)).to_the_switch()
    mended = await run(database)

    assert [(r.view, r.switched, r.failed) for r in reports] == [
        ("relations", True, []),
        ("visit_log", False, [refs[2]]),
    ]
    assert (mended.generation, mended.switched, mended.failed, mended.differing) == (2, True, [], [])
    assert await table(database, 2) == await table(database, 1)


@pytest.mark.parametrize("fault", ["the_unit_fails", "the_database_refuses"])
async def test_whoever_is_known_to_be_left_out_does_not_keep_an_accepted_switch_waiting(
    database: Database, fault: str
) -> None:
    refs = await visitors(database, 2)
    await settle(reactor := await database.reactor())
    journal = await database.journal("referrals")
    units = Units.of("referrals", domain.fold, [domain.rule], [_faulty(refs[0], fault)])
    work = Rebuild(journal, units, decoder_of(journal))
    (told,) = await Run(work, [generation := await begun(work)]).to_the_switch()
    await database.door.append([visit(900 + n, 9, True, ref) for n, ref in enumerate(refs)])
    await settle(await claimed(reactor))
    with pytest.raises(Again):
        await switch(work, generation)
    await switch(work, generation, told.failed)
    shown = [str(r["subject"]) for r in await table(database, 2)]

    assert told.failed == [refs[0]]
    assert shown == [refs[1]] * 4


def _faulty(ref: str, fault: str) -> View:
    """The visit log of a code that cannot show one person."""
    view = replace(domain.view, handlers={})

    @view.on(domain.VisitRecorded)
    def recorded(rows: Rows, fact: Fact) -> None:
        if fact.subject == ref and fault == "the_unit_fails":
            raise ValueError("a fault in a unit")
        weight = 2**40 if fact.subject == ref else fact.data.weight
        rows.put(day=fact.data.day, came=fact.data.came, weight=weight)

    return view
