"""Work that meets other work, an organisation that ceases, a company that may not (R-INT-1, R-ORG-1, R-PROV)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from simulator.expected.agreed import Agreed
from simulator.expected.calendar import DAY, begins
from simulator.expected.heard import Heard, Standing, day
from simulator.expected.planning import listed
from simulator.expected.plans import SHARED, Plan, plans
from simulator.expected.services import services
from simulator.expected.stays import OPEN, Stay, stays
from simulator.expected.workers import left_with

COUNTS = 14
"""Days after the planned one for which an intent counts."""
COMPANY = "private_provider"
SUPPORT_FROM, FREE_FROM = date(2021, 1, 1), date(2023, 1, 1)
"""L702/2020 13 §: companies may give support and guidance; L591/2022 13 §: anything."""
SUPPORT = {"life_management", "work_life_skills"}


def intents(heard: Heard, _: Agreed, __: date) -> Iterator[Standing]:
    """Plans that another organisation has in hand when somebody means to begin one of those that exclude each other."""
    for said in heard.of("work.intent_declared"):
        if said.data.get("reason") or said.data["work"] not in SHARED:
            continue
        met = [p for p in plans(heard) if p.kind in SHARED and _leads(p) != said.org and _in_hand(p, said.time)]
        if met:
            end = begins(day(said.data["planned_on"]) + timedelta(days=COUNTS))
            ends = [begins(p.over_on + DAY) for p in met if p.over_on]
            yield Standing("R-INT-1", said.id, said.time, min(end, max(ends)) if len(ends) == len(met) else end)


def _leads(plan: Plan) -> str:
    by = plan.begun_by
    return "" if by is None else str(by.data.get("lead_org") or by.org)


def _in_hand(plan: Plan, now: datetime) -> bool:
    over = begins(plan.over_on + DAY) if plan.over_on else None
    return plan.opened is not None and plan.opened <= now and (over is None or now < over)


def ceased(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """Services, plans, places and workers that are left with an organisation that is no longer there."""
    for org, first in agreed.gone().items():
        left = any(s.org == org and s.ended_on is None for s in services(heard))
        left |= any(p.opened and p.over is None and org in {_leads(p), p.signed and p.signed.org} for p in plans(heard))
        left |= any(_runs(s, first) and s.place.provider == org for s in stays(heard, agreed))
        left |= left_with(heard, org, first)
        if left:
            yield Standing("R-ORG-1", org, begins(first))


def _runs(stay: Stay, on: date) -> bool:
    return stay.ended_on is None and (stay.end_on or OPEN) >= on


def not_allowed(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """A company gives her a place that began when the law did not let it."""
    sites = {str(s.data["site_id"]): s.data for s in agreed.of("site.described")}
    for stay in stays(heard, agreed):
        first, site = stay.started_on or stay.start_on, sites.get(stay.place.site or "", {})
        starts = stay.told.get("placement.started", ())
        company = site.get("host_org_type") == COMPANY or any(COMPANY in heard.types(s) for s in starts)
        if first is None or first >= FREE_FROM or not company:
            continue
        content = _content(heard, stay.place.site) or set(listed(site.get("content")))
        if first < SUPPORT_FROM or not content <= SUPPORT:
            yield Standing("R-PROV", stay.id, begins(first), begins(stay.over_on + DAY) if stay.over_on else None)


def _content(heard: Heard, site: str | None) -> set[str]:
    """What her plans say of the activity at this site."""
    terms = [t for s in heard.of("plan.signed") if isinstance(t := s.data.get("ktt_terms"), Mapping)]
    return {code for t in terms if t.get("site_id") == site for code in listed(t.get("content"))}
