"""The summary tells what came of a play so that a newcomer understands it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from simulator.layout import layout, number
from simulator.partner import Door
from simulator.people import People
from simulator.play import Played, first_day
from simulator.region import RegionError, load
from simulator.report import FORM, TOKEN, XROAD, Problem, Report, percentile
from simulator.security_server import SecurityServer, clients_of
from simulator.setting import Setting, working_day
from simulator.storyline import storyline
from simulator.summary import document
from tests.unit.simulator.test_story import ORGANISATIONS, played


def told() -> tuple[Report, dict[str, Any]]:
    report, story = Report(), played(weeks=1, clients=2)
    right = [s for s in story.statements if not s.wrong and not s.twice]
    wrong = [s for s in story.statements if s.wrong]
    for statement in right:
        report.took(statement)
    for statement in wrong[:2]:
        report.refused(statement, 422, [Problem("/data/date", "value_error")])
    report.took(right[0], replayed=True)
    report.latencies = [0.002, 0.003, 0.2]
    return report, document(load(ORGANISATIONS), Played(story, {}, report))


STORY = {
    "client_ref": "ca28972e-89d3-4e08-a2f9-ff1302c9a1ee",
    "status": "closed",
    "responsible": "Kerttu Koski, Hyvinvointialue",
    "closed_as": "sorted",
    "absent_later": 0,
    "why": [{"rule": "R-ABS-2", "consecutive": 2}],
    "days": [
        {"date": "2026-08-18", "status": "absent", "notified": False, "site": "Kylätalo"},
        {"date": "2026-08-19", "status": "absent", "notified": False, "site": "Kylätalo"},
    ],
    "steps": [
        {"at": "2026-08-20T12:00:00+00:00", "what": "claimed", "by": "Kerttu Koski, Hyvinvointialue", "reason": None},
        {"at": "2026-08-19T21:00:00+00:00", "what": "open", "by": "", "reason": None},
        {"at": "2026-08-20T21:00:00+00:00", "what": "updated", "by": "", "reason": None},
        {"at": "2026-08-21T21:00:00+00:00", "what": "updated", "by": "", "reason": None},
        {"at": "2026-08-24T12:00:00+00:00", "what": "closed", "by": "Liisa Leppä, Työpaja", "reason": "sorted"},
    ],
}


def test_a_report_counts_what_was_taken_sent_again_and_refused() -> None:
    report, summary = told()

    assert (
        summary["facts"]["accepted"] == report.total == sum(o["accepted"] for o in summary["facts"]["by_organisation"])
    )
    assert (summary["facts"]["sent_again"], summary["facts"]["refused"], summary["facts"]["unexpected"]) == (1, 2, 0)


def test_each_message_of_an_authority_has_its_subsystem_and_an_id_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "xroad.toml").write_text(
        'instance = "FI"\n'
        + "".join(
            f'[[subsystem]]\nclass = "MUN"\nmember = "1"\nsubsystem = "{name}"\norganisation = "1"\n' for name in "ab"
        )
    )
    server = SecurityServer("https://127.0.0.1:9", tmp_path, tmp_path, tmp_path, clients_of(tmp_path / "xroad.toml"))
    first, again = server.message("1"), server.message("1")

    assert first["X-Road-Client"] == again["X-Road-Client"] == "FI/MUN/1/a"
    assert first["X-Road-Id"] != again["X-Road-Id"]


def test_each_fact_is_counted_by_the_channel_that_it_came_by() -> None:
    report, right = Report(), [s for s in played(weeks=1, clients=2).statements if not s.wrong and not s.twice][:6]
    for statement, by in zip(right, (XROAD, XROAD, XROAD, TOKEN, TOKEN, FORM), strict=True):
        report.took(statement, by=by)
    report.took(right[0], replayed=True, by=XROAD)
    summary = document(load(ORGANISATIONS), Played(played(weeks=1, clients=2), {}, report))

    assert summary["facts"]["by_channel"] == {"xroad": 3, "token": 2, "form": 1}


def test_a_refusal_that_was_not_meant_is_told_as_unexpected() -> None:
    report, _ = told()
    report.refused(next(iter(played(weeks=1, clients=2).statements)), 422, [])

    assert len(report.unexpected) == 1


def test_a_wrong_statement_that_is_taken_does_not_go_unseen() -> None:
    report = Report()
    report.took(next(s for s in played().statements if s.wrong))

    assert len(report.let_through) == 1


def test_something_sent_again_that_is_taken_anew_does_not_go_unseen() -> None:
    report = Report()
    report.took(next(s for s in played().statements if s.twice))

    assert report.not_replayed == 1


def test_percentiles_are_of_the_values_there_are() -> None:
    assert percentile([], 0.5) is None
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([3.0, 1.0, 2.0], 1.0) == 3.0


def test_a_story_is_told_in_the_order_of_time_and_repeats_nothing() -> None:
    lines = list(storyline(STORY))

    assert [when for when, _ in lines if when] == [
        "Tue 18.08.", "Wed 19.08.", "Thu 20.08. 00:00", "Thu 20.08. 15:00", "Fri 21.08. 00:00", "Mon 24.08. 15:00",
        "since then",
    ]  # fmt: skip
    assert "2 scheduled days in a row missed without notice" in lines[2][1]
    assert lines[4][1].startswith("Kerttu Koski takes it")
    assert lines[6][1] == "Liisa Leppä (Työpaja) closes it (sorted out)"
    assert lines[-1][1] == "no absence"


def test_the_summary_is_plain_text_that_fits_a_screen() -> None:
    _, summary = told()
    seen: dict[str, Any] = {
        "referrals": {"accepted": 3},
        "referrers": {"employment_authority": 2},
        "placements": {},
        "alerts": {"closed": 1},
        "open_alerts": {"absence": 1},
        "doubles": [{"rule": "D01", "state": "suspected", "since": "2026-08-05", "organisations": ["A", "B"]}],
        "story": STORY,
    }
    text = "\n".join(layout(summary, seen, [("console", "http://127.0.0.1:1")]))

    for part in (
        "FACTS",
        "FEEDS",
        "0 out of order",
        "REFERRALS",
        "PLACEMENTS",
        "ALERTS",
        "ONE ALERT",
        "WORK DONE TWICE",
        "WHERE TO LOOK NEXT",
    ):
        assert part in text
    assert "05.08. A and B" in text
    assert "1 absences" in text
    assert "\x1b" not in text


def test_thousands_stand_apart() -> None:
    assert number(1234567) == "1 234 567"


def test_a_day_that_is_over_is_not_played_again() -> None:
    assert first_day(datetime(2026, 8, 2, 21, 0, tzinfo=UTC)) == date(2026, 8, 3)
    assert first_day(datetime(2026, 8, 3, 12, 0, tzinfo=UTC)) == date(2026, 8, 3)
    assert first_day(datetime(2026, 8, 3, 12, 1, tzinfo=UTC)) == date(2026, 8, 4)


def test_weekends_are_followed_by_mondays() -> None:
    assert working_day(date(2026, 8, 7)) == date(2026, 8, 7)
    assert working_day(date(2026, 8, 8)) == date(2026, 8, 10)
    assert working_day(date(2026, 8, 9)) == date(2026, 8, 10)


def test_a_file_of_organisations_that_cannot_be_played_is_named(tmp_path: Path) -> None:
    with pytest.raises(RegionError, match=r"none\.toml"):
        load(tmp_path / "none.toml")
    bad = tmp_path / "bad.toml"
    bad.write_text('operator = "1"\norganiser = "2"\norganisation = []\n')
    with pytest.raises(RegionError, match="organiser: 2 is none of the organisations"):
        load(bad)


async def test_nobody_works_at_the_weekend() -> None:
    setting = Setting(load(ORGANISATIONS), 1, date(2026, 8, 3), 7, 1)
    door = Door("http://127.0.0.1:9", lambda *_, **__: "", Report())  # nobody listens there

    await People(door, setting, {}, ()).look(date(2026, 8, 8))

    assert door.report.retries == 0
    await door.close()
