"""From a raise in the journal to the inbox and an e-mail, on a real PostgreSQL and a real SMTP server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller

from kernel import migrate
from kernel.decide import Actor, Decider
from kernel.decode import Catalogue, Decoder
from kernel.disclosure import load_policy
from kernel.discover import events, units
from kernel.facts import Conclusion
from kernel.journal import NewFact, own_source
from kernel.organisations import load
from kernel.person import Units
from kernel.pg_journal import PgJournal, connect
from kernel.react import Reactor
from kernel.rules import Rule
from kernel.settings import Settings
from kernel.views import View
from operate.ports import choose
from services.notifications import pg_deliveries
from services.notifications.channels import inbox, mail
from services.notifications.decisions import claim, close
from services.notifications.dispatcher import Dispatcher
from services.notifications.families import MATTERS
from services.notifications.pg_deliveries import PgDeliveries
from services.notifications.state import ESCALATED, RAISED, fold
from tests.cluster import OPERATOR, ORGANISER, START, Cluster, Database, settle, stated

PEOPLE = f"""
operator = "{OPERATOR}"
organiser = "{ORGANISER}"
[region]
code = "14"
[[organisation]]
id = "{OPERATOR}"
name = "Operator"
types = [{{code = "operator"}}]
systems = ["ops"]
contact_email = "ops@region.example"
[[organisation]]
id = "{ORGANISER}"
name = "County"
types = [{{code = "wellbeing_county"}}]
systems = ["sos"]
[[organisation.person]]
ref = "anna"
name = "Anna"
roles = ["social_instructor"]
email = "anna@region.example"
"""
PLACEMENT = "0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a05"
MIDNIGHT = datetime(2026, 3, 1, 22, tzinfo=UTC)
ANNA = Actor(ORGANISER, "anna", frozenset({"social_instructor"}))


class Letterbox:
    def __init__(self) -> None:
        self.mails: list[tuple[list[str], bytes]] = []

    async def handle_DATA(self, _: Any, __: Any, envelope: Any) -> str:
        self.mails.append((envelope.rcpt_tos, envelope.content))
        return "250 taken"


@dataclass
class House:
    """The notifications processor by hand: journal, reactor, dispatcher, decisions."""

    database: Database
    placements: PgJournal
    reactor: Reactor
    decider: Decider
    dispatcher: Dispatcher
    other: Dispatcher
    letterbox: Letterbox
    smtp: str

    async def conclude(self, name: str, ref: str, said: Conclusion, at: datetime = START) -> str:
        """What another processor concludes."""
        id_ = str(uuid4())
        source, data = own_source(OPERATOR, "placements"), said.model_dump_json(exclude_none=True).encode()
        await self.placements.append([NewFact(source, id_, f"fi.polku.{name}.v1", ref, at, at, data)])
        await settle(self.reactor)
        return id_

    async def alert(self) -> Any:
        (row,) = await self.database.rows("SELECT * FROM view.absence_alerts_g1 ORDER BY raised_at DESC LIMIT 1")
        return row


@pytest.fixture
def letterbox() -> Iterator[tuple[Letterbox, str]]:
    box, port = Letterbox(), choose(set())
    controller = Controller(box, hostname="127.0.0.1", port=port, ready_timeout=60)
    controller.start()
    yield box, f"127.0.0.1:{port}"
    controller.stop()


@pytest.fixture
async def house(
    database: Database, cluster: Cluster, letterbox: tuple[Letterbox, str], tmp_path: Path
) -> AsyncIterator[House]:
    box, smtp = letterbox
    settings: Settings = database.settings.model_copy(update={"smtp": smtp, "mail_from": "polku@region.example"})
    settings.organisations.write_text(PEOPLE)
    views = units("services.notifications.views", View)
    await migrate.run(settings, cluster.superuser, "2026-03-02", {"notifications": views})
    journal = await connect(settings, "polku_notifications", size=4)
    placements = await connect(settings, "polku_placements")
    catalogue = Catalogue(events("schemas"), {*MATTERS, RAISED, ESCALATED})
    decoder = Decoder(catalogue, journal.keys, OPERATOR)
    parts = Units.of("notifications", fold, units("services.notifications.rules", Rule), views)
    organisations, policy = load(settings.organisations), load_policy(settings.policy)
    first, second = (
        Dispatcher(
            PgDeliveries(journal.pool, organisations), organisations, policy, [inbox.channel, mail.channel], settings
        )
        for _ in range(2)
    )
    reactor = Reactor(journal, parts, decoder, ruleset=1)
    yield House(database, placements, reactor, Decider(database.door, catalogue), first, second, box, smtp)
    await placements.close()
    await journal.close()


async def absence(house: House) -> tuple[str, str]:
    """Somebody whose own worker is Anna has been absent: her reference and the raise."""
    ref = await house.database.person()
    worker = {"role_code": "own_worker", "person_ref": "anna", "from": "2025-01-01"}
    fact = stated(1, "fi.polku.caseworker.assigned.v1", ref, worker, ORGANISER)
    await house.database.door.append([fact])
    await house.database.at(START)
    return ref, await house.conclude("absence.threshold_exceeded", ref, said())


def said(**more: Any) -> Conclusion:
    facts = {"placement_id": PLACEMENT, "absent_days": 3}
    return Conclusion(rule="R-ABS-1", rule_version=1, key="k", m=1, since=MIDNIGHT, facts=facts).model_copy(update=more)


async def test_an_alert_is_in_the_inbox_and_one_mail_goes_to_the_own_worker(house: House) -> None:
    ref, _ = await absence(house)

    while await house.dispatcher.step():
        pass

    deliveries = await house.database.rows("SELECT recipient, channel, state FROM notify.delivery ORDER BY channel")
    log = await house.database.rows(
        "SELECT viewer, subject::text, ground FROM disclosure.log WHERE record = $1", "absence_alerts"
    )
    assert [tuple(d) for d in deliveries] == [
        (f"{ORGANISER}/anna", "inbox", "delivered"),
        (f"{ORGANISER}/anna", "mail", "delivered"),
    ]
    assert [to for to, _ in house.letterbox.mails] == [["anna@region.example"]]
    assert ref.encode() not in house.letterbox.mails[0][1]
    assert {tuple(line) for line in log} == {("anna", ref, "L703-9")}


async def test_a_notice_that_is_not_among_the_latest_is_found_when_everything_is_looked_at(house: House) -> None:
    organisations, pool = load(house.database.settings.organisations), house.reactor.journal.pool
    usual, short = PgDeliveries(pool, organisations), PgDeliveries(pool, organisations, latest=0)
    nothing = await usual.undispatched(10), await short.undispatched(10)

    await absence(house)
    later = await usual.undispatched(10), await short.undispatched(10)
    anew = await PgDeliveries(pool, organisations, latest=0).undispatched(10)

    assert nothing == ([], [])
    assert [len(found) for found in (*later, anew)] == [1, 0, 1]


async def test_two_dispatchers_at_once_give_everything_once(house: House) -> None:
    await absence(house)

    for _ in range(3):
        await asyncio.gather(house.dispatcher.step(), house.other.step())

    assert len(house.letterbox.mails) == 1
    assert len(await house.database.rows("SELECT 1 FROM notify.delivery")) == 2


async def test_the_dispatcher_of_a_process_gives_out_what_comes_while_it_runs(house: House) -> None:
    settings = house.database.settings.model_copy(update={"smtp": house.smtp, "mail_from": "polku@region.example"})
    running = [asyncio.create_task(pg_deliveries.run(settings)) for _ in range(2)]
    try:
        await absence(house)
        async with asyncio.timeout(60):
            while not house.letterbox.mails:  # noqa: ASYNC110 - the server runs in a thread of its own
                await asyncio.sleep(0.05)
    finally:
        for task in running:
            task.cancel()
        ended = await asyncio.gather(*running, return_exceptions=True)

    assert all(isinstance(e, asyncio.CancelledError) for e in ended)
    assert len(house.letterbox.mails) == 1


async def test_a_later_correction_withdraws_it_and_tells_those_who_had_been_told(house: House) -> None:
    ref, raised = await absence(house)
    await house.dispatcher.step()

    await house.conclude("finding.withdrawn", ref, said(raised=raised, reason="corrected"))
    await house.dispatcher.step()

    assert (await house.alert())["status"] == "withdrawn"
    assert len(house.letterbox.mails) == 2


async def test_a_claim_through_the_door_stops_the_escalation(house: House) -> None:
    ref, _ = await absence(house)
    alert = await house.alert()
    command = claim.Claim.model_validate({"alert_id": alert["alert_id"], "version": alert["version"]})

    assert len(await house.decider.run(claim.decision, ref, command, ANNA)) == 1
    assert await house.decider.run(claim.decision, ref, command, ANNA) == []
    await house.database.at(START + timedelta(days=4))
    await settle(house.reactor)

    alert = await house.alert()
    assert (alert["status"], alert["claimed_by"], alert["escalated_to"]) == ("claimed", "anna", None)


async def test_an_alert_that_nobody_takes_is_escalated_when_its_time_comes(house: House) -> None:
    await absence(house)

    await house.database.at(START + timedelta(days=2))
    await settle(house.reactor)

    assert (await house.alert())["escalated_to"] == "team"


async def test_a_close_covers_what_was_shown_and_a_newer_raise_opens_another_alert(house: House) -> None:
    ref, raised = await absence(house)
    alert = await house.alert()
    shown = [{"rule": "R-ABS-1", "key": "k", "m": 1, "id": raised}]
    command = close.Close.model_validate(
        {"alert_id": alert["alert_id"], "version": 0, "reason": "sorted", "closes": shown}
    )
    await house.conclude("absence.threshold_exceeded", ref, said(rule="R-ABS-2"))

    await house.decider.run(close.decision, ref, command, ANNA)
    await settle(house.reactor)

    rows = await house.database.rows("SELECT status, count(*) FROM view.absence_alerts_g1 GROUP BY 1 ORDER BY 1")
    assert [tuple(r) for r in rows] == [("closed", 1), ("open", 1)]
