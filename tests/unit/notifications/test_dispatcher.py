"""Who is told of an alert, through which channel, and what happens when a message does not arrive."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from kernel.settings import Settings
from services.notifications.channels import inbox
from services.notifications.delivery import Channel, Message, PermanentFailure, Recipient, TemporaryFailure
from services.notifications.dispatcher import TRIES, Dispatcher
from tests.unit.notifications.delivering import (
    COUNTY,
    OPERATOR,
    SCHOOL,
    WORKSHOP,
    MemoryDeliveries,
    notice,
    policy,
    region,
    settings,
    to,
)


@dataclass
class Recording:
    sent: list[Message] = field(default_factory=list)
    failure: Exception | None = None

    async def send(self, message: Message, _: Settings) -> None:
        self.sent.append(message)
        if self.failure:
            raise self.failure


def _addressed(recipient: Recipient, _: Settings) -> bool:
    return bool(recipient.address)


def dispatcher(deliveries: MemoryDeliveries, mail: Recording) -> Dispatcher:
    channels = [inbox.channel, Channel("mail", _addressed, mail.send)]
    return Dispatcher(deliveries, region(), policy(), channels, settings())


async def test_the_own_worker_gets_one_inbox_row_and_one_mail_however_often_it_runs() -> None:
    deliveries, mail = MemoryDeliveries([notice(("raised", to(person="anna")))]), Recording()
    one = dispatcher(deliveries, mail)

    while await one.step():
        pass

    assert [(m.recipient.key, m.kind) for m in mail.sent] == [(f"{COUNTY}/anna", "raised/1")]
    assert sorted(k[2] for k in deliveries.written) == ["inbox", "mail"]


async def test_a_team_is_those_of_the_role_in_that_municipality() -> None:
    deliveries, mail = MemoryDeliveries([notice(("raised", to(role="social_instructor", team="145")))]), Recording()

    await dispatcher(deliveries, mail).step()

    assert [m.recipient.person for m in mail.sent] == ["bo"]


async def test_a_team_without_an_organisation_is_found_by_its_municipality() -> None:
    addressed = to(org="", via="team", role="social_instructor", team="743")
    deliveries, mail = MemoryDeliveries([notice(("raised", addressed))]), Recording()
    deliveries.alerts[0] = replace(deliveries.alerts[0], relations=frozenset({(COUNTY, "receiver")}))

    await dispatcher(deliveries, mail).step()

    assert [m.recipient.person for m in mail.sent] == ["anna"]


async def test_a_workshop_without_people_is_told_at_its_shared_address() -> None:
    deliveries, mail = MemoryDeliveries([notice(("raised", to(org=WORKSHOP, via="provider")))]), Recording()

    await dispatcher(deliveries, mail).step()

    assert [m.recipient.address for m in mail.sent] == ["office@workshop.example"]


async def test_whoever_may_not_know_of_the_person_is_passed_over_and_operations_hear_without_any_field() -> None:
    deliveries, mail = MemoryDeliveries([notice(("raised", to(org=SCHOOL)))]), Recording()

    await dispatcher(deliveries, mail).step()

    assert {one.message.recipient.org for one in deliveries.written.values()} == {OPERATOR}
    assert {one.fields for one in deliveries.written.values()} == {()}


async def test_a_copy_for_one_who_may_not_know_of_the_person_is_nobodys() -> None:
    copied = notice(("raised", to(person="anna")), ("raised", to(org=SCHOOL, via="copy")))
    deliveries, mail = MemoryDeliveries([copied]), Recording()

    await dispatcher(deliveries, mail).step()

    assert {one.message.recipient.org for one in deliveries.written.values()} == {COUNTY}


async def test_an_alert_that_names_nobody_reaches_operations() -> None:
    deliveries, mail = MemoryDeliveries([notice(("raised", to(org="", via="operations")))]), Recording()

    await dispatcher(deliveries, mail).step()

    assert [m.recipient.key for m in mail.sent] == [f"{OPERATOR}/olli"]


async def test_the_same_matter_is_told_to_one_person_once_though_she_stands_there_twice() -> None:
    twice = [("raised", to(person="anna")), ("raised", to(role="social_instructor", team="743"))]
    deliveries, mail = MemoryDeliveries([notice(*twice)]), Recording()

    await dispatcher(deliveries, mail).step()

    assert len(mail.sent) == 1


async def test_what_was_over_before_anybody_was_told_sends_no_mail() -> None:
    entries = [("raised", to(person="anna")), ("withdrawn", to(person="anna"))]
    deliveries, mail = MemoryDeliveries([notice(*entries, status="withdrawn")]), Recording()

    await dispatcher(deliveries, mail).step()

    assert mail.sent == []
    assert len(deliveries.written) == 2


async def test_a_withdrawal_is_told_to_those_who_had_been_told() -> None:
    deliveries, mail = MemoryDeliveries([notice(("raised", to(person="anna")))]), Recording()
    await dispatcher(deliveries, mail).step()
    deliveries.alerts = [notice(("raised", to(person="anna")), ("withdrawn", to(person="anna")), status="withdrawn")]

    await dispatcher(deliveries, mail).step()

    assert [m.about for m in mail.sent] == ["raised", "withdrawn"]


async def test_a_server_that_is_busy_is_asked_again_later_and_given_up_in_the_end() -> None:
    deliveries, mail = MemoryDeliveries([notice(("raised", to(person="anna")))]), Recording()
    mail.failure = TemporaryFailure("smtp_451")
    one = dispatcher(deliveries, mail)

    while await one.step():
        pass

    outcome, error, attempts, wait = next(v for k, v in deliveries.state.items() if k[2] == "mail")
    assert (outcome, error, attempts, wait) == ("technical-failure", "smtp_451", TRIES, None)
    assert len({m.number for m in mail.sent}) == 1


async def test_an_address_that_is_refused_for_good_is_not_tried_again() -> None:
    deliveries, mail = MemoryDeliveries([notice(("raised", to(person="anna")))]), Recording()
    mail.failure = PermanentFailure("smtp_550")
    one = dispatcher(deliveries, mail)

    while await one.step():
        pass

    assert len(mail.sent) == 1
    assert next(v for k, v in deliveries.state.items() if k[2] == "mail")[:2] == ("permanent-failure", "smtp_550")
