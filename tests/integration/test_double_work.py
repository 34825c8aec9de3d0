"""Work done twice, on a real PostgreSQL: found, shown, put aside by a person, and right by verification."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from kernel import migrate
from kernel.decide import Actor, Decider
from kernel.decode import Decoder
from kernel.discover import units
from kernel.journal import NewFact
from kernel.person import Units
from kernel.processor import full_catalogue
from kernel.react import Reactor
from kernel.rules import Rule
from kernel.verify import Report, Verifier
from kernel.views import View
from services.referrals.decisions import dismiss_duplicate
from services.referrals.state import fold
from tests.cluster import ORGANISER, SITE, START, Database, settle

VIEWS = migrate.views_of(("referrals",))
UNITS = Units.of("referrals", fold, units("services.referrals.rules", Rule), VIEWS["referrals"])
ONE, TWO = "0d8f6f0e-0000-4000-8000-000000000001", "0d8f6f0e-0000-4000-8000-000000000002"


def told(n: int, name: str, ref: str | None, org: str, org_type: str, data: dict[str, Any], **more: Any) -> NewFact:
    return NewFact(
        source=f"urn:polku:{org}:s",
        id=f"d{n}",
        type=f"fi.polku.{name}.v1",
        subject=ref,
        time=START,
        recorded=START,
        data=json.dumps(data).encode(),
        org_type=org_type,
        **more,
    )


def service(n: int, ref: str, org: str, kind: str, ps: str) -> NewFact:
    return told(n, "parallel_service.agreed", ref, org, kind, {"ps_id": ps, "service_type": "debt_counselling"})


async def worker(database: Database) -> tuple[Reactor, Decoder]:
    await migrate.run(database.settings, database._superuser.rpartition("/")[0] + "/postgres", "2026-03-02", VIEWS)
    journal = await database.journal("referrals")
    decoder = Decoder(full_catalogue(), journal.keys, journal.instance.operator)
    return Reactor(journal, UNITS, decoder, ruleset=9, fans_out=True), decoder


async def doubles(database: Database, ref: str) -> list[tuple[str, str, str]]:
    sql = (
        """SELECT rule, state, lead_why, duplicate_id FROM view.duplicates_g1 WHERE subject = $1::uuid ORDER BY rule"""
    )
    return [(r["rule"], r["state"], str(r["duplicate_id"])) for r in await database.rows(sql, ref)]


async def verified(database: Database, decoder: Decoder) -> None:
    report = Report()
    verifier = Verifier(await database.journal("operator"), decoder)
    await verifier.lanes(report)
    await verifier.processor(UNITS, report)
    assert report.right, report.differences


async def test_a_service_agreed_twice_is_found_dismissed_and_stays_dismissed(database: Database) -> None:
    reactor, decoder = await worker(database)
    ref = await database.person()
    await database.door.append([service(1, ref, ORGANISER, "wellbeing_county", ONE)])
    await database.door.append([service(2, ref, SITE, "association", TWO)])
    await database.at(datetime(2026, 3, 3, 9, tzinfo=UTC))
    await settle(reactor)
    ((rule, state, duplicate),) = await doubles(database, ref)
    assert (rule, state) == ("D11", "suspected")

    actor = Actor(org=ORGANISER, user="so-aalto", roles=frozenset({"social_instructor"}))
    command = dismiss_duplicate.Dismiss(duplicate_id=duplicate, reason="agreed_division")
    await Decider(database.door, full_catalogue()).run(dismiss_duplicate.decision, ref, command, actor)
    await settle(reactor)
    await database.at(datetime(2026, 3, 20, 9, tzinfo=UTC))
    await settle(reactor)

    assert [(r, s) for r, s, _ in await doubles(database, ref)] == [("D11", "dismissed")]
    await verified(database, decoder)


async def test_a_retracted_agreement_takes_the_suspicion_back_and_days_without_anybody_are_told(
    database: Database,
) -> None:
    reactor, decoder = await worker(database)
    ref = await database.person()
    referral = {
        "referral_id": ONE,
        "service_type": "rehab_work_activity",
        "referrer_type": "ohjaamo",
        "basis_of_entry": "client_need",
    }
    await database.door.append(
        [
            service(1, ref, ORGANISER, "wellbeing_county", ONE),
            service(2, ref, SITE, "association", TWO),
            told(3, "referral.submitted", ref, SITE, "ohjaamo", referral),
        ]
    )
    await database.at(datetime(2026, 3, 3, 9, tzinfo=UTC))
    await settle(reactor)
    await database.door.append(
        [told(4, "fact.retracted", ref, SITE, "association", {"id": "d2", "reason": "never_happened"})]
    )
    await settle(reactor)
    assert [(r, s) for r, s, _ in await doubles(database, ref)] == [("D11", "withdrawn")]

    await database.at(datetime(2026, 3, 17, 9, tzinfo=UTC))
    await settle(reactor)
    assert [(r, s) for r, s, _ in await doubles(database, ref)] == [("D11", "withdrawn"), ("D17", "suspected")]
    assert "referral.stale" in await database.told(ref)
    await verified(database, decoder)


async def test_what_organisations_say_of_their_services_stands_in_the_catalogue(database: Database) -> None:
    reactor, decoder = await worker(database)
    offer = {"offer_id": ONE, "service_type": "job_coaching", "municipality": "743"}
    await database.door.append([told(1, "service_offer.published", None, SITE, "association", offer)])
    await settle(reactor)

    rows = await database.rows("SELECT service_type, provider_org FROM view.service_catalogue_g1")
    assert [tuple(r) for r in rows] == [("job_coaching", SITE)]
    await verified(database, decoder)


def test_every_view_of_the_referrals_has_a_route_and_a_title() -> None:
    assert len({v.path for v in VIEWS["referrals"]}) == len(VIEWS["referrals"]) >= 10
    assert all(set(v.title) == {"fi", "sv", "en"} for v in VIEWS["referrals"] if isinstance(v, View))
