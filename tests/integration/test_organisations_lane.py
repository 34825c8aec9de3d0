"""Organisations in lane 0, where each has the place of a person: rules, relations, corrections, policy in force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from kernel import persons
from kernel.decode import Catalogue, Decoder
from kernel.discover import events
from kernel.errors import Refused
from kernel.facts import Fact, organisation_ref
from kernel.person import Units
from kernel.react import Reactor
from kernel.rules import Finding, Fold, Params, Resolved, Rule
from kernel.verify import Report, Verifier
from services.referrals.views import relations
from tests.cluster import ORGANISER, SITE, START, Database, settle, stated

PLACE = "5b7a0001-0000-4000-8000-000000000001"
OPENED, CLOSED, POLICY = (f"fi.polku.{n}.v1" for n in ("place.opened", "place.closed", "rule_parameters.set"))


@dataclass(slots=True)
class Places:
    free: dict[str, int] = field(default_factory=dict)


def evolve(state: Places, fact: Fact) -> None:
    data: Any = fact.data
    change = data.places if fact.name == "place.opened" else -data.places
    state.free[str(data.site_id)] = state.free.get(str(data.site_id), 0) + change


class Few(Params):
    least: int = 2


def find(state: Places, params: Resolved[Few]) -> Iterator[Finding]:
    least = params.on(START.date()).least
    for site, free in sorted(state.free.items()):
        if free < least:
            yield Finding(site, START, None, {"free": free})


RULE = Rule("O-1", 1, "capacity.low", Few(), find, frozenset({"place.opened", "place.closed"}))
UNITS = Units.of("referrals", Fold(Places, evolve, RULE.listens), [RULE], [relations.view])


async def worker(database: Database) -> tuple[Reactor, Decoder]:
    journal = await database.journal("referrals")
    decoder = Decoder(Catalogue(events("schemas"), ["capacity.low"]), journal.keys, journal.instance.operator)
    return Reactor(journal, UNITS, decoder, ruleset=1, fans_out=True), decoder


def places(n: int, type_: str, count: int) -> Any:
    return stated(n, type_, None, {"site_id": PLACE, "places": count})


async def concluded(database: Database) -> list[str]:
    rows = await database.rows(
        "SELECT type FROM journal.fact WHERE lane = 0 AND source LIKE '%:polku-referrals' ORDER BY seq"
    )
    return [r["type"].removeprefix("fi.polku.").removesuffix(".v1") for r in rows if "reference" not in r["type"]]


async def verified(database: Database, decoder: Decoder) -> None:
    report = Report()
    verifier = Verifier(await database.journal("operator"), decoder)
    await verifier.lanes(report)
    await verifier.processor(UNITS, report)
    assert report.right, report.differences


async def test_a_rule_speaks_of_an_organisation_and_takes_it_back_when_the_fact_is_retracted(
    database: Database,
) -> None:
    reactor, decoder = await worker(database)
    await database.at(datetime(2026, 3, 3, 12, tzinfo=UTC))
    await database.door.append([places(1, OPENED, 2)])
    await settle(reactor)
    assert await concluded(database) == []

    await database.door.append([places(2, CLOSED, 1)])
    await settle(reactor)
    assert await concluded(database) == ["capacity.low"]
    await verified(database, decoder)

    await database.door.append([stated(3, "fi.polku.fact.retracted.v1", None, {"id": "x2", "reason": "other"})])
    await settle(reactor)
    assert await concluded(database) == ["capacity.low", "finding.withdrawn"]
    await verified(database, decoder)


async def test_an_organisation_sees_policy_as_far_as_its_own_lane(database: Database) -> None:
    reactor, decoder = await worker(database)
    await database.at(datetime(2026, 3, 3, 12, tzinfo=UTC))
    await database.door.append([places(1, OPENED, 3)])
    await settle(reactor)
    policy = {"rule": "O-1", "params": {"least": 4}, "scope": {}, "valid_from": "2026-01-01", "basis": "local"}

    await database.door.append([stated(2, POLICY, None, policy, ORGANISER)])
    await settle(reactor)

    assert await concluded(database) == ["capacity.low"]
    await verified(database, decoder)


async def test_what_an_organisation_tells_of_its_places_everybody_may_read(database: Database) -> None:
    reactor, _ = await worker(database)
    await database.door.append([places(1, OPENED, 3)])
    await settle(reactor)

    rows = await database.rows(
        "SELECT org, relation FROM view.relations_g1 WHERE subject = $1::uuid ORDER BY org", organisation_ref(SITE)
    )

    assert [tuple(r) for r in rows] == [("*", "public"), (SITE, "stated")]


async def test_an_organisation_is_nobody_who_can_be_erased_or_merged(database: Database) -> None:
    ref = await database.person()
    merge = {"old_ref": organisation_ref(SITE), "new_ref": ref, "reason": "entered_twice", "approver": "op-1"}

    with pytest.raises(Refused):
        await persons.erase(database.operator, organisation_ref(SITE))
    with pytest.raises(Refused):
        await database.operator.append([stated(1, "fi.polku.client.merged.v1", ref, merge)])
