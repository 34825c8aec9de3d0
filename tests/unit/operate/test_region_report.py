"""The page about a year of the region tells every figure, and leaves out what was not done."""

from __future__ import annotations

from typing import Any

from operate import scoring
from operate.region_report import page


def found() -> dict[str, Any]:
    return {
        "carrier": "journal",
        "machine": {"cores": 2, "load_at_start": 0.4},
        "play": {
            "seed": 1,
            "days": 364,
            "clients": 4_075,
            "partners": 26,
            "facts": {"refused": 8_000, "unexpected": 0},
            "feeds": {
                **dict.fromkeys(("out_of_order", "doubled", "missed", "about_strangers"), 0),
                **{"readers": 13, "entries": 4_000, "seconds": 61.4, "withdrawals_unheard": 2},
            },
            "actions": {"claim": 700, "close": 300},
            "timing": {"settled_p50_ms": 2_500.0, "settled_most_ms": None},
        },
        "journal": {"facts": 1_234_567, "persons": 4_075, "database_mib": 2_048},
        "stating": {"seconds": 1_500.0, "stated": 1_000_001, "stated_per_second": 666.7, "facts_per_second": 823.0},
        "processes": {"placements": {"peak_mib": 900, "cpu_seconds": 400.5}},
        "restarts": {},
        "rebuild": {
            "seconds": 100.0,
            "facts_read": 24_000_000,
            "facts_per_second": 240_000.0,
            "wrong": ["outcomes"],
            "views": [{"view": "outcomes", "rows": 10, "facts": 20, "seconds": 0.5}],
        },
        "verify": {"seconds": 60.0, "right": True, "facts": 1_234_567, "lost": 0},
        "score": [{"rule": "D01", "expected": 40, "precision": 1.0, "recall": 0.975, "missed": [7], "unexpected": []}],
        "alerts": [
            {
                **{"rule": "R-REV-1", "expected": 3, "open": 2, "precision": 0.75, "recall": 1.0, "missed": []},
                "unexpected": [{"person": 9, "day": "2026-04-05", "key": "plan-1"}],
            }
        ],
        "scored_in": 12.3,
    }


def test_every_figure_is_told_with_thousands_apart() -> None:
    told = page(found())

    for part in ("1 000 001 facts", "364 days", "4 075 persons", "| placements | 900 | 400 |", "Restarts: none"):
        assert part in told
    assert "views that differed: outcomes" in told
    assert "facts 1 234 567, lost 0." in told
    assert "| D01 | 40 | 1.0 | 0.975 |" in told
    assert "- D01 missed: 7" in told
    assert "| R-REV-1 | 3 | 2 | 0.75 | 1.0 |" in told
    assert "- R-REV-1 unexpected: person 9 on 2026-04-05, `plan-1`" in told
    assert "| all of them within | – ms |" in told


def test_what_was_not_done_is_not_told() -> None:
    begun = {name: found()[name] for name in ("carrier", "machine")}

    assert page(begun).startswith("# A year of the region")
    assert "##" not in page(begun)


def test_a_rule_that_was_never_tried_is_called_so_and_has_no_number() -> None:
    nothing: dict[str, Any] = dict.fromkeys(("precision", "recall")) | {"expected": 0, "open": 0}
    nothing |= {"missed": [], "unexpected": []}

    told = page({**found(), "alerts": [{"rule": "R-COACH", **nothing}], "not_exercised": ["R-COACH"]})

    assert "| R-COACH | 0 | 0 | not exercised | not exercised |" in told
    assert "**Not exercised, though a play of this length should: R-COACH.**" in told


def test_the_page_of_a_score_names_the_command_that_made_it_with_its_hands() -> None:
    play = {"weeks": 9, "scale": 8, "seed": 2, "from": "2025-11-10", "to": "2026-01-11", "clients": 273, "partners": 21}
    made = {**play, "facts": {"accepted": 6, "unexpected": 0}, "score": [], "alerts": [], "not_exercised": []}

    assert "`polku simulate --weeks 9 --scale 8 --seed 2 --hands 1 --score`" in scoring.page({**made, "hands": 1})
    assert "`polku simulate --weeks 9 --scale 8 --seed 2 --score`" in scoring.page({**made, "hands": None})
