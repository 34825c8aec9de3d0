"""What must be done before a client starts and how far away she may go (R-LIM-6, R-LIM-7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from simulator.expected.agreed import Agreed
from simulator.expected.calendar import DAY, begins
from simulator.expected.heard import Heard, Standing
from simulator.expected.plans import plans, signed_on
from simulator.expected.stays import Stay, stays

A_YEAR, FAR = 366, 80


def starts(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """She has started and something is missing: plan, word on benefits, steward, insurance, or the agreement."""
    for stay in stays(heard, agreed):
        if stay.started_on is None or (stay.over_on and stay.over_on < stay.started_on):
            continue
        not_before = stay.started_on - timedelta(days=stay.number("R-LIM-6", "plan_days", A_YEAR, stay.started_on))
        rests_on = _plans(heard, stay, not_before)
        informed = any(s.data["plan_id"] in rests_on for s in heard.of("client.informed_of_benefits"))
        steps = ("placement.shop_steward_informed", "placement.insurance_confirmed", "placement.agreed")
        if not (rests_on and informed and all(stay.told.get(step) for step in steps)):
            yield Standing("R-LIM-6", stay.id, begins(stay.started_on), _end(stay))


def _plans(heard: Heard, stay: Stay, not_before: date) -> set[object]:
    """Signed plans with work activity in them, for this site or without saying where."""
    found: set[object] = set()
    for plan in plans(heard):
        signed = [s for s in plan.said if s.name == "plan.signed"]
        terms = [t for s in signed if isinstance(t := s.data.get("ktt_terms"), Mapping)]
        site = terms[-1].get("site_id") if terms else None
        with_activity = bool(signed) and (plan.with_activity or isinstance(signed[-1].data.get("ktt_terms"), Mapping))
        if with_activity and signed_on(signed[-1]) >= not_before and site in (None, stay.place.site):
            found.add(plan.id)
    return found


def far_away(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """The site lies outside her commuting area, and she has not agreed to that."""
    for stay in stays(heard, agreed):
        said = stay.last_said("placement.agreed")
        if said is None or said.data.get("distance_km") is None or said.data.get("consents_to_distance"):
            continue
        if int(str(said.data["distance_km"])) > stay.number("R-LIM-7", "km", FAR, stay.start_on or date.min):
            yield Standing("R-LIM-7", stay.id, stay.agreed_at or said.time, _end(stay))


def _end(stay: Stay) -> datetime | None:
    return begins(stay.over_on + DAY) if stay.over_on else None
