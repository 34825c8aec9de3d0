"""A period that comes to its end: told in time, assessed, decided, and where she went (R-END-1, R-END-2, R-EVID-1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from simulator.expected.agreed import Agreed
from simulator.expected.calendar import DAY, begins
from simulator.expected.heard import Heard, Standing, day, maybe_day, said_on
from simulator.expected.meetings import meetings
from simulator.expected.stays import OPEN, Stay, stays

STEPS = (("notice", 56), ("assessment_booked", 28), ("assessment_held", 14), ("continuation_decided", 0))
FINAL = "assessment_visit"
ASSESSED_WITHIN, MONTH, ABOUT, A_YEAR = 84, 30, 56, 366
EVIDENCE = "work_ability_substantially_reduced_evidence_needed"


def period_ends(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """Four steps, each from its own day on until it is taken; an end or a decision ends them all."""
    every = stays(heard, agreed)
    for stay in every:
        if stay.end_on is None or stay.ended_on is not None:
            continue
        end = min(stay.end_on, _assess_by(heard, stay) or OPEN)
        if _goes_on(heard, stay, every, end - timedelta(days=STEPS[0][1])):
            continue
        done = _done(heard, stay, end - timedelta(days=stay.number("R-END-1", "assessment_days", ASSESSED_WITHIN, end)))
        for step, days in STEPS:
            if step not in done:
                yield Standing("R-END-1", f"{stay.id}:{step}", begins(end - timedelta(days=days)))


def _assess_by(heard: Heard, stay: Stay) -> date | None:
    """The latest day for an assessment, where the plan of this period names one."""
    found: dict[str, tuple[date, str, date | None]] = {}
    for said in heard.of("plan.signed"):
        terms = said.data.get("ktt_terms")
        if isinstance(terms, Mapping):
            first, plan = day(terms["start_on"]), str(said.data["plan_id"])
            found.pop(plan, None)
            if terms.get("site_id") == stay.place.site and _of_this_period(stay, first):
                found[plan] = (first, plan, maybe_day(terms.get("latest_assessment_on")))
    named = [f for f in found.values() if f[2] is not None]
    return max(named)[2] if named else None


def _of_this_period(stay: Stay, first: date) -> bool:
    start = stay.start_on or stay.started_on
    return start is not None and stay.end_on is not None and start - timedelta(days=31) <= first <= stay.end_on


def _goes_on(heard: Heard, stay: Stay, every: list[Stay], about: date) -> bool:
    """Where she goes is known: an outcome, or the next period in the same chain."""
    if _has_outcome(heard, stay, about):
        return True
    episode = _episode(stay)
    return any(
        other is not stay
        and episode is not None
        and _episode(other) == episode
        and (other.start_on or date.min) > (stay.start_on or date.min)
        and (other.end_on or OPEN) > (stay.end_on or OPEN)
        for other in every
    )


def _episode(stay: Stay) -> object:
    said = stay.last_said("placement.agreed")
    return said.data.get("episode_id") if said else None


def _has_outcome(heard: Heard, stay: Stay, about: date) -> bool:
    for said in heard.of("outcome.recorded"):
        on = maybe_day(said.data.get("confirmed_on")) or said_on(said)
        if said.data.get("placement_id") == stay.id or (said.data.get("placement_id") is None and on >= about):
            return True
    return False


def _done(heard: Heard, stay: Stay, not_before: date) -> set[str]:
    """What is held was booked."""
    hers = [m for m in meetings(heard) if m.kind == FINAL and m.placement in (None, stay.id)]
    held = [said_on(s) for s in stay.told.get("assessment.held", ())] + [m.held_on for m in hers if m.held_on]
    if any(on >= not_before for on in held):
        return {"assessment_booked", "assessment_held"}
    return {"assessment_booked"} if any(m.booked_on and m.booked_on >= not_before for m in hers) else set()


def outcomes(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """A month after the end nobody has told where she went; days told after the agreed end show that it goes on."""
    for stay in stays(heard, agreed):
        end = stay.over_on
        if end is None or (stay.ended_on is None and (stay.newest or date.min) > end):
            continue
        about = end - timedelta(days=stay.number("R-END-2", "before_days", ABOUT, end))
        if not _has_outcome(heard, stay, about):
            since = end + timedelta(days=stay.number("R-END-2", "days", MONTH, end))
            given_up = since + timedelta(days=stay.number("R-END-2", "give_up_days", A_YEAR, end))
            yield Standing("R-END-2", stay.id, begins(since), begins(given_up))


def evidence(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """She was sent so that there would be evidence of her ability, and the period ends without any."""
    asked = [said_on(s) for s in heard.of("referral.submitted") if EVIDENCE in str(s.data.get("purpose"))]
    for stay in stays(heard, agreed) if asked else ():
        end = stay.end_on
        if end is None or stay.ended_on is not None or end < min(asked):
            continue
        first = stay.period_start or stay.started_on or date.min
        papers = [said_on(s) for s in stay.told.get("assessment.held", ()) if s.data.get("evidence_ref")]
        if not any(on >= first for on in papers):
            days = timedelta(days=stay.number("R-EVID-1", "days", MONTH, end))
            yield Standing("R-EVID-1", stay.id, begins(end - days), begins(end + days + DAY))
