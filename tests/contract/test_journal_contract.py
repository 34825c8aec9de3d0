"""What the door relies on of a journal: the one in memory and the one in PostgreSQL answer alike."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from kernel import persons
from kernel.errors import Refused
from kernel.journal import NewFact
from kernel.writer import Writer
from services.gateway.pg_records import PgRecords
from tests.cluster import Database, visit
from tests.unit.gateway.house import ERASED, KNOWN, Store

NOBODY = "33333333-3333-4333-8333-333333333333"


@dataclass
class Given:
    """A journal with somebody who is known and somebody who was erased."""

    state: Any
    records: Any
    known: str
    erased: str


@pytest.fixture(params=["memory", "postgresql"])
async def journal(request: pytest.FixtureRequest, database: Database) -> AsyncIterator[Given]:
    if request.param == "memory":
        store = Store()
        yield Given(store.state, store, KNOWN, ERASED)
        return
    known, erased = await database.person("a"), await database.person("b")
    await persons.erase(database.operator, erased)
    writer = Writer(database.door)
    writer.start()
    yield Given(writer.state, PgRecords(database.door), known, erased)
    await writer.stop()


def place(receipt: Any) -> tuple[int, int, str]:
    return (receipt.lane, receipt.seq, receipt.digest)


async def refused(journal: Given, *facts: NewFact) -> tuple[int, str, str]:
    with pytest.raises(Refused) as caught:
        await journal.state(list(facts))
    problem = caught.value.problems[0]
    return (caught.value.status, problem.pointer, problem.code)


async def test_facts_of_a_person_are_numbered_densely_and_receipts_keep_the_order(journal: Given) -> None:
    receipts = await journal.state([visit(n, n + 1, True, journal.known) for n in range(1, 4)])

    assert [r.id for r in receipts] == ["v1", "v2", "v3"]
    assert [r.seq - receipts[0].seq for r in receipts] == [0, 1, 2]
    assert len({r.lane for r in receipts}) == 1 and not any(r.replayed for r in receipts)


async def test_the_same_fact_again_gets_the_same_receipt_and_says_that_it_is_known(journal: Given) -> None:
    (first,) = await journal.state([visit(1, 2, True, journal.known)])
    (again,) = await journal.state([visit(1, 2, True, journal.known)])

    assert place(again) == place(first)
    assert (first.replayed, again.replayed) == (False, True)


async def test_another_content_under_a_known_id_is_refused_and_nothing_of_its_batch_is_stored(journal: Given) -> None:
    await journal.state([visit(1, 2, True, journal.known)])

    assert await refused(journal, visit(2, 3, True, journal.known), visit(1, 2, False, journal.known)) == (
        422,
        "/1/id",
        "id_reused",
    )
    assert await journal.records.find("urn:polku:0245458-3:s", "v2") is None


async def test_nothing_new_is_stored_about_somebody_erased(journal: Given) -> None:
    assert await refused(journal, visit(1, 2, True, journal.erased)) == (410, "/0/subject", "erased")


async def test_the_records_know_who_exists_and_who_was_erased(journal: Given) -> None:
    refs = [journal.known, journal.erased, NOBODY]

    assert set(await journal.records.known(refs)) == {journal.known, journal.erased}
    assert set(await journal.records.erased(refs)) == {journal.erased}


async def test_a_stored_fact_is_found_by_what_its_source_calls_it(journal: Given) -> None:
    (receipt,) = await journal.state([visit(1, 2, True, journal.known)])

    found = await journal.records.find(receipt.source, receipt.id)

    assert found is not None and place(found.receipt) == place(receipt)
    assert await journal.records.find(receipt.source, "never") is None


async def test_what_would_be_refused_for_its_id_is_known_beforehand(journal: Given) -> None:
    await journal.state([visit(1, 2, True, journal.known)])

    assert not await journal.records.reused(visit(1, 2, True, journal.known))
    assert await journal.records.reused(visit(1, 2, False, journal.known))
    assert not await journal.records.reused(visit(2, 2, True, journal.known))
