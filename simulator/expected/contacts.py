"""How often a client is to be met, as was agreed for her, her site, her organiser or the region (R-REV-2, R-REV-3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from simulator.expected.agreed import Agreed
from simulator.expected.calendar import DAY, begins, local_day, months_later
from simulator.expected.heard import Heard, Standing, day, said_on
from simulator.expected.meetings import ASSESSING, Meeting, meetings
from simulator.expected.stays import OPEN, Stay, stays
from simulator.statement import Data, Statement

USUAL: Data = {"kind": "max_interval", "interval_months": 3}
ON_DEMAND = "on_demand"
HER_OWN, OF_SITE, OF_ORGANISER, OF_REGION = 3, 2, 1, 0
BOOKED, AFTER_EVENT, LONG, NEAR_END, NOTICE = 14, 14, 6, 84, 28


@dataclass(frozen=True)
class Met:
    """One stay: the days on which social work met her, at whatever occasion, and the meetings of it."""

    stay: Stay
    begun: date
    days: Sequence[date]
    hers: Sequence[Meeting]

    @property
    def assessed(self) -> list[date]:
        """Days of assessments."""
        held = [m.held_on for m in self.hers if m.held_on and m.kind in ASSESSING]
        return [*held, *(said_on(s) for s in self.stay.told.get("assessment.held", ()))]


def contacts(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """From the day after the due day (or the booked one) until she was met, for as long as the stay lasts."""
    called = [day(s.data["on"]) for s in heard.of("contact.logged") if heard.social(s) and not s.data.get("org")]
    booked = meetings(heard)
    for stay in stays(heard, agreed):
        begun = stay.started_on or stay.start_on
        if begun is None:
            continue
        hers = [m for m in booked if m.placement in (None, stay.id)]
        days = [*called, *(said_on(s) for s in stay.told.get("assessment.held", ()))]
        met = Met(stay, begun, sorted({*days, *(m.held_on for m in hers if m.held_on)}), hers)
        for kind, due in _dues(met, agreed).items():
            since = max([due, *_booked(met, due)]) + DAY
            if stay.over_on is None or since <= stay.over_on:
                end = begins(stay.over_on + DAY) if stay.over_on else None
                yield Standing("R-REV-2", f"{stay.id}:{kind}", begins(since), end)


def _booked(met: Met, due: date) -> list[date]:
    """A meeting to come is enough when it is booked for the due day or soon after."""
    last = max(met.days, default=date.min)
    allowed = due + timedelta(days=met.stay.number("R-REV-2", "booked_days", BOOKED, due))
    return [m.booked_on for m in met.hers if m.booked_on and last < m.booked_on <= allowed]


def _dues(met: Met, agreed: Agreed) -> dict[str, date]:
    """Kind of cadence → its first due day, under what was agreed for that day."""
    said = [*agreed.of("review_policy.set"), *(s for s in agreed.own if s.name == "review_policy.set")]
    told = [(level, s.data) for s in said if (level := _level(s, met.stay)) is not None]
    turns = sorted({date.min, *(day(data["valid_from"]) for _, data in told)})
    found: dict[str, date] = {}
    for first, end in zip(turns, [*turns[1:], OPEN], strict=True):
        for policy in _valid(first, told):
            kind, due = str(policy["kind"]), _due(met, policy, first, end)
            if kind not in found and due is not None and due < end:
                found[kind] = max(due, first)
    return found


def _level(said: Statement, stay: Stay) -> int | None:
    """How near to her it was agreed; None when it concerns others."""
    scope = said.data.get("scope")
    given = scope if isinstance(scope, Mapping) else {}
    if said.person is not None:
        return HER_OWN if given.get("site") in (None, stay.place.site) else None
    if given.get("site"):
        return OF_SITE if given["site"] == stay.place.site else None
    if given.get("organiser"):
        return OF_ORGANISER if given["organiser"] == stay.place.organiser else None
    if said.org == stay.place.organiser:
        return OF_ORGANISER
    return OF_REGION if given.get("region") else None


def _valid(on: date, told: Sequence[tuple[int, Data]]) -> list[Data]:
    """The newest word of each kind at the nearest level; a word that she is met as needed takes back what is older."""
    for level in (HER_OWN, OF_SITE, OF_ORGANISER, OF_REGION):
        known = [data for at, data in told if at == level and day(data["valid_from"]) <= on]
        newest = {str(data["kind"]): data for data in sorted(known, key=lambda d: day(d["valid_from"]))}
        if newest:
            since = day(newest[ON_DEMAND]["valid_from"]) if ON_DEMAND in newest else date.min
            return [d for d in newest.values() if day(d["valid_from"]) > since or d["kind"] == ON_DEMAND]
    return [USUAL]


def _due(met: Met, policy: Data, first: date, end: date) -> date | None:
    stay = met.stay
    match policy["kind"]:
        case "max_interval" | "usual_interval":
            months = int(str(policy.get("interval_months") or 12))
            if policy is USUAL:
                months = stay.number("R-REV-2", "months", months, met.begun)
            return months_later(max([met.begun, *met.days]), months)
        case "n_times_per_window":
            wanted, months = int(str(policy.get("n_min") or 0)), int(str(policy.get("window_months") or 12))
            times = [*[met.begun] * wanted, *(d for d in met.days if d > met.begun)]
            return months_later(times[-wanted], months) if wanted else None
        case "at_contract_event":
            return _after_event(met, first, end)
        case "by_period_length":
            return _half_way(met)
        case "before_period_end":
            return _before_end(met)
    return None


def _after_event(met: Met, first: date, end: date) -> date | None:
    """Within two weeks of an agreement, before or after; met later, it is over then."""
    event = local_day(met.stay.agreed_at) if met.stay.agreed_at else None
    if event is None or not first <= event < end:
        return None
    days = timedelta(days=met.stay.number("R-REV-2", "event_days", AFTER_EVENT, event))
    return None if any(event - days <= d for d in met.days) else event + days


def _half_way(met: Met) -> date | None:
    """An assessment in the middle of a long period, unless there was one after its first quarter."""
    first, last = met.stay.period_start or met.begun, met.stay.end_on
    if last is None or months_later(first, met.stay.number("R-REV-2", "long_months", LONG, first)) > last + DAY:
        return None
    half = (last - first) / 2
    return None if any(first + half / 2 <= d <= last for d in met.assessed) else first + half


def _before_end(met: Met) -> date | None:
    """A review or assessment in the last twelve weeks, told four weeks before the end."""
    last = met.stay.end_on
    if last is None:
        return None
    first = last - timedelta(days=met.stay.number("R-REV-2", "end_days", NEAR_END, last))
    held = [*met.assessed, *(m.held_on for m in met.hers if m.held_on)]
    notice = timedelta(days=met.stay.number("R-REV-2", "end_notice_days", NOTICE, last))
    return None if any(first <= d <= last for d in held) else last - notice
