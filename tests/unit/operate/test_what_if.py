"""Other parameters in memory: what is refused by name, what is the same alert, and what people did stays done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from kernel.calendar import midnight
from kernel.facts import Fact
from kernel.params import Reference
from kernel.person import Units
from operate.processors import units_of
from operate.what_if_path import Path, Said
from operate.what_if_report import CAME, GONE, MOVED, Move, Table, moves
from operate.what_if_rules import Unknown, change_of, changed, without_views
from schemas.alerts.closed_v1 import AlertClosed
from schemas.alerts.raise_name import RaiseName
from tests.sample import domain
from tests.sample.facts import SUBJECT, fact, visit

OPERATOR = "1111111-1"
ABSENCE = replace(domain.rule, name="absence.threshold_exceeded", id="R-ABS-1")
REALLY = "99999999-9999-4999-8999-999999999999"


def walked(
    parts: list[Units], *days: tuple[int, list[Fact]], recorded: dict[str, tuple[str, str]] | None = None
) -> Path:
    """A path that has reached these midnights of March 2026, each with what became known before it."""
    path, policy = Path(without_views(parts), OPERATOR, SUBJECT, recorded), Reference()
    for day, facts in days:
        path.reach(midnight(date(2026, 3, day)), facts, policy)
    return path


def test_a_rule_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(Unknown, match="there is no rule R-ABS-99; rules are V-1"):
        change_of([domain.units], "R-ABS-99", ["count=3"])


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("cuont=3", "V-1 has no parameter cuont; its parameters are count"),
        ("count=many", "V-1 count: Input should be a valid integer"),
        ("count=2.5", "V-1 count: Input should be a valid integer"),
        ("count", "count: NAME=VALUE is wanted"),
        ("count=2 count=3", "V-1 count is set twice"),
    ],
)
def test_a_parameter_that_does_not_exist_or_fit_is_refused_by_name(setting: str, told: str) -> None:
    with pytest.raises(Unknown, match=told):
        change_of([domain.units], "V-1", setting.split())


def test_other_parameters_count_above_everything_that_was_stated() -> None:
    parts = changed([domain.units], change_of([domain.units], "V-1", ["count=3"]))
    facts = [visit(n, n, False) for n in (2, 3)]

    assert [s.kind for s in walked([domain.units], (5, facts)).said] == ["raised"]
    assert walked(parts, (5, facts)).said == []
    assert [s.day for s in walked(parts, (5, facts), (6, [visit(4, 4, False)])).said] == [date(2026, 3, 5)]


def test_what_begins_with_a_midnight_belongs_to_the_day_that_begins() -> None:
    early = [visit(2, 2, False), visit(3, 9, False)]
    path = walked([domain.units], (5, early))
    assert (path.said, path.next) == ([], midnight(date(2026, 3, 10)))

    path.reach(midnight(date(2026, 3, 10)), [], Reference())
    assert [(s.kind, s.day) for s in path.said] == [("raised", date(2026, 3, 10))]


def test_a_close_of_the_real_alert_closes_the_one_that_stands_here_in_its_place() -> None:
    family = Units.of("placements", domain.fold, [ABSENCE], [])
    parts = [family, units_of("notifications")]
    recorded = {REALLY: ("ALERT", "absence:")}
    closes = (RaiseName(rule="ALERT", key="absence:", m=7, id=REALLY), RaiseName(rule="R-ABS-1", key="row", m=5))
    closed = AlertClosed(alert_id=UUID(REALLY), reason="sorted", closes=closes)
    done = fact(closed, 9, source=f"urn:polku:{OPERATOR}:polku-door", own=True)
    missed = [visit(n, n, False) for n in (2, 3)]

    left = walked(parts, (5, missed), (6, [visit(4, 3, True, corrects="f3")]), recorded=recorded)
    dealt = walked(parts, (5, [*missed, done]), (6, [visit(4, 3, True, corrects="f3")]), recorded=recorded)

    assert alerts(left) == ["raised", "withdrawn"]
    assert alerts(dealt) == ["raised"]


def alerts(path: Path) -> list[str]:
    return [s.kind for s in path.said if s.rule == "ALERT"]


def said(day: int, key: str = "row", month: int = 3) -> Said:
    return Said("V-1", "visits.missed", key, "raised", date(2026, month, day), "3333333-3")


def test_what_is_raised_on_the_same_day_in_both_worlds_is_no_difference() -> None:
    assert list(moves([said(2), said(20)], [said(20), said(2)])) == []


def test_the_same_matter_on_another_day_has_moved_and_is_not_gone_and_come() -> None:
    (move,) = moves([said(9)], [said(4)])

    assert (move.kind, move.day, move.days) == (MOVED, date(2026, 3, 4), -5)


def test_what_is_far_away_or_of_another_matter_has_come_or_gone() -> None:
    assert [m.kind for m in moves([said(2)], [said(2, month=6)])] == [GONE, CAME]
    assert [m.kind for m in moves([said(2, month=6)], [said(2)])] == [CAME, GONE]
    assert sorted(m.kind for m in moves([said(2)], [said(2, key="other")])) == [CAME, GONE]


def test_a_table_counts_persons_once_and_weeks_by_their_own_year() -> None:
    table = Table()
    table.add([Move(CAME, date(2025, 12, 29), "a"), Move(GONE, date(2025, 12, 30), "a")])
    table.add([Move(CAME, date(2026, 1, 4), "a")])
    table.add([])

    document = table.document()
    assert (document["came"], document["gone"], document["moved"], document["persons"]) == (2, 1, 0, 2)
    (week,) = document["weeks"]
    assert week == {"week": "2026-W01", "organisation": "a", "came": 2, "gone": 1, "moved": 0, "persons": 2}
