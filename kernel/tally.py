"""What was accepted and what a reaction did, counted once per batch and never per fact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

import structlog

from kernel import observe
from kernel.facts import name_of, org_of
from kernel.journal import RECEIVED, NewFact, Receipt
from kernel.plan import Plan
from kernel.rules import Rule
from kernel.stored import Stored
from kernel.wire import TOPIC

log = structlog.get_logger(__name__)


def accepted(topic: str, facts: Iterable[tuple[NewFact, Receipt]], now: datetime) -> None:
    """Count what was stored for the first time. `now` is the instance's clock, as the facts' own times are."""
    delays: dict[tuple[str, str], dict[float, int]] = {}
    for fact, receipt in facts:
        if not receipt.replayed:
            delay = max(0.0, (now - fact.time).total_seconds())
            seconds = delays.setdefault((org_of(fact.source), fact.type), {})
            seconds[delay] = seconds.get(delay, 0) + 1
    for (org, type_), seconds in delays.items():
        observe.received.labels(topic, org, type_, type_.rpartition(".v")[2]).inc(sum(seconds.values()))
        observe.publish_delay.add([(org, type_)], seconds)


def applied(
    processor: str,
    views: Iterable[str],
    rows: Sequence[Stored],
    touched: Mapping[str, Sequence[Stored]],
    held: Container[str],
) -> None:
    """Count a committed batch by outcome, and how long ago its facts were received. `held`: who waits after it."""
    now = datetime.now(UTC)
    waiting = Counter([row.source for subject, hers in touched.items() if subject in held for row in hers])
    done = Counter([row.source for subject, hers in touched.items() if subject not in held for row in hers])
    ignored = Counter([row.source for row in rows])
    ignored.subtract(waiting)
    ignored.subtract(done)
    for outcome, sources in (("applied", done), ("held", waiting), ("ignored", ignored)):
        for source, count in sources.items():
            if count:
                observe.processed.labels(processor, TOPIC, org_of(source), outcome).inc(count)
    seconds: Counter[float] = Counter()
    for appended, group in groupby(rows, attrgetter("appended")):  # one append stores many at one instant
        seconds[max(0.0, (now - appended).total_seconds())] += sum(1 for _ in group)
    observe.pipeline.add([(view,) for view in views], seconds)


def repeated(processor: str, count: int) -> None:
    """Count records that a carrier brought again, or of another era; whose they were is not looked at."""
    observe.dropped.labels(processor).inc(count)
    observe.processed.labels(processor, TOPIC, "", "duplicate").inc(count)


def concluded(plan: Plan, rules: Iterable[Rule[Any, Any]]) -> None:
    """Count the raises of a committed plan, and how long ago what led to them was received."""
    for hold in (p.hold for p in plan.persons if p.hold):
        log.warning("person_held", lane=plan.lane, type=hold.type, reason=hold.cause, pointer=hold.pointer)
    facts = [f for p in plan.persons for f in p.facts]
    if not facts:
        return
    now, names = datetime.now(UTC), {n for r in rules for n in r.names}
    for fact in facts:
        if (kind := name_of(fact.type)) in names:
            observe.alerts_raised.labels(kind).inc()
            if since := fact.attributes.get(RECEIVED):
                waited = (now - datetime.fromisoformat(since)).total_seconds()
                observe.alert_latency.add([(kind,)], {max(0.0, waited): 1})


def received(rows: Sequence[Stored]) -> str:
    """The instant at which the first of some facts, or what led to it, was received; empty when there are none."""
    return min((row.attributes.get(RECEIVED) or row.appended.isoformat() for row in rows), default="")
