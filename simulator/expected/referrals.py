"""A referral that lies: not received, not decided, accepted and nothing begun (R-REF-1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from simulator.expected.agreed import Agreed
from simulator.expected.calendar import DAY, begins, local_day, works
from simulator.expected.heard import Heard, Standing
from simulator.life import SERVICE
from simulator.statement import Statement

RECEIVE, DECIDE, START = 3, 14, 90
ANSWERS = ("referral.accepted", "referral.rejected", "referral.withdrawn")


@dataclass(frozen=True)
class Referral:
    """A referral from its first submission on; `answer` is the last word on it."""

    id: str
    sent: Statement
    newest: Statement
    received: datetime | None
    answer: Statement | None


def referrals(heard: Heard) -> Iterator[Referral]:
    """All of hers."""
    for id_ in heard.ids("referral_id", "referral.submitted"):
        sent = heard.of("referral.submitted", referral_id=id_)
        received = heard.of("referral.received", referral_id=id_)
        answers = heard.of(*ANSWERS, referral_id=id_)
        first = received[0].time if received else None
        yield Referral(id_, sent[0], sent[-1], first, answers[-1] if answers else None)


def lying(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """Each step from the day on which its time is up until it is taken."""
    for referral in referrals(heard):
        answered = referral.answer.time if referral.answer else None
        number = partial(agreed.number, "R-REF-1")
        sent = local_day(referral.sent.time)
        to = str(referral.newest.data.get("target_org") or referral.newest.data.get("target_provider") or "")
        due = _working(sent, number("receive_working_days", RECEIVE, sent), agreed.closed({to}, None))
        done = min((t for t in (referral.received, answered) if t), default=None)
        yield from _step(referral, "receive", due, done)
        if referral.received is not None:
            got = local_day(referral.received)
            yield from _step(referral, "decide", got + timedelta(days=number("decide_days", DECIDE, got)), answered)
        if referral.answer is not None and referral.answer.name == "referral.accepted":
            yes = local_day(referral.answer.time)
            begun = [t for t in _beginnings(heard, referral) if t >= referral.answer.time]
            due = yes + timedelta(days=number("start_days", START, yes))
            yield from _step(referral, "start", due, min(begun, default=None))


def _working(on: date, count: int, closed: frozenset[date]) -> date:
    while count:
        on += DAY
        count -= works(on, closed)
    return on


def _beginnings(heard: Heard, referral: Referral) -> Iterator[datetime]:
    """When somebody said that a place, or the service itself, has begun."""
    service = referral.newest.data["service_type"]
    if service == SERVICE:
        yield from (s.time for s in heard.of("placement.started"))
    kinds = {s.data["ps_id"]: s.data.get("service_type") for s in heard.of("parallel_service.agreed")}
    for said in heard.of("parallel_service.started"):
        if (said.data.get("service_type") or kinds.get(said.data["ps_id"])) == service:
            yield said.time


def _step(referral: Referral, step: str, due: date, done: datetime | None) -> Iterator[Standing]:
    if done is None or done > begins(due):
        yield Standing("R-REF-1", f"{referral.id}:{step}", begins(due), done)
