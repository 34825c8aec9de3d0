"""Gives every notice of an alert to its recipients: written and disclosed in one step, then sent until it arrives."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, Protocol

import structlog

from kernel import observe
from kernel.calendar import day_of
from kernel.disclosure import Policy, Viewer
from kernel.organisations import Organisations
from kernel.settings import Settings
from services.notifications.delivery import (
    Channel,
    Message,
    Notice,
    Outcome,
    PermanentFailure,
    Planned,
    Recipient,
    TemporaryFailure,
)
from services.notifications.recipients import operations, resolve

RECORD = "absence_alerts"
OVER = ("closed", "withdrawn")
AT_ONCE = 8
"""Messages sent side by side: one round must be over before the lock or a lease could run out."""
TRIES = 12
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=1)
TOLD_WITHOUT_DATA = "operations"


class Deliveries(Protocol):
    """Where deliveries are kept; `write` and `take` may be called by two dispatchers at once without harm."""

    async def undispatched(self, limit: int) -> list[Notice]:
        """Alerts whose newest notice nobody has been given."""
        ...

    async def write(self, planned: Sequence[Planned]) -> list[Planned]:
        """Store them and log each disclosure in one transaction; what was there before is left out of the answer."""
        ...

    async def take(self, limit: int) -> list[Message]:
        """Messages whose time has come, each taken for a while so that nobody else sends it meanwhile."""
        ...

    async def done(self, message: Message, outcome: Outcome, error: str, wait: timedelta | None) -> None:
        """Note how a try ended; `wait` until the next one, None for never again."""
        ...


class Dispatcher:
    """One per installation is active."""

    def __init__(
        self,
        deliveries: Deliveries,
        organisations: Organisations,
        policy: Policy,
        channels: Sequence[Channel],
        settings: Settings,
    ) -> None:
        self._deliveries, self._organisations, self._policy = deliveries, organisations, policy
        self._channels, self._settings = {c.name: c for c in channels}, settings
        self._log = structlog.get_logger("dispatcher")

    async def step(self, limit: int = 100) -> int:
        """One round; answers how much it had to do, so that 0 means rest."""
        notices = await self._deliveries.undispatched(limit)
        for notice in notices:
            await self._give_out(notice)
        messages = await self._deliveries.take(AT_ONCE)
        await asyncio.gather(*(self._send(m) for m in messages))
        return len(notices) + len(messages)

    async def _give_out(self, notice: Notice) -> None:
        planned = list(self.plan(notice))
        for written in await self._deliveries.write(planned):
            if written.at_once:
                observe.deliveries.labels(written.message.channel, "delivered").inc()

    def plan(self, notice: Notice) -> Iterator[Planned]:
        """Who gets what: the inbox holds every notice, other channels only what still matters and is new to her."""
        sent = {(r, c, kind.partition("/")[0]) for r, c, kind in notice.known}
        for entry in notice.notices:
            kind, name, to = str(entry["kind"]), str(entry["name"]), entry["to"]
            for recipient, ground in self._entitled(notice, to):
                for channel in self._channels.values():
                    said = (recipient.key, channel.name, kind)
                    if not channel.at_once and (said in sent or not self._matters(notice, recipient, channel, kind)):
                        continue
                    if channel.reaches(recipient, self._settings) and (*said[:2], name) not in notice.known:
                        sent.add(said)
                        fields = () if ground == TOLD_WITHOUT_DATA else ("alert_id",)
                        message = Message(notice.alert, name, recipient, channel.name)
                        yield Planned(message, notice.subject, channel.at_once, fields, ground)

    def _matters(self, notice: Notice, recipient: Recipient, channel: Channel, kind: str) -> bool:
        """What is over is told only to those who had been told that it began."""
        if kind == "withdrawn":
            return any((recipient.key, channel.name) == (r, c) for r, c, _ in notice.known)
        return notice.status not in OVER

    def _entitled(self, notice: Notice, to: Any) -> Iterator[tuple[Recipient, str]]:
        """The gate: whoever may not know of the person is passed over, and operations hear instead of nobody who would
        have to act; of a copy nobody needs to hear instead.
        """
        day, allowed = day_of(notice.now), []
        for recipient in resolve(self._organisations, to, day):
            types = self._organisations.types_at(recipient.org, day)
            relations = {relation for org, relation in notice.relations if org == recipient.org}
            if recipient.org == to["org"]:
                relations.add("responsible")
            viewer = Viewer(recipient.org, types, recipient.person, frozenset(recipient.role.split(",")), "notice")
            if classes := self._policy.classes(viewer, relations, RECORD, day, {"responsible_org": viewer.org}):
                allowed.append((recipient, "+".join(sorted(set(classes.values())))))
        if not allowed and to["via"] != "copy":
            allowed = [(r, TOLD_WITHOUT_DATA) for r in operations(self._organisations)]
        yield from allowed

    async def _send(self, message: Message) -> None:
        channel = self._channels.get(message.channel)
        outcome: Outcome = "delivered"
        error, wait = "", None
        try:
            if channel is None or not channel.reaches(message.recipient, self._settings):
                raise PermanentFailure("no_way_to_reach")
            await channel.send(message, self._settings)
        except PermanentFailure as failure:
            outcome, error = "permanent-failure", str(failure)
        except TemporaryFailure as failure:
            error = str(failure)
            outcome = "temporary-failure" if message.attempts < TRIES else "technical-failure"
            wait = min(FIRST_WAIT * 2 ** (message.attempts - 1), LONGEST_WAIT) if message.attempts < TRIES else None
        await self._deliveries.done(message, outcome, error, wait)
        observe.deliveries.labels(message.channel, outcome.replace("-", "_")).inc()
        self._log.info(
            "delivery", alert=str(message.alert), number=message.number, channel=message.channel, outcome=outcome
        )
