"""R-KELA-1: absences of which Kela has not been told."""

from datetime import date

from kernel.calendar import midnight
from schemas.kela_notices.absence_notice_sent_v1 import KelaAbsenceNoticeSent
from schemas.rule_parameters.set_v1 import RuleParametersSet
from services.placements.rules.kela_notice_due import rule
from tests.unit.given import Story, keys
from tests.unit.placements.story import KEY, OTHER, PLACEMENT, corrected, march, missed, placed


def sent(told: Story, first: date, last: date, on: date, placement: object = PLACEMENT) -> Story:
    notice = KelaAbsenceNoticeSent.model_validate(
        {"placement_id": placement, "period_from": first, "period_to": last, "days": 1, "form": "TT3"}
    )
    return told.told(notice, on=on)


def test_an_absence_that_was_not_told_for_two_weeks_is_found() -> None:
    told = missed(placed(), march(2), march(10), reason="own_illness")

    assert told.open(rule, march(15)) == {}
    found = told.open(rule, march(16))[KEY]
    assert found.since == midnight(march(16))
    assert (found.facts["window_from"], found.facts["window_to"], found.facts["absent_days"]) == (
        "2026-03-02",
        "2026-03-10",
        2,
    )


def test_a_notice_takes_it_away_and_what_it_leaves_out_waits_from_its_own_day() -> None:
    told = sent(missed(placed(), march(2), march(10)), march(2), march(8), march(16))

    assert told.open(rule, march(23)) == {}
    assert told.open(rule, march(24))[KEY].facts["window_from"] == "2026-03-10"


def test_a_notice_of_another_placement_tells_nothing_of_this_one() -> None:
    told = missed(placed(), march(2))

    assert keys(sent(told, march(1), march(8), march(9), OTHER).open(rule, march(16))) == [KEY]
    assert sent(told, march(1), march(8), march(9), None).open(rule, march(16)) == {}


def test_a_day_that_was_swapped_or_not_provided_is_no_absence() -> None:
    told = missed(placed(), march(2))

    assert told.told(corrected(march(2), "swapped"), on=march(17)).open(rule, march(17)) == {}


def test_a_day_told_late_is_late_at_once() -> None:
    told = placed()
    assert told.open(rule, march(30)) == {}

    assert keys(missed(told, march(2)).open(rule, march(30))) == [KEY]


def test_a_retracted_notice_counts_no_more() -> None:
    told = sent(missed(placed(), march(2)), march(1), march(8), march(9))

    assert keys(told.retracted(told.last, march(17)).open(rule, march(17))) == [KEY]


def test_the_parameters_of_the_oldest_day_decide() -> None:
    week = RuleParametersSet(rule="R-KELA-1", params={"days": 7}, valid_from=march(2))

    assert keys(missed(placed(), march(2)).agreed(week, on=march(1)).open(rule, march(9))) == [KEY]
    later = week.model_copy(update={"valid_from": march(3)})
    assert missed(placed(), march(2)).agreed(later, on=march(1)).open(rule, march(9)) == {}
