"""R-ABS-8: nothing is recorded of a running placement. R-ABS-7: somebody is worried, whatever the numbers say."""

from datetime import date, timedelta

from kernel.calendar import midnight
from schemas.absence.concern_raised_v1 import AbsenceConcernRaised
from schemas.placements.ended_v1 import PlacementEnded
from schemas.placements.suspended_v1 import PlacementSuspended
from services.placements.rules.concern import rule as concern
from services.placements.rules.silence import rule as silence
from tests.unit.given import keys
from tests.unit.placements.story import KEY, PLACEMENT, came, day, march, placed, story


def test_fourteen_days_after_the_last_record_the_silence_is_told() -> None:
    told = came(placed(), march(2))

    assert told.open(silence, march(15)) == {}
    assert told.open(silence, march(16))[KEY].facts["last_recorded_on"] == "2026-03-02"


def test_without_any_record_the_silence_begins_with_the_start() -> None:
    assert keys(placed(start=march(2)).open(silence, march(16))) == [KEY]


def test_a_record_however_late_ends_the_silence() -> None:
    told = came(placed(), march(2))

    assert told.told(day(march(12), "present"), on=march(20)).open(silence, march(20)) == {}


def test_a_placement_that_has_not_begun_is_not_silent() -> None:
    assert story().open(silence, march(30)) == {}


def test_a_placement_that_is_over_is_not_silent() -> None:
    told = came(placed(), march(2))
    told.told(
        PlacementEnded(placement_id=PLACEMENT, ended_on=march(10), end_reason="moved", planned=False), on=march(10)
    )

    assert told.open(silence, march(30)) == {}


def test_days_of_a_pause_do_not_count_as_silence() -> None:
    told = came(placed(), march(2))
    pause = {"placement_id": PLACEMENT, "reason": "site_closed", "from": march(9), "to": march(15)}
    told.told(PlacementSuspended.model_validate(pause), on=march(6))

    assert told.open(silence, march(22)) == {}
    assert keys(told.open(silence, march(23))) == [KEY]


def test_in_an_open_pause_nothing_is_expected() -> None:
    told = came(placed(), march(2))
    pause = {"placement_id": PLACEMENT, "reason": "epidemic", "from": march(9)}

    assert told.told(PlacementSuspended.model_validate(pause), on=march(6)).open(silence, date(2026, 8, 1)) == {}


def test_a_concern_is_told_in_the_moment_in_which_it_is_stated() -> None:
    told = placed().told(AbsenceConcernRaised(placement_id=PLACEMENT, code="worry"), on=march(4))
    noon = midnight(march(4)) + timedelta(hours=12)

    assert told.open(concern, noon - timedelta(seconds=1)) == {}
    (found,) = told.open(concern, noon).values()
    assert (found.facts["concern"], found.facts["provider_org"]) == ("worry", "9000012-6")


def test_each_concern_is_a_matter_of_its_own() -> None:
    worry = AbsenceConcernRaised(placement_id=PLACEMENT, code="worry")

    assert len(placed().told(worry, on=march(4)).told(worry, on=march(5)).open(concern, march(6))) == 2


def test_a_retracted_concern_is_none() -> None:
    told = placed().told(AbsenceConcernRaised(placement_id=PLACEMENT, code="many"), on=march(4))

    assert told.retracted(told.last, march(5)).open(concern, march(6)) == {}


def test_with_the_placement_a_concern_ends() -> None:
    told = placed().told(AbsenceConcernRaised(placement_id=PLACEMENT, code="many"), on=march(4))
    told.told(PlacementEnded(placement_id=PLACEMENT, ended_on=march(6), end_reason="moved", planned=False), on=march(6))

    assert len(told.open(concern, march(6))) == 1
    assert told.open(concern, march(7)) == {}
