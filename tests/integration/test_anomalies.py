"""Unusual reading is found in the disclosure log at its limit and told once; usual reading is not (L906/2019 § 23)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from kernel.calendar import midnight
from kernel.clock import advance
from operate.anomalies import Anomalies, Limits
from tests.cluster import START, Cluster, Database
from tests.integration.filled import AUTHORITY, filled

LIMITS = Limits(many_clients=6, unrelated=3, night=2, night_from=22, night_until=5)
TODAY = midnight((START + timedelta(days=2)).date())


async def database_of(cluster: Cluster, home: Path) -> Database:
    database = await Database(*await filled(cluster, home)).open()
    await advance(database.operator.pool, TODAY)
    return database


async def reads(database: Database, who: str, hour: float, clients: int, record: str = "worklist") -> None:
    """So many different persons are shown to somebody at an hour of the day that is played."""
    await database.rows(
        """WITH p AS (INSERT INTO journal.person (subject, lane)
                      SELECT gen_random_uuid(), 1 FROM generate_series(1, $5) RETURNING subject)
           INSERT INTO disclosure.log (instant, org, viewer, role, subject, record, fields, ground, channel)
           SELECT $1, $2, $3, '', subject, $4, '{}', 'L703-9', 'api' FROM p""",
        *(TODAY - timedelta(days=1) + timedelta(hours=hour), AUTHORITY, who, record, clients),
    )


async def told(database: Database) -> list[Mapping[str, Any]]:
    rows = await database.rows(
        "SELECT lane, convert_from(data, 'UTF8') AS data FROM journal.fact WHERE type LIKE '%access.anomaly_detected%'"
    )
    assert {row["lane"] for row in rows} <= {0}
    said = [json.loads(row["data"]) for row in rows]
    examples = {"so-aalto"}  # the database has been filled with an example of every type
    return sorted((s for s in said if s["reader"] not in examples), key=lambda said: (said["reader"], said["kind"]))


async def test_each_kind_is_told_at_its_limit_and_not_one_below(cluster: Cluster, tmp_path: Path) -> None:
    database = await database_of(cluster, tmp_path)
    await reads(database, "a-many", 12, 6)
    await reads(database, "b-many-below", 12, 5)
    await reads(database, "c-night", 22, 2)
    await reads(database, "d-evening", 21.99, 2)
    await reads(database, "e-early", 4.99, 2)
    await reads(database, "f-morning", 5, 2)
    await reads(database, "g-night-below", 23, 1)
    await reads(database, "h-lookups", 10, 3, "client.resolve")
    await reads(database, "i-lookups-below", 10, 2, "client.resolve")
    await reads(database, AUTHORITY, 23, 400)  # a system

    assert await Anomalies(LIMITS).tell(database.clock) == 4

    found = [(said["reader"], said["kind"], said["clients"], said["limit"]) for said in await told(database)]
    assert found == [
        ("a-many", "many_clients", 6, 6),
        ("c-night", "night", 2, 2),
        ("e-early", "night", 2, 2),
        ("h-lookups", "unrelated", 3, 3),
    ]


async def test_it_is_told_once_also_by_another_clock_and_when_there_are_more(cluster: Cluster, tmp_path: Path) -> None:
    database = await database_of(cluster, tmp_path)
    await reads(database, "anna", 23, 2)
    first = Anomalies(LIMITS)
    await first.tell(database.clock)
    await reads(database, "anna", 23, 3)
    await first.tell(database.clock, at_once=True)
    await Anomalies(LIMITS).tell(database.clock)

    assert [said["clients"] for said in await told(database)] == [2]


async def test_whom_the_organisation_has_to_do_with_is_no_unusual_look_up(cluster: Cluster, tmp_path: Path) -> None:
    database = await database_of(cluster, tmp_path)
    await reads(database, "anna", 10, 3, "client.resolve")
    await database.rows(
        """INSERT INTO view.relations_g1 (subject, org, relation, since)
           SELECT subject, org, 'stated', instant FROM disclosure.log WHERE viewer = 'anna' LIMIT 1"""
    )

    assert await Anomalies(LIMITS).tell(database.clock) == 0


async def test_a_day_that_is_played_at_its_midnight_is_no_night(cluster: Cluster, tmp_path: Path) -> None:
    database = await database_of(cluster, tmp_path)
    await reads(database, "anna", 24, 4)
    await reads(database, "bo", 24, 6)
    await Anomalies(LIMITS).tell(database.clock)

    assert [(said["reader"], said["kind"]) for said in await told(database)] == [("bo", "many_clients")]


async def test_a_clock_that_was_away_over_a_weekend_tells_of_it_afterwards(cluster: Cluster, tmp_path: Path) -> None:
    database = await database_of(cluster, tmp_path)
    await reads(database, "anna", 23, 2)
    await reads(database, "bo", 23 - 24 * 9, 2)
    await advance(database.operator.pool, TODAY + timedelta(days=3))
    await Anomalies(LIMITS).tell(database.clock)

    assert [said["reader"] for said in await told(database)] == ["anna"], "a week is looked back, and no more"


async def test_a_person_who_was_merged_since_is_known_under_her_new_name(cluster: Cluster, tmp_path: Path) -> None:
    database = await database_of(cluster, tmp_path)
    await reads(database, "anna", 10, 3, "client.resolve")
    await database.rows(
        """WITH two AS (SELECT min(subject::text)::uuid AS old, max(subject::text)::uuid AS new FROM disclosure.log
                         WHERE viewer = 'anna'),
                moved AS (UPDATE journal.person SET merged_into = two.new FROM two WHERE subject = two.old)
           INSERT INTO view.relations_g1 (subject, org, relation, since) SELECT new, $1, 'stated', now() FROM two""",
        AUTHORITY,
    )

    assert await Anomalies(LIMITS).tell(database.clock) == 0
