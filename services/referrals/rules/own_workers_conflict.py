"""The client has more than one own worker at once (R-CW-1, several)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import zip_longest

from pydantic import Field

from kernel.rules import Finding, Params, Resolved, Rule
from services.referrals.client import Worker
from services.referrals.coverage import DAY, deactivated, present
from services.referrals.lead import OWN_WORKER
from services.referrals.state import State


class ConflictParams(Params):
    """`at_once`: own workers that a client may have on one day, the day of a change left out."""

    at_once: int = Field(default=1, ge=1, le=10)


def find(state: State, params: Resolved[ConflictParams]) -> Iterator[Finding]:
    """Each stretch of days on which too many are there, with who they are."""
    own = [w for w in present(state.client.workers, deactivated(params)) if w.role == OWN_WORKER]
    days = sorted({w.first for w in own} | {w.last for w in own if w.last is not None})
    for first, after in zip_longest(days, days[1:]):
        names = sorted({w.id for w in own if _through(w, first)})
        if len(names) > params.on(first).at_once:
            facts = {"since_on": first.isoformat(), "workers": names, "orgs": sorted({n.split("/")[0] for n in names})}
            yield Finding(":".join(names), first, after, facts, params.on(first))


def _through(worker: Worker, day: date) -> bool:
    """There on this day and on the next one: who hands over and who takes over may share a day."""
    return worker.first <= day and (worker.last is None or day + DAY <= worker.last)


rule = Rule(
    id="R-CW-1-CONFLICT",
    version=1,
    name="caseworker.conflict",
    params=ConflictParams(),
    find=find,
    listens=frozenset({"caseworker.assigned", "caseworker.ended", "org.deactivated"}),
    family="duplicate",
)
