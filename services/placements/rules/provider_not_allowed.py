"""A private company runs the placement at a time at which the law did not allow that: check it (R-PROV)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import Field

from kernel.rules import Dated, Finding, Params, Resolved, Rule
from schemas.sites.described_v1 import SiteDescribed
from services.placements.placement import Placement
from services.placements.schedule import DAY
from services.placements.state import State

PRIVATE = "private_provider"


class ProviderParams(Params):
    """`allowed`: a private company may provide; `content`: only what consists of nothing else (empty: anything)."""

    allowed: bool = True
    content: list[str] = Field(default=[], max_length=20)


DEFAULT = ProviderParams()
SUPPORT = ["life_management", "work_life_skills"]
VERSIONS = (
    Dated(ProviderParams(allowed=False), None, date(2020, 12, 31), "statute"),
    # L702/2020 13§: support and guidance only
    Dated(ProviderParams(content=SUPPORT), date(2021, 1, 1), date(2022, 12, 31), "statute"),
    Dated(DEFAULT, date(2023, 1, 1), None, "statute"),  # L591/2022 13§: the law of the counties
)


def find(state: State, params: Resolved[ProviderParams]) -> Iterator[Finding]:
    """Placements with a private company, from their start under the law of that day."""
    hosts = {str(f.data.site_id): f for f in params.reference(SiteDescribed)}
    for placement in state.placements.values():
        first, site = placement.started_on or placement.start_on, hosts.get(placement.site or "")
        private = placement.provider_type == PRIVATE or (site is not None and site.data.host_org_type == PRIVATE)
        if first is None or not private:
            continue
        chosen = params.on(first, site=placement.site, organiser=placement.organiser or None)
        content = _content(state, placement) or frozenset(site.data.content if site is not None else ())
        if chosen.allowed and (not chosen.content or content <= set(chosen.content)):
            continue
        last = placement.ended_on or placement.end_on
        facts = {"placement_id": placement.id, "provider_org": placement.provider_org, "start_on": first.isoformat()}
        yield Finding(placement.id, first, last and last + DAY, facts, chosen)


def _content(state: State, placement: Placement) -> frozenset[str]:
    """What her plan says of the activity at this site."""
    return frozenset(code for plan in state.plans.values() if plan.site == placement.site for code in plan.content)


rule = Rule(
    id="R-PROV",
    version=1,
    name="provider.not_allowed",
    params=DEFAULT,
    find=find,
    listens=frozenset(
        {
            "placement.agreed",
            "placement.started",
            "placement.extended",
            "placement.ended",
            "plan.signed",
            "site.described",
        }
    ),
    family="start",
    versions=VERSIONS,
)
