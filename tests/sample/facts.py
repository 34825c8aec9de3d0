"""Facts of the tiny domain, as a fold sees them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

from kernel.facts import Conclusion, Event, Fact, Meta
from tests.sample.domain import VisitRecorded

SUBJECT = "11111111-1111-4111-8111-111111111111"
START = datetime(2026, 3, 2, 8, tzinfo=UTC)


class Retracted(Event):
    """As the real one: a source withdraws what it stated."""

    meta: ClassVar[Meta] = Meta(name="fact.retracted")
    id: str
    reason: str = ""


def fact(data: Any, n: int = 1, source: str = "urn:polku:3333333-3:s", **more: Any) -> Fact:
    """One fact; `n` gives its id, seq and recorded time."""
    type_ = data.meta.type if isinstance(data, Event) else more.pop("type")
    values: dict[str, Any] = {
        "lane": 1,
        "seq": n,
        "subject": SUBJECT,
        "source": source,
        "id": f"f{n}",
        "type": type_,
        "time": START,
        "recorded": START + timedelta(seconds=n),
        "data": data,
        "org_type": "workshop",
    }
    return Fact(**{**values, **more})


def visit(n: int, day: int, came: bool, **more: Any) -> Fact:
    """A visit on a day of March 2026."""
    return fact(VisitRecorded(day=date(2026, 3, day), came=came), n, **more)


def said(n: int, kind: str, m: int, **more: Any) -> Fact:
    """A conclusion of rule V-1 about the key `row`."""
    data = Conclusion(rule="V-1", rule_version=1, key="row", m=m, since=START, **more)
    return fact(data, n, source="urn:polku:1111111-1:polku-referrals", type=f"fi.polku.{kind}.v1", own=True)
