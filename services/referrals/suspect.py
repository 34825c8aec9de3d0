"""How a suspected double is told: which work, since when, who should lead, and who may know (DOMAIN 6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from kernel.calendar import day_of, midnight
from kernel.rules import Finding, Params, Resolved
from services.referrals.lead import propose
from services.referrals.pieces import Pair, Piece
from services.referrals.state import State
from services.referrals.telling import told

DOUBLES = UUID("3c1f7a52-9e0d-5b64-8a37-d2f04c6b9e11")
NAME = "duplicate_work.detected"
SETTLED = frozenset({"duplicate_work.dismissed", "duplicate_work.resolved"})
LEADING = frozenset(
    {
        *("benefit_status.reported", "caseworker.assigned", "caseworker.ended", "responsibility.agreed"),
        *("client.registered", "client.moved_municipality", "multisector.started", "multisector.ended"),
    }
)
"""What decides on the proposed lead."""
ENTITLING = frozenset(
    {
        *("consent.given", "consent.withdrawn", "disclosure_permit.given", "disclosure_permit.prohibited"),
        *("placement.offered", "placement.agreed", "placement.started", "referral.submitted"),
    }
)
"""What decides on who may be told."""
COMMON = SETTLED | LEADING | ENTITLING


@dataclass(frozen=True, slots=True)
class Kind:
    """A rule of the catalogue: its id, how grave it is (high, medium, low), and the task that it is about."""

    id: str
    severity: str
    task: str = ""


@dataclass(frozen=True, slots=True)
class Double:
    """Two pieces of work that seem to be one, from an instant until an instant; `more` is told besides."""

    pair: Pair
    since: datetime
    until: datetime | None
    params: Params
    more: dict[str, Any]


def findings(
    kind: Kind, doubles: Iterable[Double], state: State, params: Resolved[Any], *, multisector: bool = False
) -> Iterator[Finding]:
    """Findings of those that nobody has settled; the lead and who may know are as of the day they were found."""
    for double in doubles:
        key = key_of(kind.id, double.pair)
        if key in state.settled or (double.until is not None and double.until <= double.since):
            continue
        facts = common(kind, key, double.pair, state, params, day_of(double.since), multisector=multisector)
        until = double.until and max(double.until, first_look(double.since))
        yield Finding(key, double.since, until, {**facts, **double.more}, double.params)


def first_look(since: datetime) -> datetime:
    """Just after the next midnight: who looks once a day hears of a pair, too, that lived for some hours only."""
    today = midnight(day_of(since))
    return (today if today == since else midnight(day_of(since) + timedelta(days=1))) + timedelta(seconds=1)


def common(
    kind: Kind,
    key: str,
    pieces: Sequence[Piece],
    state: State,
    params: Resolved[Any],
    day: date,
    *,
    multisector: bool = False,
) -> dict[str, Any]:
    """What every finding of the catalogue tells; `duplicate_id` is the same whatever came first and however often."""
    return {
        "kind": kind.id,
        "severity": kind.severity,
        "duplicate_id": str(uuid5(DOUBLES, key)),
        "items": [p.item() for p in pieces],
        "lead": propose(state, params, kind.task, pieces, day, multisector=multisector),
        **told(state, [(p.org, p.org_type) for p in pieces], day),
    }


def key_of(rule: str, pair: Pair) -> str:
    """The key of a pair under a rule: what is settled under one rule is not settled under another."""
    return ":".join((rule, *sorted(p.id for p in pair)))
