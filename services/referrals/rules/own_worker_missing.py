"""Nobody is the client's own worker though something is going on for her (R-CW-1, none)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from pydantic import Field

from kernel.calendar import midnight, working_days_after
from kernel.rules import Finding, Params, Resolved, Rule
from services.referrals.cases import running
from services.referrals.client import Worker
from services.referrals.coverage import DAY, deactivated, there, uncovered
from services.referrals.lead import OWN_WORKER
from services.referrals.placing import PLACING
from services.referrals.planning import PLANNING
from services.referrals.state import REFERRING, State


class MissingParams(Params):
    """`working_days` without an own worker that are still allowed [P]; that there is one: L1301/2014 42§."""

    working_days: int = Field(default=3, ge=0, le=60)


def find(state: State, params: Resolved[MissingParams]) -> Iterator[Finding]:
    """Each stretch without one, from the day after the allowed working days until somebody is named.

    Who works for an organisation that is no longer there is nobody's own worker.
    """
    own = [w for w in state.client.workers if w.role == OWN_WORKER]
    spans = there(own, deactivated(params))
    for first, last in running(state):
        for start, end in uncovered(spans, first, last):
            chosen = params.on(start)
            since = working_days_after(start - DAY, chosen.working_days) + timedelta(days=1)
            until = None if end is None else midnight(end + DAY)
            if until is None or until > midnight(since):
                yield Finding(start.isoformat(), since, until, _facts(start.isoformat(), own), chosen)


def _facts(start: str, own: list[Worker]) -> dict[str, Any]:
    before = max((w for w in own if w.first.isoformat() < start), key=lambda w: (w.first, w.id), default=None)
    return {"missing_since": start, "last_org": before.org if before else None}


rule = Rule(
    id="R-CW-1",
    version=1,
    name="caseworker.missing",
    params=MissingParams(),
    find=find,
    listens=frozenset(c.meta.name for c in (*PLANNING, *PLACING, *REFERRING))
    | {"caseworker.assigned", "caseworker.ended", "org.deactivated"},
    family="caseworker",
)
