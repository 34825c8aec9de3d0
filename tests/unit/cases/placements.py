"""The rules about placements, each with a story in which it speaks."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from kernel.calendar import midnight
from schemas.absence.concern_raised_v1 import AbsenceConcernRaised
from services.placements.rules import (
    absence_count,
    absence_rate,
    cap_approaching,
    cap_exceeded,
    capacity_low,
    certificate_missing,
    certificate_overdue,
    chain_long,
    child_illness_long,
    clarification_not_started,
    concern,
    contact_due,
    day_told_differently,
    days_per_week,
    debt_counselling_wanted,
    evidence_due,
    hours_per_day,
    increase_approaching,
    increase_used,
    instead_of_work_trial,
    job_coach_wanted,
    kela_notice_due,
    long_absence,
    no_show_row,
    outcome_missing,
    period_end,
    period_length,
    provider_not_allowed,
    review_due,
    review_overdue,
    schedule_conflict,
    service_not_started,
    service_too_seldom,
    silence,
    site_far_away,
    start_incomplete,
    support_gap,
)
from tests.unit.cases.case import Case
from tests.unit.given import Story
from tests.unit.placements import test_day_told_differently as differently
from tests.unit.placements.story import END, PLACEMENT, START, came, march, missed, placed
from tests.unit.placements.test_beside import WEEKLY, advised, booked, cleared, held, indebted
from tests.unit.placements.test_beside import agreed as service
from tests.unit.placements.test_contact_due import BEGUN, begun
from tests.unit.placements.test_counted import at_company, described, long_stay, places, referred
from tests.unit.placements.test_day_limit import nth, took_part
from tests.unit.placements.test_illness import FIVE_DAYS, child_ill, ill, march_days
from tests.unit.placements.test_kela_notice_due import sent
from tests.unit.placements.test_limits import WEEK, agreed, two_periods
from tests.unit.placements.test_long_absence import TEN
from tests.unit.placements.test_review_due import DUE, NOTICE, signed
from tests.unit.placements.test_start_and_outcome import before_2025, ended, paid, started


def noon(day: date) -> datetime:
    return midnight(day) + timedelta(hours=12)


def away(*numbers: int) -> Story:
    return missed(placed(), *(march(n) for n in numbers))


def worried() -> Story:
    return placed().told(AbsenceConcernRaised(placement_id=PLACEMENT, code="worry"), on=march(4))


APRIL_2, BEFORE_2025 = date(2026, 4, 2), date(2024, 12, 31)

CASES = (
    Case(absence_count.rule, lambda: away(2, 3, 4), march(5), {"count": 4}, march(4), lambda: away(2, 3)),
    Case(no_show_row.rule, lambda: away(2, 3), march(4), {"count": 3}, march(3), lambda: away(2)),
    Case(
        absence_rate.rule, lambda: away(2, 3, 4, 5, 9), march(10), {"rate_pct": 32}, march(9), lambda: away(2, 3, 4, 5)
    ),
    Case(
        long_absence.rule,
        lambda: missed(placed(), *TEN),
        march(18),
        {"count": 11},
        march(17),
        lambda: missed(placed(), *TEN[:-1]),
    ),
    Case(
        certificate_missing.rule,
        lambda: ill(placed(), *march_days(2, 3, 4, 5)),
        march(6),
        {"days": 4},
        march(5),
        lambda: ill(placed(), *march_days(2, 3, 4)),
    ),
    Case(
        certificate_overdue.rule,
        lambda: ill(placed(), *march_days(2, 3, 4, 5)),
        march(9),
        {"days": 4},
        march(5),
        lambda: ill(placed(), *march_days(2, 3, 4)),
    ),
    Case(
        child_illness_long.rule,
        lambda: child_ill(placed(FIVE_DAYS), *march_days(2, 3, 4, 5, 6)),
        march(7),
        {"child_illness_days": 5},
        march(6),
        lambda: child_ill(placed(FIVE_DAYS), *march_days(2, 3, 4, 5)),
    ),
    Case(concern.rule, worried, noon(march(4))),
    Case(silence.rule, lambda: came(placed(), march(2)), march(16), {"days": 60}, march(2)),
    Case(
        increase_approaching.rule,
        lambda: paid(before_2025(), 180, march(2)),
        noon(march(2)),
        {"warn": 190},
        BEFORE_2025,
        lambda: paid(before_2025(), 179, march(2)),
    ),
    Case(
        increase_used.rule,
        lambda: paid(before_2025(), 200, march(2)),
        noon(march(2)),
        {"cap": 210},
        BEFORE_2025,
        lambda: paid(before_2025(), 199, march(2)),
    ),
    Case(
        capacity_low.rule,
        lambda: places(described(), 100, 96),
        noon(march(2)),
        {"free_pct": 4},
        march(2),
        lambda: places(described(), 100, 95),
    ),
    Case(
        job_coach_wanted.rule,
        lambda: advised("work_trial"),
        noon(march(2)),
        {"directions": ["open_labour_market"]},
        march(2),
    ),
    Case(debt_counselling_wanted.rule, indebted, noon(march(2)), {"signs": ["vulnerable_position"]}, march(2)),
    Case(period_end.rule, placed, END - timedelta(days=56), {"days": [40, 20, 10, 0]}, END),
    Case(outcome_missing.rule, ended, date(2026, 4, 19), {"days": 60}, march(20)),
    Case(evidence_due.rule, lambda: referred(placed()), END - timedelta(days=30), {"days": 10}, END),
    Case(
        kela_notice_due.rule,
        lambda: away(2),
        march(16),
        {"days": 30},
        march(2),
        lambda: sent(away(2), march(1), march(3), march(9)),
    ),
    Case(
        days_per_week.rule,
        lambda: came(placed(), *WEEK),
        march(7),
        {"days_per_week": 5},
        march(6),
        lambda: came(placed(), *WEEK[:4]),
    ),
    Case(
        hours_per_day.rule,
        lambda: came(placed(), march(2), minutes_present=239),
        march(3),
        {"day_min": 180},
        march(2),
        lambda: came(placed(), march(2), minutes_present=240),
    ),
    Case(cap_approaching.rule, lambda: took_part(160), nth(161), {"warn": 170}, nth(160), lambda: took_part(159)),
    Case(cap_exceeded.rule, lambda: took_part(178), nth(179), {"cap": 200}, nth(178), lambda: took_part(177)),
    Case(
        period_length.rule,
        lambda: agreed(march(2), march(2) + timedelta(days=60)),
        noon(march(2)),
        {"min_months": 1},
        march(2),
        lambda: agreed(march(2), date(2026, 6, 1)),
    ),
    Case(chain_long.rule, two_periods, date(2025, 2, 1), {"months": 36}, date(2025, 2, 1)),
    Case(start_incomplete.rule, lambda: started("shop_steward"), START, {"items": ["plan"]}, START, started),
    Case(
        site_far_away.rule,
        lambda: agreed(march(2), END, distance_km=81, on=date(2026, 2, 1)),
        noon(date(2026, 2, 1)),
        {"km": 100},
        march(2),
        lambda: agreed(march(2), END, distance_km=80, on=date(2026, 2, 1)),
    ),
    Case(clarification_not_started.rule, lambda: cleared(march(2)), APRIL_2, {"days": 60}, march(2)),
    Case(
        provider_not_allowed.rule,
        lambda: at_company(date(2022, 12, 31), ("work",)),
        date(2022, 12, 31),
        {"allowed": True, "content": []},
        date(2022, 12, 31),
        lambda: at_company(date(2023, 1, 1), ("work",)),
    ),
    Case(service_not_started.rule, service, APRIL_2, {"days": 60}, march(2)),
    Case(
        service_too_seldom.rule,
        lambda: held(service(**WEEKLY), march(2), march(9)),
        march(24),
        {"slack_days": 30},
        march(17),
        lambda: held(service(**WEEKLY), march(2), march(9), march(16)),
    ),
    Case(review_due.rule, signed, NOTICE, {"notice_days": 7}, DUE),
    Case(review_overdue.rule, signed, DUE + timedelta(days=1), {"months": 6}, DUE),
    Case(contact_due.rule, begun, date(2026, 5, 1), {"months": 6}, BEGUN),
    Case(schedule_conflict.rule, lambda: booked(march(10)), noon(march(2)), {"minutes": 60}, march(10)),
    Case(support_gap.rule, placed, START + timedelta(days=14), {"grace_days": 20}, START),
    Case(
        instead_of_work_trial.rule,
        lambda: long_stay(work_trial_considered=True),
        date(2026, 1, 1),
        {"months": 30},
        date(2024, 1, 1),
        long_stay,
    ),
    Case(
        day_told_differently.rule,
        differently.both,
        noon(march(3)),
        {"open_days": 2},
        march(2),
        lambda: differently.both("absent", "absent"),
        seen=march(6),
    ),
)
