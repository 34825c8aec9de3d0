"""What a form of a day states, beside what was said before."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from kernel.disclosure import Viewer, load_policy
from services.console.day_form import client_of, meant, more, paged, unnamed

DAY = date(2026, 3, 3)
POLICY = load_policy(Path(__file__).resolve().parents[3] / "deploy" / "disclosure.toml")
ABSENT = {
    "status": "absent",
    "recorded_at": datetime(2026, 3, 3, 14, tzinfo=UTC),
    "minutes_scheduled": 240,
    "minutes_present": 0,
    "notified_by_client": True,
    "reason": "own_illness",
    "certificate": None,
}


def client(said: dict[str, Any] | None = None, **row: Any) -> dict[str, Any]:
    return client_of({"client_ref": "c", "placement_id": "p", "minutes_per_day": 300, **row}, said, DAY)


def sent(**chosen: str) -> dict[str, str]:
    return {f"{name}-p": value for name, value in chosen.items()}


def test_adding_a_certificate_keeps_the_reason_and_that_she_told_of_it_herself() -> None:
    known = client(ABSENT)
    form = sent(status="absent", reason=known["reason"], certificate="received", notified="yes")

    assert meant(known, form) == "absent"
    assert more(known, form, "absent") == {
        "minutes_scheduled": 240,
        "minutes_present": 0,
        "reason": "own_illness",
        "notified_by_client": True,
        "certificate": "received",
    }
    assert more(known, sent(status="absent"), "absent")["reason"] == "own_illness"


def test_each_detail_alone_is_a_change_and_none_is_none() -> None:
    known = client(ABSENT)
    same = {"status": "absent", "reason": "own_illness", "certificate": "none", "notified": "yes"}
    changes: list[dict[str, str]] = [{"reason": "unknown"}, {"certificate": "missing"}, {"notified": ""}]

    assert meant(known, sent(**same)) == ""
    assert [meant(known, sent(**{**same, **change})) for change in changes] == ["absent"] * 3
    assert meant(client({**ABSENT, "status": "present"}), sent(**{**same, "status": "present"})) == ""


def test_part_of_a_day_keeps_its_minutes_when_its_reason_is_told() -> None:
    known = client({**ABSENT, "status": "partial", "minutes_present": 90})
    form = sent(status="partial", reason="job_interview", notified="yes")

    assert meant(known, form) == "partial"
    assert more(known, form, "partial")["minutes_present"] == 90


def test_what_was_said_beside_a_present_day_does_not_excuse_an_absence() -> None:
    known = client({**ABSENT, "status": "present"})

    assert (known["reason"], known["notified"]) == ("unknown", False)


def test_what_the_keeper_may_not_read_is_never_stated_as_unknown() -> None:
    hidden = client({k: v for k, v in ABSENT.items() if k not in {"reason", "certificate"}})

    assert unnamed(hidden, sent(status="absent", certificate="received", notified="yes"))
    assert unnamed(hidden, sent(status="absent", reason="other", notified="yes"))
    named = sent(status="absent", reason="unknown", certificate="none", notified="yes")
    assert not unnamed(hidden, named) and meant(hidden, named) == "absent"
    assert meant(hidden, sent(status="absent", reason="", certificate="", notified="yes")) == ""
    assert not unnamed(hidden, sent(status="present"))
    assert not unnamed(client(), sent(status="absent"))


def test_a_pause_counts_on_its_own_days_only() -> None:
    def expected(first: int, last: int | None, resumed: int | None = None) -> bool:
        days = {"suspended_from": first, "suspended_to": last, "resumed_from": resumed}
        told = {name: day and date(2026, 3, day) for name, day in days.items()}
        return bool(client(state="suspended", **told)["expected"])

    assert [expected(4, None), expected(3, None), expected(1, 2), expected(1, 3)] == [True, False, True, False]
    assert [expected(1, None, 3), expected(1, None, 4), expected(2, 3, 1)] == [True, False, False]


def test_a_page_that_does_not_hold_everybody_tells_where_the_next_begins() -> None:
    rows = [{"placement_id": n} for n in range(201)]

    assert paged(rows, 200) == (rows[:200], "199")
    assert paged(rows[:200], 200) == (rows[:200], "")
    assert paged([], 200) == ([], "")


def test_only_who_keeps_the_attendance_reads_why_and_only_of_the_sites_own_words() -> None:
    def classes(role: str, by: str, record: str = "attendance_calendar") -> set[str]:
        viewer = Viewer("9000012-6", frozenset({"workshop"}), "u", frozenset({role}))
        return set(POLICY.classes(viewer, ("provider",), record, DAY, {"recorded_by": by}))

    assert classes("workshop_supervisor", "9000012-6") == {"operational", "sensitive"}
    assert classes("individual_coach", "9000012-6") == {"operational"}
    assert classes("workshop_supervisor", "9000003-8") == set()
    assert "sensitive" not in classes("workshop_supervisor", "9000012-6", "placement_register")
