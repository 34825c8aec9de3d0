"""The pitfalls of the handbook, each by its name, for the rules that might fall into them."""

from datetime import date, timedelta
from typing import Any

import pytest

from kernel.calendar import midnight
from kernel.rules import Rule
from schemas.clients.moved_municipality_v1 import ClientMovedMunicipality
from schemas.placements.extended_v1 import PlacementExtended
from schemas.placements.suspended_v1 import PlacementSuspended
from schemas.rule_parameters.set_v1 import RuleParametersSet
from services.placements.rules import (
    absence_count,
    absence_rate,
    cap_approaching,
    kela_notice_due,
    long_absence,
    no_show_row,
    outcome_missing,
    period_end,
    silence,
)
from tests.unit.given import COUNTY, Story
from tests.unit.placements.story import (
    END,
    KEY,
    OTHER,
    PLACEMENT,
    came,
    corrected,
    day,
    march,
    missed,
    place,
    placed,
    story,
)

ABSENCE = [absence_count.rule, absence_rate.rule, no_show_row.rule, long_absence.rule]
MISSED = [march(d) for d in (2, 3, 4, 5, 9, 10, 11, 12, 16, 17)]
NOW = march(18)


def away() -> Story:
    """Ten days in a row missed without notice: too much by every rule."""
    return missed(placed(), *MISSED)


@pytest.mark.parametrize("rule", ABSENCE, ids=lambda r: r.id)
def test_a_late_batch_that_removes_a_threshold(rule: Rule[Any, Any]) -> None:
    told = away()
    assert KEY in told.open(rule, NOW)

    told.told(*(corrected(d, "present") for d in MISSED), on=march(19))
    assert told.open(rule, march(19)) == {}


@pytest.mark.parametrize("rule", ABSENCE, ids=lambda r: r.id)
def test_one_day_corrected_from_absent_to_swapped(rule: Rule[Any, Any]) -> None:
    few = {"R-ABS-1": MISSED[:3], "R-ABS-2": MISSED[:2], "R-ABS-3": MISSED[:5], "R-ABS-4": MISSED}[rule.id]
    told = missed(placed(), *few)
    assert KEY in told.open(rule, NOW)

    told.told(corrected(few[-1], "swapped"), on=march(17))
    assert KEY not in told.open(rule, NOW)


@pytest.mark.parametrize("last", [date(2026, 3, 29), date(2026, 10, 25)])
def test_days_on_which_clocks_change_begin_at_their_own_midnight(last: date) -> None:
    told = placed(("sat", "sun"), start=last - timedelta(days=120))
    missed(told, last - timedelta(days=1), last)

    assert told.open(no_show_row.rule, midnight(last + timedelta(days=1)) - timedelta(seconds=1)) == {}
    assert told.open(no_show_row.rule, last + timedelta(days=1))[KEY].since == midnight(last + timedelta(days=1))


@pytest.mark.parametrize("rule", [period_end.rule, outcome_missing.rule], ids=lambda r: r.id)
def test_a_period_extended_while_the_end_alert_is_open(rule: Rule[Any, Any]) -> None:
    now = END + timedelta(days=30)
    told = placed()
    assert told.open(rule, now) != {}

    longer = PlacementExtended(placement_id=PLACEMENT, end_on=END + timedelta(days=200))
    assert told.told(longer, on=now, by=COUNTY).open(rule, now + timedelta(days=1)) == {}


@pytest.mark.parametrize("rule", ABSENCE, ids=lambda r: r.id)
def test_a_client_who_moves_to_another_municipality_in_the_window_keeps_her_days(rule: Rule[Any, Any]) -> None:
    moved = ClientMovedMunicipality.model_validate({"from": "743", "to": "145", "on": march(9)})

    told = away().told(moved, on=march(9), by=COUNTY)
    assert told.open(rule, NOW) == away().open(rule, NOW) != {}


@pytest.mark.parametrize("rule", ABSENCE, ids=lambda r: r.id)
def test_two_placements_at_once_are_apart_in_absences(rule: Rule[Any, Any]) -> None:
    told = place(placed(("mon", "tue")), ("wed", "thu"), OTHER)
    for one in MISSED[:2]:
        told.told(day(one), on=one)
    for one in MISSED[2:4]:
        told.told(day(one, "present", OTHER), on=one)

    assert all(key.startswith(KEY) for key in told.open(rule, march(6)))


def test_two_placements_at_once_are_together_in_the_days_of_a_year() -> None:
    days = [date(2025, 6, 2) + timedelta(days=n) for n in range(160)]
    alone, together = story(), story()
    for at, one in enumerate(days):
        alone.told(day(one, "present"), on=one) if at % 2 else None
        together.told(day(one, "present", PLACEMENT if at % 2 else OTHER), on=one)

    assert alone.open(cap_approaching.rule, days[-1] + timedelta(days=1)) == {}
    assert together.open(cap_approaching.rule, days[-1] + timedelta(days=1)) != {}


@pytest.mark.parametrize("rule", ABSENCE, ids=lambda r: r.id)
def test_days_of_which_nothing_is_told_are_no_absences_however_late_the_feed_is(rule: Rule[Any, Any]) -> None:
    told = came(placed(), march(2))

    assert told.days_open(rule, march(3), march(31)) == []
    assert told.open(silence.rule, march(31)) != {}, "that nothing is told is asked of the provider"


@pytest.mark.parametrize("rule", [*ABSENCE, kela_notice_due.rule], ids=lambda r: r.id)
def test_a_suspension_inside_the_window_takes_its_days_out(rule: Rule[Any, Any]) -> None:
    pause = {"placement_id": PLACEMENT, "reason": "illness", "from": march(1), "to": march(17)}

    told = away().told(PlacementSuspended.model_validate(pause), on=march(18), by=COUNTY)
    assert told.open(rule, march(19)) == {}


@pytest.mark.parametrize(
    ("rule", "strict"),
    [
        (absence_count.rule, {"count": 5, "count_sparse": 5}),
        (absence_rate.rule, {"rate_pct": 90}),
        (no_show_row.rule, {"count": 50}),
        (long_absence.rule, {"count": 50, "calendar_days": 300}),
    ],
    ids=lambda r: getattr(r, "id", ""),
)
def test_a_version_that_changes_inside_the_window_is_that_of_its_last_day(
    rule: Rule[Any, Any], strict: dict[str, Any]
) -> None:
    days = MISSED if rule.id != "R-ABS-1" else MISSED[:3]
    last = days[-1]

    def found(valid_from: date) -> bool:
        laxer = RuleParametersSet(rule=rule.id, params=strict, valid_from=valid_from)
        return KEY in missed(placed(), *days).agreed(laxer, on=march(1)).open(rule, last + timedelta(days=1))

    assert found(last + timedelta(days=1))
    # where an earlier day was already too much, that day's own version still says so
    assert found(last) is (rule.id in {"R-ABS-2", "R-ABS-3"})
