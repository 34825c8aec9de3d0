"""What organisations have agreed before a play begins, and what they tell of their sites while it goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from simulator.cadences import policies
from simulator.planted import Planted
from simulator.proportions import REASONS, WITHOUT_COACHING
from simulator.setting import FORTNIGHTLY, Setting
from simulator.statement import AGREED, Statement, at

SILENCE = 21
"""Days without a record that are usual where two-week files are sent; the rule's own value is 14."""


def openings(setting: Setting) -> list[Statement]:
    """What organisations agreed before: longer silence where files are sent, and who clarifies absences where."""
    county, since = setting.region.county, setting.day(-30)
    said = []
    for host, site in setting.hosts:
        if setting.rhythms[host.id][0] == FORTNIGHTLY:
            data = {"rule": "R-ABS-8", "params": {"days": SILENCE}, "scope": {"site": site.id}}
            said.append(_agreed(setting, "rule_parameters.set", {**data, "valid_from": since.isoformat()}, site.id))
    said += [_agreed(setting, "review_policy.set", data, of) for of, data in policies(setting)]
    for area in setting.region.localities:
        data = {"task_kind": "absence_clarification", "lead_role": "social_instructor", "lead_org": county.id}
        said.append(
            _agreed(setting, "responsibility.agreed", {**data, "area": area, "valid_from": since.isoformat()}, area)
        )
    return said + _coaching(setting)


def _coaching(setting: Setting) -> list[Statement]:
    """Where job coaching can be had, and what is suspected where it cannot."""
    coach = next(iter(setting.region.having(setting.start, ("association",))), setting.region.county)
    areas = setting.region.localities
    said = []
    for number, area in enumerate(areas):
        here: dict[str, object] = {"service_type": "job_coaching", "municipality": area}
        if number < len(areas) - WITHOUT_COACHING:
            offer = {**here, "offer_id": setting.id("coaching", area), "provider_org": coach.id}
            said.append(_agreed(setting, "service_offer.published", offer, area))
        else:
            said.append(_agreed(setting, "service_gap.explained", {**here, "reasons": REASONS}, area))
    return said


def closed_site(setting: Setting, planted: Planted) -> list[Statement]:
    """One site is closed for a week in the middle of the play: nobody is absent there."""
    if setting.closure is None:
        return []
    site, first, last = setting.closure
    scope: dict[str, object] = {
        "scope": {"site": site},
        "reason": "site_closed",
        "from": first.isoformat(),
        "to": last.isoformat(),
    }
    host = setting.hosts[-1][0]
    told = first - timedelta(days=3)
    planted.note("closed_site", 0, first)
    said = _agreed(setting, "service.suspended", scope, site)
    opens = last + timedelta(days=1)
    again = _agreed(setting, "service.resumed", {"scope": {"site": site}, "from": opens.isoformat()}, site)
    return [
        replace(s, org=host.id, source=host.source(), sent=on, time=at(on, 9 * 60), wave=0)
        for s, on in ((said, told), (again, opens))
    ]


def _agreed(setting: Setting, name: str, data: dict[str, object], of: str) -> Statement:
    county = setting.region.county
    return Statement(
        org=county.id,
        source=county.source(),
        name=name,
        person=None,
        id=setting.id(name, of),
        time=at(setting.day(-3), 600),
        sent=setting.start,
        data=data,
        wave=AGREED,
    )
