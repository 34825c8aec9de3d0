"""What the supervisor of a site without a system fills in on the page, and what she cannot."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from simulator.forms import BACK, DAY, Forms, by_form
from simulator.report import Report
from simulator.statement import Statement
from tests.unit.simulator.test_story import ORGANISATIONS, load, played


def days() -> tuple[Forms, list[Statement]]:
    """Forms that know the play, and the days that sites without a system tell of in it."""
    region = load(ORGANISATIONS)
    forms = Forms("http://pages", region, Report())
    forms.read(played().statements)
    return forms, [s for s in played().statements if s.name == DAY and region.by_id[s.org].kind.profile == "D"]


def test_ordinary_days_of_a_site_without_a_system_are_filled_in_on_the_form() -> None:
    forms, told = days()
    start = played().setting.start
    ordinary = [s for s in told if s.time.date() >= start and s.data["status"] in ("present", "absent") and not s.wrong]

    taken = [s for s in ordinary if forms.takes(s)]
    assert len(taken) > 0.8 * len(ordinary) > 0
    assert sum(map(len, by_form(told, forms).values())) == sum(map(forms.takes, told))
    assert by_form(told, None) == {}


def test_what_a_form_cannot_say_is_left_to_the_door() -> None:
    forms, told = days()
    one = next(s for s in told if forms.takes(s))

    assert not forms.takes(replace(one, wrong="bad date"))
    assert not forms.takes(replace(one, twice=True))
    assert not forms.takes(replace(one, corrects="x"))
    assert not forms.takes(replace(one, data={**one.data, "status": "partial"}))
    assert not forms.takes(replace(one, sent=one.sent + BACK + timedelta(days=1)))
    assert not forms.takes(replace(one, org=load(ORGANISATIONS).county.id))


def test_a_day_of_which_more_than_one_word_is_said_needs_ids_of_its_own() -> None:
    forms, told = days()
    one = next(s for s in told if forms.takes(s))
    forms.read([one, replace(one, name="attendance.day_corrected", corrects=one.id)])

    assert not forms.takes(one)
