"""Nobody has been named to support the client in this phase of her service (survey, row 92)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pydantic import Field

from kernel.rules import Finding, Params, Resolved, Rule
from services.placements.placement import Placement
from services.placements.schedule import DAY
from services.placements.state import State

ENTRY, DURING, TRANSITION, AFTER = "entry", "during", "transition", "after"


class SupportParams(Params):
    """Lengths of the phases: entry from the start, transition before the end, after from the end; the rest is during.
    A phase counts as a gap from its `grace_days` on.
    """

    entry_days: int = Field(default=28, ge=1, le=366)
    transition_days: int = Field(default=56, ge=1, le=366)
    after_days: int = Field(default=90, ge=1, le=366)
    grace_days: int = Field(default=14, ge=0, le=366)


def find(state: State, params: Resolved[SupportParams]) -> Iterator[Finding]:
    """Phases without support, while they last: rows of a view, no alerts."""
    given = {phase for _, phase, _ in state.beside.supports}
    planned = {p.site for p in state.plans.values() if p.support and p.ended_on is None}
    for placement in state.placements.values():
        first = placement.started_on or placement.start_on
        end = placement.ended_on or placement.end_on
        if first is None:
            continue
        chosen = params.on(first, site=placement.site, organiser=placement.organiser or None)
        supported = given | ({ENTRY, DURING} if placement.site in planned else set())
        for phase, begin, until in _phases(first, end, chosen):
            since = begin + timedelta(days=chosen.grace_days)
            if phase not in supported and (until is None or since < until):
                yield _finding(placement, phase, since, until, chosen)


def _phases(first: date, end: date | None, params: SupportParams) -> Iterator[tuple[str, date, date | None]]:
    entry_over = first + timedelta(days=params.entry_days)
    yield ENTRY, first, entry_over if end is None else min(entry_over, end + DAY)
    if end is None:
        yield DURING, entry_over, None
        return
    turn = max(entry_over, end + DAY - timedelta(days=params.transition_days))
    yield DURING, entry_over, turn
    yield TRANSITION, turn, end + DAY
    yield AFTER, end + DAY, end + DAY + timedelta(days=params.after_days)


def _finding(placement: Placement, phase: str, since: date, until: date | None, params: SupportParams) -> Finding:
    facts = {"placement_id": placement.id, "step": phase, "since_on": since.isoformat()}
    return Finding(f"{placement.id}:{phase}", since, until, facts, params)


rule = Rule(
    id="R-SUP-1",
    version=1,
    name="support.gap",
    params=SupportParams(),
    find=find,
    listens=frozenset(
        {
            "support.assigned",
            "plan.signed",
            "plan.ended",
            "plan.interrupted",
            "plan.superseded",
            "plan.renewed",
            "placement.agreed",
            "placement.started",
            "placement.extended",
            "placement.ended",
        }
    ),
    family="count",
)
