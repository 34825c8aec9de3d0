"""E-mail through a real SMTP server: what it says, how often it comes, and what refusals become."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from operate.ports import choose
from services.notifications.channels import inbox, mail
from services.notifications.delivery import Message, PermanentFailure, Recipient, TemporaryFailure
from services.notifications.dispatcher import Dispatcher
from tests.unit.notifications.delivering import (
    ALERT,
    COUNTY,
    SUBJECT,
    MemoryDeliveries,
    notice,
    policy,
    region,
    settings,
    to,
)

ADDRESS = "anna@region.example"


class Letterbox:
    """Takes mail and answers as it is told."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.answer = "250 OK"
        self.drops_after_accepting = False

    async def handle_RCPT(self, _: Any, __: Any, envelope: Any, address: str, ___: Any) -> str:
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server: Any, _: Any, envelope: Any) -> str:
        mail_ = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail_, EmailMessage)
        self.mails.append(mail_)
        self.recipients += envelope.rcpt_tos
        if self.drops_after_accepting:
            server.transport.close()
        return "250 taken"


@pytest.fixture
def letterbox() -> Iterator[tuple[Letterbox, str]]:
    box, port = Letterbox(), choose(())  # none that a connection of somebody else may take meanwhile
    controller = Controller(box, hostname="127.0.0.1", port=port, ready_timeout=60)
    controller.start()
    yield box, f"127.0.0.1:{port}"
    controller.stop()


def message(kind: str = "raised/1", number: int = 7) -> Message:
    recipient = Recipient(f"{COUNTY}/anna", COUNTY, "anna", "social_instructor", ADDRESS)
    return Message(ALERT, kind, recipient, "mail", number, 1)


async def test_the_mail_holds_a_link_and_nothing_about_the_person(letterbox: tuple[Letterbox, str]) -> None:
    box, smtp = letterbox
    deliveries = MemoryDeliveries([notice(("raised", to(person="anna")))])
    dispatcher = Dispatcher(deliveries, region(), policy(), [inbox.channel, mail.channel], settings(smtp=smtp))

    await dispatcher.step()

    (came,) = box.mails
    text = came.as_string()
    assert box.recipients == [ADDRESS]
    assert f"https://polku.example/alerts/{ALERT}" in came.get_content()
    assert str(SUBJECT) not in text
    assert "absence" not in text.lower() and "poissa" not in text.lower()


@pytest.mark.parametrize("kind", ["raised/1", "escalated_team_1/2", "handed_over_3/3", "withdrawn/4"])
async def test_every_kind_of_notice_has_its_words_in_three_languages(
    letterbox: tuple[Letterbox, str], kind: str
) -> None:
    box, smtp = letterbox

    await mail.send(message(kind), settings(smtp=smtp))

    content = box.mails[0].get_content()
    assert box.mails[0]["Subject"].startswith("Polku: ")
    assert content.count("https://polku.example/alerts/") == 3


async def test_a_repeat_carries_the_same_message_id(letterbox: tuple[Letterbox, str]) -> None:
    box, smtp = letterbox

    await mail.send(message(), settings(smtp=smtp))
    await mail.send(message(), settings(smtp=smtp))

    assert {m["Message-ID"] for m in box.mails} == {f"<{ALERT}.7@region.example>"}


@pytest.mark.parametrize(
    ("answer", "failure"),
    [("550 no such user", PermanentFailure), ("451 try later", TemporaryFailure), ("552 full", PermanentFailure)],
)
async def test_a_refusal_is_final_or_not_as_the_server_says(
    letterbox: tuple[Letterbox, str], answer: str, failure: type[Exception]
) -> None:
    box, smtp = letterbox
    box.answer = answer

    with pytest.raises(failure) as refused:
        await mail.send(message(), settings(smtp=smtp))

    assert ADDRESS not in str(refused.value)


async def test_a_server_that_accepts_and_then_vanishes_is_tried_again_with_the_same_number(
    letterbox: tuple[Letterbox, str],
) -> None:
    box, smtp = letterbox
    deliveries = MemoryDeliveries([notice(("raised", to(person="anna")))])
    dispatcher = Dispatcher(deliveries, region(), policy(), [inbox.channel, mail.channel], settings(smtp=smtp))
    box.drops_after_accepting = True
    await dispatcher.step()
    box.drops_after_accepting = False

    await dispatcher.step()

    assert len({m["Message-ID"] for m in box.mails}) == 1
    assert {v[0] for v in deliveries.state.values()} == {"delivered"}


async def test_a_server_that_is_not_there_is_a_temporary_failure() -> None:
    with pytest.raises(TemporaryFailure):
        await asyncio.wait_for(mail.send(message(), settings(smtp="127.0.0.1:9")), 20)


async def test_a_server_that_says_nothing_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "TIMEOUT", 0.3)
    silent = await asyncio.start_server(lambda *_: asyncio.sleep(5), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]

    with pytest.raises(TemporaryFailure):
        await mail.send(message(), settings(smtp=f"127.0.0.1:{port}"))

    silent.close()
