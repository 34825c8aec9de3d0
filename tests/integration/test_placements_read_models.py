"""Rules and read models of placements on a real PostgreSQL: persons, organisations, corrections, verification."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from kernel import migrate
from kernel.decode import Decoder
from kernel.discover import units
from kernel.facts import organisation_ref
from kernel.journal import NewFact
from kernel.person import Units
from kernel.processor import full_catalogue
from kernel.react import Reactor
from kernel.rules import Rule
from kernel.verify import Report, Verifier
from services.placements.state import fold
from tests.cluster import ORGANISER, SITE, START, Database, settle

VIEWS = migrate.views_of(("placements",))
UNITS = Units.of("placements", fold, units("services.placements.rules", Rule), VIEWS["placements"])
PLACE, PLACEMENT, OTHER = (f"0d8f6f0e-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
COUNTY = (ORGANISER, "wellbeing_county")
WORKSHOP = (SITE, "workshop")
KELA = ("0246246-0", "kela")


def told(n: int, name: str, ref: str | None, by: tuple[str, str], version: int = 1, **data: Any) -> NewFact:
    return NewFact(
        source=f"urn:polku:{by[0]}:s",
        id=f"p{n}",
        type=f"fi.polku.{name}.v{version}",
        subject=ref,
        time=START,
        recorded=START,
        data=json.dumps(data).encode(),
        org_type=by[1],
    )


async def worker(database: Database) -> tuple[Reactor, Decoder]:
    await migrate.run(database.settings, database._superuser.rpartition("/")[0] + "/postgres", "2026-03-02", VIEWS)
    journal = await database.journal("placements")
    decoder = Decoder(full_catalogue(), journal.keys, journal.instance.operator)
    return Reactor(journal, UNITS, decoder, ruleset=9), decoder


async def concluded(database: Database, subject: str) -> list[str]:
    """Names of what the placements processor has said about a person or organisation, in order."""
    sql = """SELECT type FROM journal.fact WHERE subject = $1::uuid AND source LIKE '%:polku-placements' ORDER BY seq"""
    return [r["type"].removeprefix("fi.polku.").removesuffix(".v1") for r in await database.rows(sql, subject)]


async def verified(database: Database, decoder: Decoder) -> None:
    report = Report()
    verifier = Verifier(await database.journal("operator"), decoder)
    await verifier.lanes(report)
    await verifier.processor(UNITS, report)
    assert report.right, report.differences


async def test_places_that_fill_up_are_told_of_their_organisation_and_shown_free_again(database: Database) -> None:
    reactor, decoder = await worker(database)
    await database.at(datetime(2026, 3, 3, 12, tzinfo=UTC))
    site = {"site_id": PLACE, "municipality": "743", "host_org_type": "workshop"}
    await database.door.append(
        [
            told(1, "site.described", None, WORKSHOP, **site),
            told(2, "place.opened", None, WORKSHOP, site_id=PLACE, places=8, content=["work"]),
            told(3, "place.reserved", None, WORKSHOP, site_id=PLACE, places=8),
        ]
    )
    await settle(reactor)
    sql = "SELECT municipality, places, reserved, free, content FROM view.provider_capacity_g1"
    assert [tuple(r) for r in await database.rows(sql)] == [("743", 8, 8, 0, ["work"])]
    assert await concluded(database, organisation_ref(SITE)) == ["capacity.low"]

    await database.door.append([told(4, "place.opened", None, WORKSHOP, site_id=PLACE, places=2)])
    await settle(reactor)
    assert [r["free"] for r in await database.rows(sql)] == [2]
    assert await concluded(database, organisation_ref(SITE)) == ["capacity.low", "finding.withdrawn"]
    await verified(database, decoder)


async def test_what_is_told_of_a_person_stands_in_every_read_model_that_it_belongs_to(database: Database) -> None:
    reactor, decoder = await worker(database)
    ref = await database.person()
    days = [f"2026-03-{d:02}" for d in (2, 3)]
    period = {"start_on": "2026-03-02", "end_on": "2026-08-31", "distance_km": 12}
    frequency = {"n": 1, "per": "week"}
    await database.door.append(
        [
            told(1, "placement.agreed", ref, COUNTY, 2, placement_id=PLACEMENT, site_id=PLACE, **period),
            told(2, "placement.started", ref, WORKSHOP, placement_id=PLACEMENT, started_on="2026-03-02"),
            *(
                told(3 + n, "attendance.day_recorded", ref, WORKSHOP, placement_id=PLACEMENT, date=d, status=s)
                for n, (d, s) in enumerate(zip(days, ("present", "absent"), strict=True))
            ),
            told(
                6,
                "parallel_service.agreed",
                ref,
                COUNTY,
                ps_id=OTHER,
                service_type="debt_counselling",
                frequency=frequency,
            ),
            told(
                7,
                "benefit_status.reported",
                ref,
                KELA,
                benefit_type="general_support",
                paid_days=40,
                payer="kela",
                **{"from": "2026-01-01"},
            ),
            told(8, "outcome.recorded", ref, COUNTY, outcome_code="education", confirmed_on="2026-03-02"),
        ]
    )
    await database.at(datetime(2026, 3, 3, 9, tzinfo=UTC))
    await settle(reactor)

    async def shown(view: str, column: str) -> set[Any]:
        sql = f"SELECT {column} FROM view.{view}_g1 WHERE subject = $1::uuid"  # names of this test
        return {r[column] for r in await database.rows(sql, ref)}

    assert await shown("benefit_day_counters", "days") == {1, None}
    assert await shown("parallel_services", "state") == {"waiting", "support_gap"}
    assert await shown("kela_reporting", "state") == {"due"}
    assert await shown("service_path", "kind") == {"period", "benefit", "outcome"}
    assert "education" in await shown("outcomes", "outcome_code")
    assert "placement.start_incomplete" in await concluded(database, ref)

    await database.door.append([told(9, "fact.retracted", ref, COUNTY, id="p8", reason="never_happened")])
    await settle(reactor)
    assert "education" not in await shown("outcomes", "outcome_code")
    await verified(database, decoder)


def test_every_view_of_the_placements_has_a_route_and_a_title() -> None:
    assert len({v.path for v in VIEWS["placements"]}) == len(VIEWS["placements"]) == 14
    assert all(set(v.title) == {"fi", "sv", "en"} for v in VIEWS["placements"])
