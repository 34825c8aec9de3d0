"""A database in which every read model holds rows: two clients of whom each type of fact was stated twice."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from uuid import UUID, uuid5

from kernel import migrate
from kernel.decode import Decoder
from kernel.disclosure import Gate, load_policy
from kernel.discover import units
from kernel.facts import Event, organisation_ref
from kernel.journal import KERNEL_TYPES, NewFact, own_source
from kernel.organisations import load
from kernel.person import Units
from kernel.processor import PROCESSORS, every_view, full_catalogue
from kernel.react import Reactor
from kernel.rules import Rule
from kernel.settings import Settings
from schemas.catalogue import catalogue, example_data
from schemas.partners.heard_v1 import PartnerHeard
from services.gateway.app import RELATIONS
from services.gateway.parts import Parts
from services.gateway.pg_asking import PgAsking
from services.gateway.pg_feed import PgFeeding
from services.gateway.pg_reading import PgReading
from services.gateway.pg_timeline import PgTimeline
from tests.cluster import OPERATOR, ORGANISATIONS, ORGANISER, SITE, START, Cluster, Database, settle
from tests.integration.test_door_postgres import POLICY, Door

AUTHORITY, KELA, OHJAAMO, CITY = "2296962-1", "7019376-8", "2388924-4", "0115776-3"
ORGS = {
    ORGANISER: "wellbeing_county",
    AUTHORITY: "employment_authority",
    SITE: "workshop",
    KELA: "kela",
    OHJAAMO: "ohjaamo",
    CITY: "municipality",
}
MORE = "".join(
    f'[[organisation]]\nid = "{id_}"\nname = "{kind}"\ntypes = [{{code = "{kind}"}}]\nsystems = ["s"]\n'
    for id_, kind in ORGS.items()
    if id_ not in (ORGANISER, SITE)
)
UUIDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SITE_ID = "5b7a0001-0000-4000-8000-000000000001"
CODES = ("010594Y9032", "020504A902E")


async def filled(cluster: Cluster, home: Path) -> tuple[Settings, str]:
    """Make it; its settings and the superuser's address."""
    database = await cluster.database(home)
    database.settings.organisations.write_text(ORGANISATIONS + MORE)
    await migrate.run(database.settings, cluster.superuser, "2026-03-02", migrate.views_of(PROCESSORS))
    refs = [await database.person(code) for code in CODES]
    for n, fact in enumerate(said(refs)):
        await database.door.append([replace(fact, recorded=START + timedelta(seconds=n))])
    await database.at(START + timedelta(days=1))
    reactors = [await worker(database, name) for name in PROCESSORS]
    for _ in range(3):
        for reactor in reactors:
            await settle(reactor)
    await database.close()
    return database.settings, cluster.superuser


def said(refs: list[str]) -> Iterator[NewFact]:
    """The example of every type, of each client twice: as it is, and about other plans, places and meetings."""
    for cls in catalogue().values():
        if cls.meta.type in KERNEL_TYPES or cls is PartnerHeard:
            continue
        for n, ref in enumerate(refs if cls.meta.person is not False else [None]):
            for again in range(2):
                yield _example(cls, ref, f"{cls.meta.type}-{n}-{again}", again)
    for ref in refs:
        yield from doubled(ref)
    for org, at in ((ORGANISER, START), (SITE, START - timedelta(days=40))):
        heard = PartnerHeard(org=org, source=f"urn:polku:{org}:s", profile="C", heard_at=at)
        told = _fact(org, heard.meta.type, organisation_ref(org), f"heard-{org}", heard.model_dump_json())
        yield replace(told, source=own_source(OPERATOR, "clock"))


def doubled(ref: str) -> Iterator[NewFact]:
    """Somebody at a place whom two have referred, and who is asked to come elsewhere on two of her days."""
    place = str(uuid5(UUID(ref), "place"))
    span = {"start_on": "2026-01-05", "end_on": "2026-12-31", "site_id": SITE_ID, "provider_org": SITE}
    days = {"days_per_week": 4, "weekdays": ["mon", "tue", "wed", "thu"], "minutes_per_day": 300}
    told: list[tuple[str, str, dict[str, object]]] = [
        (ORGANISER, "placement.agreed", {"placement_id": place, "period_no": 1, **span}),
        (SITE, "placement.started", {"placement_id": place, "started_on": "2026-01-05"}),
        (SITE, "absence.concern_raised", {"placement_id": place, "code": "worry"}),
        (SITE, "placement.terms_changed", {"placement_id": place, "from": "2026-01-05", **days}),
    ]
    for day in (10, 11):
        booked = {"appointment_id": str(uuid5(UUID(ref), f"{day}")), "starts_at": f"2026-03-{day}T09:00:00Z"}
        told.append((ORGANISER, "appointment.booked", {"minutes": 45, **booked}))
    for org in (AUTHORITY, OHJAAMO):
        wish = {"referral_id": str(uuid5(UUID(ref), org)), "service_type": "rehab_work_activity"}
        why = {"referrer_type": ORGS[org], "basis_of_entry": "client_need"}
        told.append((org, "referral.submitted", {**wish, **why}))
    for n, (org, name, data) in enumerate(told):
        yield _fact(org, f"fi.polku.{name}.v1", ref, f"doubled-{ref}-{n}", json.dumps(data))


def _example(cls: type[Event], ref: str | None, id_: str, again: int) -> NewFact:
    may = [o for o, kind in ORGS.items() if kind in cls.meta.stated_by] or [ORGANISER]
    org = may[again % len(may)]
    data = json.dumps(example_data(cls))
    if again:
        data = UUIDS.sub(lambda found: str(uuid5(UUID(int=again), found[0])), data).replace('"743"', '"005"')
    return _fact(org, cls.meta.type, ref, id_, data)


def _fact(org: str, type_: str, ref: str | None, id_: str, data: str) -> NewFact:
    return NewFact(
        source=f"urn:polku:{org}:s",
        id=id_,
        type=type_,
        subject=ref,
        time=START,
        recorded=START,
        data=data.encode(),
        org_type=ORGS[org],
    )


async def worker(database: Database, name: str) -> Reactor:
    """A worker of one of the services, with all its rules and views."""
    package = f"services.{name}"
    fold = import_module(f"{package}.state").fold
    parts = Units.of(name, fold, units(f"{package}.rules", Rule), migrate.views_of((name,))[name])
    journal = await database.journal(name)
    decoder = Decoder(full_catalogue(), journal.keys, journal.instance.operator)
    return Reactor(journal, parts, decoder, ruleset=9, fans_out=name == "referrals")


def parts_over(database: Database) -> Parts:
    """The door's parts with the real views, policy and organisations."""
    journal, policy = database.door, load_policy(POLICY)
    classes = {t: c.meta.data_class for t, c in catalogue().items()}
    timeline = PgTimeline(journal, policy, classes, silent=True)
    door = Door(database)
    return replace(
        door.parts,
        rulebook=replace(door.parts.rulebook, organisations=load(database.settings.organisations)),
        reading=PgReading(journal, Gate(journal.pool, policy), policy, timeline, "referrals", silent=True),
        feeding=PgFeeding(journal, policy, full_catalogue(), "referrals"),
        asking=PgAsking(journal, policy, every_view(), silent=True),
        views=[(p, v) for p, v in every_view() if v.name != RELATIONS],
    )
