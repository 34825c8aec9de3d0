"""A client for whom a work trial was meant has been here for two years: managers see how many (survey, row 82)."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from kernel.calendar import day_of
from kernel.rules import Finding, Params, Resolved, Rule
from services.placements.episodes import LISTENS, episodes
from services.placements.schedule import DAY
from services.placements.state import State

TRIAL = "work_trial"


class TrialParams(Params):
    """`months` of all periods of one episode together."""

    months: int = Field(default=24, ge=1, le=240)


def find(state: State, params: Resolved[TrialParams]) -> Iterator[Finding]:
    """Long chains of periods of somebody whose referral or assessment spoke of a work trial. It makes no alert: it is
    counted.
    """
    meant = [*state.background.trials, *(day_of(at) for at, codes in state.background.advice if TRIAL in codes)]
    if not meant:
        return
    for episode in episodes(state):
        newest = episode.placements[-1]
        where = {"site": newest.site, "organiser": newest.organiser or None}
        chosen = params.on(episode.first, **where)
        reached = episode.reaches(chosen.months)
        until = episode.last + DAY if episode.last else None
        if reached is None or min(meant) > reached or (until is not None and reached >= until):
            continue
        facts = {"placement_id": newest.id, "start_on": episode.first.isoformat(), "months": chosen.months}
        yield Finding(episode.id, reached, until, facts, chosen)


rule = Rule(
    id="R-TRIAL-1",
    version=1,
    name="ktt_instead_of_work_trial.suspected",
    params=TrialParams(),
    find=find,
    listens=LISTENS | {"referral.submitted", "need_assessment.completed", "assessment.held"},
    family="count",
)
