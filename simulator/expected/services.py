"""What runs beside the work activity: not begun, too seldom, in the way, or wanted (R-PS, R-OUT, R-SCH, R-COACH)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from simulator.expected.absence import AGREED
from simulator.expected.agreed import Agreed
from simulator.expected.calendar import DAY, begins, local_day, months_later
from simulator.expected.heard import Heard, Standing, day, maybe_day, said_on
from simulator.expected.meetings import meetings
from simulator.expected.planning import listed
from simulator.expected.stays import OPEN, stays

MONTH, A_YEAR, SLACK, FORGOTTEN = 30, 366, 7, 180
CLARIFY = "work_ability_and_health_clarification"
CLARIFYING = ("work_ability_assessment", "health_clarification", "health_services", "vocational_rehab_assessment")
DEBTS = {"debts_in_enforcement"}
TO_WORK = {"open_labour_market", "wage_subsidised_work", "work_trial", "job_coaching"}


@dataclass
class Service:
    """One service beside the work activity."""

    id: str
    kind: str = ""
    org: str = ""
    agreed_on: date | None = None
    start_by: date | None = None
    times: int = 0
    per: str = ""
    started_on: date | None = None
    ended_on: date | None = None
    visits: list[date] = field(default_factory=list)

    @property
    def began_on(self) -> date | None:
        """As told, or as the first visit shows."""
        return min([*([self.started_on] if self.started_on else []), *self.visits], default=None)


def services(heard: Heard) -> list[Service]:
    """All of hers."""
    found: dict[str, Service] = {}
    names = ("agreed", "started", "held", "ended")
    for said in heard.of(*(f"parallel_service.{name}" for name in names)):
        id_ = str(said.data["ps_id"])
        service = found.setdefault(id_, Service(id_))
        service.kind = str(said.data.get("service_type") or service.kind)
        service.org = str(said.data.get("org") or service.org)
        match said.name:
            case "parallel_service.agreed":
                service.agreed_on, service.start_by = said_on(said), maybe_day(said.data.get("start_by"))
                often = said.data.get("frequency")
                if isinstance(often, dict):
                    service.times, service.per = int(often["n"]), str(often["per"])
            case "parallel_service.started":
                service.started_on = day(said.data["started_on"])
            case "parallel_service.held":
                service.visits.append(day(said.data["held_on"]))
            case _:
                service.ended_on = day(said.data["ended_on"])
    return list(found.values())


def not_begun(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """The day after it should have begun; after a year nobody asks any more."""
    for service in services(heard):
        on = service.agreed_on
        if on is None or service.began_on or service.ended_on:
            continue
        by = service.start_by or on + timedelta(days=agreed.number("R-PS-1", "days", MONTH, on))
        end = by + timedelta(days=agreed.number("R-PS-1", "give_up_days", A_YEAR, on))
        yield Standing("R-PS-1", service.id, begins(by + DAY), begins(end))


def too_seldom(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """Fewer visits than agreed within the week or month that ends now."""
    for service in services(heard):
        began = service.began_on
        if began is None or service.ended_on or not service.times or service.per not in ("week", "month"):
            continue
        visits = [*[began] * service.times, *sorted({d for d in service.visits if d > began})]
        last = visits[-service.times]
        empty = (last + timedelta(days=7) if service.per == "week" else months_later(last, 1)) + DAY
        since = empty + timedelta(days=agreed.number("R-PS-2", "slack_days", SLACK, empty))
        end = since + timedelta(days=agreed.number("R-PS-2", "give_up_days", FORGOTTEN, empty))
        yield Standing("R-PS-2", service.id, begins(since), begins(end))


def not_clarified(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """Her ability and health were to be clarified after the period, and nothing of the kind has begun."""
    outcomes = [(maybe_day(s.data.get("confirmed_on")) or said_on(s), s) for s in heard.of("outcome.recorded")]
    newest = max(outcomes, key=lambda o: o[0], default=None)
    if newest is None or newest[1].data["outcome_code"] != CLARIFY:
        return
    on = newest[0]
    helping = [s for s in services(heard) if s.kind in CLARIFYING and s.began_on]
    if not any(s.ended_on is None or s.ended_on >= on for s in helping):
        by = on + timedelta(days=agreed.number("R-OUT-2", "days", MONTH, on))
        end = by + timedelta(days=agreed.number("R-OUT-2", "give_up_days", A_YEAR, on))
        yield Standing("R-OUT-2", f"outcome:{on}", begins(by + DAY), begins(end))


def in_the_way(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """An appointment on a day on which she is expected at her place."""
    booked = {s.data["appointment_id"]: s for s in heard.of("appointment.booked", "appointment.cancelled")}
    for stay in stays(heard, agreed):
        for id_, said in booked.items():
            if said.name != "appointment.booked" or int(str(said.data["minutes"])) < 1:
                continue
            on = local_day(datetime.fromisoformat(str(said.data["starts_at"])))
            if stay.expected(on) and stay.days.get(on, {}).get("reason") not in AGREED:
                yield Standing("R-SCH-1", f"{stay.id}:{id_}", said.time, begins(on + DAY))


def coach_wanted(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """The newest advice points to work, and nobody coaches her."""
    said = heard.of("assessment.held", "need_assessment.completed")
    advice = [(s.time, set(listed(s.data.get("recommendation")))) for s in said]
    advice += [(m.held_at, set(m.advice)) for m in meetings(heard) if m.held_at]
    newest = max((a for a in advice if a[1]), key=lambda a: a[0], default=None)
    if newest is None or not newest[1] & TO_WORK or _coached(heard, local_day(newest[0])):
        return
    on = local_day(newest[0])
    for stay in stays(heard, agreed):
        if stay.first <= on and (stay.over_on is None or on <= stay.over_on):
            yield Standing("R-COACH", stay.id, newest[0], begins(stay.over_on + DAY) if stay.over_on else None)


def in_debt(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """By the newest word about her she has debts in enforcement, she is at a place, and nobody counsels her."""
    said = heard.of("client.characteristics_recorded")
    if not said or not DEBTS & set(listed(said[-1].data["characteristics"])):
        return
    on, known = local_day(said[-1].time), [s for s in services(heard) if s.kind == "debt_counselling"]
    if any(s.ended_on is None or s.ended_on >= on for s in known):
        return
    ends = [stay.over_on for stay in stays(heard, agreed) if stay.first <= on]
    last = OPEN if None in ends else max((e for e in ends if e), default=date.min)
    if last >= on:
        yield Standing("R-DEBT-1", "debts", said[-1].time, begins(last + DAY) if last < OPEN else None)


def _coached(heard: Heard, on: date) -> bool:
    ended = {
        (s.org, s.data["person_ref"]): day(s.data["to"]) for s in heard.of("caseworker.ended", role_code="job_coach")
    }
    for said in heard.of("caseworker.assigned", role_code="job_coach"):
        last = maybe_day(said.data.get("to")) or ended.get((said.org, said.data["person_ref"]))
        if last is None or last >= on:
            return True
    if heard.of("support.assigned", type="job_coaching"):
        return True
    return any(s.kind == "job_coaching" and (s.ended_on is None or s.ended_on >= on) for s in services(heard))
