"""What is delivered: one message to one recipient through one channel, and how it ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from kernel.settings import Settings

Outcome = Literal["sending", "delivered", "permanent-failure", "temporary-failure", "technical-failure"]


@dataclass(frozen=True, slots=True)
class Recipient:
    """One who is told: `key` is `<business id>/<person ref>`, or the business id alone for a shared address."""

    key: str
    org: str
    person: str = ""
    role: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One delivery. It carries a reference and nothing about a person; `number` is fixed once given."""

    alert: UUID
    kind: str
    recipient: Recipient
    channel: str
    number: int = 0
    attempts: int = 0

    @property
    def about(self) -> str:
        """What it says, without its place in the alert: raised, withdrawn, handed_over or escalated."""
        return self.kind.partition("/")[0].partition("_")[0]


class TemporaryFailure(Exception):
    """The other side cannot take it now; it is tried again. The text is a code, never an address."""


class PermanentFailure(Exception):
    """The other side will never take it. The text is a code, never an address."""


@dataclass(frozen=True)
class Channel:
    """A way to reach people. `reaches` tells whether it can reach one at all; `at_once`: being written is delivery.

    `send` raises TemporaryFailure or PermanentFailure; it may be called again for a message that had arrived.
    """

    name: str
    reaches: Callable[[Recipient, Settings], bool]
    send: Callable[[Message, Settings], Awaitable[None]]
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """A delivery to be written together with its line in the disclosure log."""

    message: Message
    subject: UUID
    at_once: bool
    fields: tuple[str, ...]
    ground: str


@dataclass(frozen=True, slots=True)
class Notice:
    """An alert whose newest notice has not been given out: `notices` as the view holds them."""

    alert: UUID
    subject: UUID
    status: str
    family: str
    notices: tuple[dict[str, object], ...]
    relations: frozenset[tuple[str, str]]
    known: frozenset[tuple[str, str, str]]
    """(recipient key, channel, kind) of what has been written before."""
    now: datetime
