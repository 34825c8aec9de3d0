"""The client's periods together have lasted two years: her plan must be looked at again (R-LIM-5, R-CHAIN)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import Field

from kernel.rules import Finding, Params, Resolved, Rule
from services.placements.episodes import LISTENS, Episode, episodes
from services.placements.plans import PLAN_FACTS
from services.placements.schedule import DAY
from services.placements.state import State


class ChainParams(Params):
    """`months` of all periods of one episode together (THL's guidance)."""

    months: int = Field(default=24, ge=1, le=240)


def find(state: State, params: Resolved[ChainParams]) -> Iterator[Finding]:
    """Chains from the day on which they are so long, until a plan has been signed or reviewed since."""
    for episode in episodes(state):
        newest = episode.placements[-1]
        where = {"site": newest.site, "organiser": newest.organiser or None}
        since = _reached(episode, params, where)
        if since is None or _checked(state, since):
            continue
        chosen = params.on(since, **where)
        facts = {
            "placement_id": newest.id,
            "site_id": newest.site,
            "provider_org": newest.provider_org,
            "start_on": episode.first.isoformat(),
            "months": chosen.months,
            "periods": len(episode.placements),
        }
        until = episode.last + DAY if episode.last else None
        if until is None or since < until:
            yield Finding(episode.id, since, until, facts, chosen)


def _reached(episode: Episode, params: Resolved[ChainParams], where: dict[str, str | None]) -> date | None:
    """The number valid on the day on which it is reached decides."""
    tentative = episode.reaches(params.on(episode.first, **where).months)
    return None if tentative is None else episode.reaches(params.on(tentative, **where).months)


def _checked(state: State, since: date) -> bool:
    return any(plan.last_on is not None and plan.last_on >= since for plan in state.plans.values())


rule = Rule(
    id="R-LIM-5",
    version=1,
    name="period.chain_long",
    params=ChainParams(),
    find=find,
    listens=LISTENS | {c.meta.name for c in PLAN_FACTS},
    family="period_end",
)
