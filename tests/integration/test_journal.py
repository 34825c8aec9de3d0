"""The journal on a real PostgreSQL: all or nothing, once, dense, and nothing after an erasure."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from kernel import persons
from kernel.errors import Conflict, Refused, Unavailable
from kernel.journal import MERGED, RETRACTED, TIME, NewFact
from kernel.pg_journal import open_pool
from kernel.writer import Writer
from services.gateway.pg_records import PgRecords
from tests.cluster import OPERATOR, SITE, START, Cluster, Database, stated, visit


async def dense(database: Database) -> None:
    rows = await database.rows(
        """SELECT l.lane, l.seq, count(f.seq) AS facts, coalesce(max(f.seq), 0) AS head
             FROM journal.lane l LEFT JOIN journal.fact f USING (lane) GROUP BY 1, 2"""
    )
    assert all(r["seq"] == r["facts"] == r["head"] for r in rows)


async def test_the_same_fact_again_gets_its_receipt_again(database: Database) -> None:
    ref = await database.person()

    (first,) = await database.door.append([visit(1, 2, True, ref)])
    (again,) = await database.door.append([visit(1, 2, True, ref)])

    assert (again.lane, again.seq, again.digest) == (first.lane, first.seq, first.digest)
    assert (first.replayed, again.replayed) == (False, True)
    await dense(database)


async def test_another_content_under_a_known_id_is_refused(database: Database) -> None:
    ref = await database.person()
    await database.door.append([visit(1, 2, True, ref)])

    with pytest.raises(Refused) as caught:
        await database.door.append([visit(2, 3, True, ref), visit(1, 2, False, ref)])

    assert (caught.value.status, caught.value.problems[0].pointer) == (422, "/1/id")
    assert await database.rows("SELECT 1 FROM journal.fact WHERE id = 'v2'") == []
    await dense(database)


async def test_two_equal_facts_in_one_append_count_once(database: Database) -> None:
    ref = await database.person()

    first, second = await database.door.append([visit(1, 2, True, ref), visit(1, 2, True, ref)])

    assert (first.seq, second.seq, second.replayed) == (first.seq, first.seq, True)
    await dense(database)


async def test_nobody_unknown_and_nothing_without_a_person_where_one_is_named(database: Database) -> None:
    with pytest.raises(Refused) as caught:
        await database.door.append([visit(1, 2, True, "22222222-2222-4222-8222-222222222222")])

    assert (caught.value.status, caught.value.problems[0].code) == (422, "unknown_subject")


async def test_a_decision_that_saw_an_older_state_is_told_to_decide_again(database: Database) -> None:
    ref = await database.person()
    (first,) = await database.door.append([visit(1, 2, True, ref)], {ref: 0})

    with pytest.raises(Conflict):
        await database.door.append([visit(2, 3, True, ref)], {ref: 0})

    assert (await database.door.append([visit(2, 3, True, ref)], {ref: first.seq}))[0].seq == first.seq + 1


async def test_many_writers_at_once_lose_and_double_nothing(database: Database) -> None:
    refs = [await database.person(f"code-{n}") for n in range(8)]
    writers = [Writer(database.door), Writer(await database.journal("gateway"))]
    for writer in writers:
        writer.start()

    facts = [visit(n, 2 + n % 20, True, refs[n % 8]) for n in range(400)]
    receipts = await asyncio.gather(*(w.state([f]) for f in facts for w in writers))
    for writer in writers:
        await writer.stop()

    assert len({(r[0].lane, r[0].seq) for r in receipts}) == 400
    await dense(database)


async def test_one_refused_request_fails_alone_in_a_coalesced_append(database: Database) -> None:
    ref = await database.person()
    await database.door.append([visit(1, 2, True, ref)])
    writer = Writer(database.door)
    writer.start()

    found = await asyncio.gather(
        writer.state([visit(2, 3, True, ref)]),
        writer.state([visit(3, 4, True, ref), visit(1, 2, False, ref)]),
        writer.state([visit(4, 5, True, ref)]),
        return_exceptions=True,
    )
    await writer.stop()

    assert isinstance(found[1], Refused) and found[1].problems[0].pointer == "/1/id"
    assert [f[0].id for f in (found[0], found[2]) if not isinstance(f, BaseException)] == ["v2", "v4"]
    assert await database.rows("SELECT 1 FROM journal.fact WHERE id = 'v3'") == []


async def test_a_retraction_goes_to_the_person_of_the_fact_that_it_names(database: Database) -> None:
    wrong, meant = await database.person("a"), await database.person("b")
    await database.door.append([visit(1, 2, True, wrong)])

    await database.door.append([stated(1, "fi.polku.fact.retracted.v1", meant, {"id": "v1", "reason": "wrong_person"})])

    (row,) = await database.rows(
        "SELECT subject::text AS subject, stated::text AS stated FROM journal.fact WHERE id = 'x1'"
    )
    assert (row["subject"], row["stated"]) == (wrong, meant)


async def test_who_retracts_what_has_not_come_or_came_about_another_is_told_in_the_receipt(database: Database) -> None:
    stated_about, fact_about = await database.person("a"), await database.person("b")
    records = PgRecords(database.door)
    await database.door.append([stated(1, RETRACTED, stated_about, {"id": "v1", "reason": "wrong_person"})])
    waiting = await records.find(f"urn:polku:{SITE}:s", "x1")

    await database.door.append([visit(1, 2, True, fact_about)])
    missed = await records.find(f"urn:polku:{SITE}:s", "x1")
    await database.door.append([stated(2, RETRACTED, stated_about, {"id": "v1", "reason": "wrong_person"})])
    reached = await records.find(f"urn:polku:{SITE}:s", "x2")

    assert [f.target for f in (waiting, missed, reached) if f] == ["waits", "mismatch", ""]


async def test_time_only_goes_forward_and_never_ahead_of_the_clock(database: Database) -> None:
    def reached(text: str, n: int) -> NewFact:
        source = f"urn:polku:{OPERATOR}:polku-clock"
        return NewFact(source, f"t{n}", TIME, None, START, START, b'{"instant":"%s"}' % text.encode(), lane=3)

    assert len(await database.clock.append([reached("2026-03-01T22:00:00Z", 1)])) == 1
    assert await database.clock.append([reached("2026-03-01T21:00:00Z", 2)]) == []
    with pytest.raises(Refused) as caught:
        await database.clock.append([reached("2026-03-05T22:00:00Z", 3)])

    assert caught.value.problems[0].code == "ahead"
    await dense(database)


async def test_after_an_erasure_nothing_can_be_read_or_stated(database: Database) -> None:
    ref, other = await database.person("a"), await database.person("b")
    await database.door.append([visit(1, 2, True, ref), visit(2, 2, True, other)])

    assert await persons.erase(database.operator, ref) > 0
    assert await persons.erase(database.operator, ref) == 0

    with pytest.raises(Refused) as caught:
        await database.door.append([visit(3, 3, True, ref)])
    assert caught.value.status == 410
    with pytest.raises(Refused) as again:
        await database.door.append([visit(1, 2, False, ref)])
    assert again.value.status == 410
    assert await database.rows("SELECT 1 FROM vault.data_key WHERE subject = $1::uuid", ref) == []
    assert len(await database.rows("SELECT 1 FROM vault.data_key WHERE subject = $1::uuid", other)) > 0
    assert len(await database.rows("SELECT 1 FROM journal.fact WHERE type = 'fi.polku.subject.erased.v1'")) == 1
    await dense(database)


async def test_who_was_erased_and_comes_again_is_a_new_person(database: Database) -> None:
    ref = await database.person("a")
    await persons.erase(database.operator, ref)

    assert await database.person("a") != ref


async def test_after_a_merge_the_door_knows_the_old_reference_and_its_old_facts(database: Database) -> None:
    old, new = await database.person("a"), await database.person("b")
    await database.door.append([visit(1, 2, True, old)])

    await database.door.append(
        [stated(1, MERGED, new, {"old_ref": old, "new_ref": new, "reason": "same", "approver": "x"})]
    )

    (retry,) = await database.door.append([visit(1, 2, True, old)])
    (later,) = await database.door.append([visit(2, 3, True, old)])
    assert retry.replayed
    rows = await database.rows("SELECT subject::text AS subject FROM journal.fact WHERE id = 'v2'")
    assert ([r["subject"] for r in rows], later.replayed) == ([new], False)
    with pytest.raises(Refused) as twice:
        await database.door.append([visit(3, 4, True, new), stated(2, MERGED, new, {"old_ref": old, "new_ref": new})])
    assert twice.value.problems[0].pointer.startswith("/1/")
    await dense(database)


async def test_nothing_is_promised_while_the_database_is_away(cluster: Cluster, database: Database) -> None:
    ref = await database.person()
    cluster.kill()
    try:
        with pytest.raises(Unavailable):
            await database.door.append([visit(1, 2, True, ref)])
    finally:
        await asyncio.to_thread(cluster.start_again)

    assert len(await database.door.append([visit(1, 2, True, ref)])) == 1


async def test_a_role_that_passes_row_security_is_refused_at_the_start(cluster: Cluster, database: Database) -> None:
    await database.rows("GRANT polku_owner TO polku_relay")
    try:
        with pytest.raises(PermissionError, match="polku_relay"):
            await open_pool(database.settings, "polku_relay")
    finally:
        await database.rows("REVOKE polku_owner FROM polku_relay")


async def test_data_in_the_journal_is_encrypted_and_bound_to_its_place_in_life(database: Database) -> None:
    ref = await database.person()
    await database.door.append([visit(1, 2, True, ref)])

    (row,) = await database.rows("SELECT data, key FROM journal.fact WHERE id = 'v1'")

    assert row["key"] is not None and b"came" not in row["data"]


async def test_a_canonical_form_decides_what_is_the_same(database: Database) -> None:
    ref = await database.person()
    fact = replace(visit(1, 2, True, ref), canonical=b"one")
    await database.door.append([fact])

    assert (await database.door.append([replace(fact, data=b"{ }", canonical=b"one")]))[0].replayed
    with pytest.raises(Refused):
        await database.door.append([replace(fact, canonical=b"two")])


async def test_an_append_never_reads_the_whole_journal_although_its_plans_were_made_while_that_was_empty(
    database: Database,
) -> None:
    for table in ("fact", "person"):  # nobody counts its rows meanwhile, and makes other plans for it
        await database.rows(f"ALTER TABLE journal.{table} SET (autovacuum_enabled = off)")
    refs = [await database.person(f"p{n}") for n in range(40)]
    for start in range(0, 2_000, 50):
        await database.door.append([visit(n, 1 + n % 28, True, refs[n % 40]) for n in range(start, start + 50)])

    async with asyncio.timeout(60):  # a session tells of what it has read when it is idle
        while not (read := await _read(database))["fact"][0]:  # noqa: ASYNC110  (the server tells nobody)
            await asyncio.sleep(0.1)
    assert read["fact"][1] < 2_000 and read["person"][1] < 2_000, "each append read all that there was"


async def _read(database: Database) -> dict[str, tuple[int, int]]:
    rows = await database.rows(
        "SELECT relname, idx_scan, seq_tup_read FROM pg_stat_user_tables WHERE schemaname = 'journal' AND relname IN "
        "('fact', 'person')"
    )
    return {row["relname"]: (row["idx_scan"], row["seq_tup_read"]) for row in rows}
