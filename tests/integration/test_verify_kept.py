"""A filling of a view that is kept to go back to holds nobody who was erased."""

from __future__ import annotations

import asyncpg

from kernel import persons
from kernel.verify import Report
from operate.verify_kept import verify_kept
from tests.cluster import Database, settle
from tests.integration.test_verify import quiet


async def test_a_row_of_an_erased_person_in_a_kept_generation_is_found(database: Database) -> None:
    gone, stays, _ = await quiet(database)
    connection = await asyncpg.connect(database._superuser)
    await connection.execute(
        """CREATE TABLE view.visit_log_g2 AS TABLE view.visit_log_g1;
           ALTER TABLE view.visit_log_g2 OWNER TO polku_owner;
           GRANT SELECT, DELETE ON view.visit_log_g2 TO polku_operator, polku_referrals;
           INSERT INTO view.generation (view, generation, version, processor, active, replaced)
           VALUES ('visit_log', 2, 1, 'referrals', false, now())"""
    )
    await persons.erase(database.operator, gone)
    before = await found(database)
    await settle(await database.reactor())
    assert (before, await found(database)) == ([], [])

    await connection.execute(
        """INSERT INTO view.visit_log_g2 SELECT $1::uuid, day, came, weight FROM view.visit_log_g1
            WHERE subject = $2::uuid""",
        *(gone, stays),
    )
    await connection.close()
    assert await found(database) == [
        {"processor": "referrals", "view": "visit_log", "client_ref": gone, "what": "erased, in generation 2"}
    ]


async def found(database: Database) -> list[dict[str, str]]:
    report = Report()
    await verify_kept(database.operator.pool, report)
    return report.differences
