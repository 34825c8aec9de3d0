"""Who is there for a client: nobody, too many, or somebody who has not answered yet (R-CW-1, R-HAND-1, R-RETURN-1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from simulator.expected.agreed import Agreed
from simulator.expected.calendar import DAY, after_working_days, begins, local_day
from simulator.expected.heard import Heard, Standing, day, maybe_day
from simulator.expected.plans import plans
from simulator.expected.stays import OPEN
from simulator.statement import Statement

EMPLOYMENT = frozenset({"employment_authority", "te_office", "municipal_employment_trial"})
ALLOWED, ANSWER, A_YEAR = 3, 14, 366
RETURNED = "returned_unemployed_jobseeker"
PLACING = ("agreed", "ended", "extended", "offered", "started", "terms_changed")


@dataclass(frozen=True)
class Worker:
    """Somebody named for her, with the first and the last day."""

    name: str
    org: str
    first: date
    last: date
    said: Statement


def _workers(heard: Heard, agreed: Agreed, role: str) -> list[Worker]:
    """Nobody works for an organisation that is no longer there."""
    ends = heard.of("caseworker.ended", role_code=role)
    gone, found = agreed.gone(), []
    for said in heard.of("caseworker.assigned", role_code=role):
        ref, first = str(said.data["person_ref"]), day(said.data["from"])
        last = maybe_day(said.data.get("to")) or OPEN
        for end in (day(e.data["to"]) for e in ends if e.org == said.org and e.data["person_ref"] == ref):
            last = end if first <= end <= last else last
        last = min(last, gone[said.org] - DAY) if said.org in gone else last
        if first <= last:
            found.append(Worker(f"{said.org}/{ref}", said.org, first, last, said))
    return found


def left_with(heard: Heard, org: str, gone: date) -> bool:
    """Whether somebody of an organisation was there for her when it ceased, and nobody elsewhere has the role since."""
    roles = {str(s.data["role_code"]) for s in heard.of("caseworker.assigned")}
    for role in roles:
        until = [(w.org, w.last) for w in _workers(heard, Agreed(), role)]
        here, elsewhere = ([last for by, last in until if (by == org) is own] for own in (True, False))
        if any(last >= gone for last in here) and not any(last >= gone for last in elsewhere):
            return True
    return False


def nobody(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """While something is going on for her, more than three working days without an own worker."""
    own = sorted((w.first, w.last) for w in _workers(heard, agreed, "own_worker"))
    for first, last in _joined(_going_on(heard)):
        for start, end in _without(own, first, last):
            allowed = agreed.number("R-CW-1", "working_days", ALLOWED, start)
            since = begins(after_working_days(start - DAY, allowed) + DAY)
            until = begins(end + DAY) if end < OPEN else None
            if until is None or until > since:
                yield Standing("R-CW-1", start.isoformat(), since, until)


def _going_on(heard: Heard) -> Iterator[tuple[date, date]]:
    """Plans that social work has a part in, places, and referrals taken on until a place or an outcome follows."""
    for plan in plans(heard):
        if plan.needs_social_work and plan.opened:
            first = local_day(plan.opened)
            yield first, max(first, local_day(plan.over) - DAY) if plan.over else OPEN
    places = []
    names = [f"placement.{name}" for name in PLACING]
    for id_ in heard.ids("placement_id", *names):
        said = heard.of(*names, placement_id=id_)
        if any(s.name in ("placement.agreed", "placement.started", "placement.ended") for s in said):
            ended = [day(s.data["ended_on"]) for s in said if s.name == "placement.ended"]
            first = local_day(said[0].time)
            places.append(said[0].time)
            yield first, max(first, ended[-1]) if ended else OPEN
    follows = [*places, *(s.time for s in heard.of("outcome.recorded"))]
    for id_ in heard.ids("referral_id", "referral.accepted"):
        answers = heard.of("referral.accepted", "referral.rejected", "referral.withdrawn", referral_id=id_)
        if answers[-1].name == "referral.accepted":
            yes = answers[-1].time
            yield local_day(yes), min((local_day(t) for t in follows if t >= yes), default=OPEN)


def _joined(spans: Iterator[tuple[date, date]]) -> list[tuple[date, date]]:
    """Stretches that touch or overlap are one."""
    found: list[tuple[date, date]] = []
    for first, last in sorted(spans):
        if found and (found[-1][1] == OPEN or first <= found[-1][1] + DAY):
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def _without(covered: list[tuple[date, date]], first: date, last: date) -> Iterator[tuple[date, date]]:
    """The parts of a stretch on which nobody is there."""
    at = first
    for begin, end in covered:
        if end < at:
            continue
        if begin > last:
            break
        if begin > at:
            yield at, begin - DAY
        if end == OPEN or end >= last:
            return
        at = end + DAY
    if at <= last:
        yield at, last


def several(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """More than one own worker; on the day of a change two may be there."""
    own = _workers(heard, agreed, "own_worker")
    days = sorted({w.first for w in own} | {w.last for w in own if w.last < OPEN})
    for at, on in enumerate(days):
        names = sorted({w.name for w in own if w.first <= on < w.last})
        if len(names) > agreed.number("R-CW-1-CONFLICT", "at_once", 1, on):
            end = begins(days[at + 1]) if at + 1 < len(days) else None
            yield Standing("R-CW-1-CONFLICT", ":".join(names), begins(on), end)


def unanswered(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """She was handed over, and the receiver has not said within two weeks that she has been taken on."""
    for id_ in heard.ids("handover_id", "handover.started"):
        said = heard.of("handover.started", handover_id=id_)
        started = local_day(said[0].time)
        due = begins(started + timedelta(days=agreed.number("R-HAND-1", "days", ANSWER, started)))
        confirmed = _confirmed(heard, id_, str(said[-1].data["to_org"]))
        if confirmed is None or confirmed > due:
            yield Standing("R-HAND-1", id_, due, confirmed)


def _confirmed(heard: Heard, handover: str, receiver: str) -> datetime | None:
    """Only the receiver's own word counts."""
    said = heard.of("handover.confirmed", handover_id=handover)
    return min((s.time for s in said if s.org == receiver), default=None)


def returned(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """She seeks work again: until the employment authority, or a new place, takes her on."""
    for said in heard.of("outcome.recorded", outcome_code=RETURNED):
        on = local_day(said.time)
        end = begins(on + timedelta(days=agreed.number("R-RETURN-1", "days", A_YEAR, on)))
        taken = [t for t in _taken_on(heard, agreed) if t > said.time]
        yield Standing("R-RETURN-1", f"{said.source}/{said.id}", said.time, min([end, *taken]))


def _taken_on(heard: Heard, agreed: Agreed) -> Iterator[datetime]:
    for plan in plans(heard):
        by = plan.begun_by
        if by is not None and heard.types(by) & EMPLOYMENT:
            yield from (s.time for s in (plan.started, plan.signed) if s)
        yield from (s.time for s in plan.said if s.name == "plan.reviewed" and by is not None and s.org == by.org)
    for worker in _workers(heard, agreed, "employment_officer"):
        yield max(worker.said.time, begins(worker.first))
    for id_ in heard.ids("handover_id", "handover.started"):
        said = heard.of("handover.started", handover_id=id_)
        if confirmed := _confirmed(heard, id_, str(said[-1].data["to_org"])):
            yield confirmed
    yield from (s.time for s in heard.of("placement.started"))
