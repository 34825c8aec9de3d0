"""Every rule's reason as a sentence, in each of the three languages, without a browser."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.discover import units
from kernel.organisations import load
from kernel.rules import Rule
from services.console import sentences_of_referrals
from services.console.sentences import CODES, NUMBERS, SENTENCES
from services.console.texts import LANGUAGES, TEXTS
from services.console.words import Words
from tests.instance import ROOT

WINDOW = {"window_from": "2025-12-29", "window_to": "2026-01-25"}
COUNTED = {
    **WINDOW,
    "absent_days": 4,
    "scheduled_days": 12,
    "unexcused_days": 3,
    "consecutive": 2,
    "rate_pct": 33,
    "provider_org": "9000012-6",
}
PLAN = {"plan_type": "activation_plan", "last_reviewed_on": "2025-12-15", "due_on": "2026-03-15"}
ITEMS = {"items": [{"org": "9000004-6", "opened_on": "2026-02-27"}, {"org": "9000003-8", "opened_on": "2026-03-01"}]}
DOUBLE = {
    **ITEMS,
    **{day: "2026-03-10" for day in ("due_on", "on", "reported_on", "signed_on", "missing_since", "since_on")},
    **{day: "2026-03-02" for day in ("started_on", "from_on")},
    **{org: "9000012-6" for org in ("asked_org", "told_by", "to_org", "org")},
    "plan_type": "activation_plan",
    "step": "receive",
    "due": "handover",
    "why": "activation_due",
    "form": "TT3",
    "days_per_week": 4,
    "days_late": 12,
}
FACTS: dict[str, dict[str, Any]] = {
    **dict.fromkeys(("R-ABS-1", "R-ABS-2", "R-ABS-3"), COUNTED),
    "R-ABS-7": {"concern": "pattern", "told_by": "9000012-6"},
    "R-ABS-8": {"days": 14, "provider_org": "9000012-6", "last_recorded_on": None, "started_on": "2026-02-02"},
    **{rule: {**COUNTED, "days": 5} for rule in ("R-ABS-4", "R-ABS-5", "R-ABS-5-LATE")},
    "R-ABS-6": {**WINDOW, "working_days": 5, "days": 4},
    "R-KELA-1": {**WINDOW, "absent_days": 2},
    "R-REV-2": {"kind": "max_interval", "due_on": "2026-03-15", "booked_on": None},
    "R-END-2": {"end_on": "2026-03-27", "days": 30},
    "R-LIM-1": {**WINDOW, "days": 5, "cap": 4},
    "R-LIM-2": {**WINDOW, "minutes": 200},
    "R-LIM-4": {"start_on": "2026-03-02", "end_on": "2026-03-27"},
    "R-LIM-5": {"start_on": "2024-03-02", "months": 24},
    "R-LIM-6": {"started_on": "2026-03-02", "missing": ["plan", "insurance"]},
    "R-LIM-7": {"km": 90, "cap": 80},
    **{rule: {"days": 185, "cap": 200} for rule in ("R-BEN-1", "R-BEN-1-CAP")},
    "R-PS-1": {"start_by": "2026-03-20"},
    "R-PS-2": {"since_on": "2026-03-17"},
    "R-OUT-2": {"start_by": "2026-03-20"},
    "R-COACH": {"since_on": "2026-03-02"},
    "R-DEBT-1": {"since_on": "2026-03-02"},
    "R-EVID-1": {"end_on": "2026-03-27", "days": 30},
    "R-TRIAL-1": {"start_on": "2024-03-02", "months": 24},
    "R-SUP-1": {"step": "during", "since_on": "2026-03-02"},
    "R-SCH-1": {"on": "2026-03-10"},
    "R-PROV": {"start_on": "2022-03-02"},
    "R-CAP-1": {"free": 0, "places": 20, "municipality": "743"},
    "R-REV-1": {**PLAN, "booked_on": "2026-03-12"},
    "R-REV-1-OVERDUE": {**PLAN, "booked_on": None},
    "R-END-1": {"end_on": "2026-03-27", "step": "assessment_held"},
    **{rule: {**WINDOW, "days": 161, "cap": 178} for rule in ("R-LIM-3", "R-LIM-3-CAP")},
    **dict.fromkeys(sentences_of_referrals.SENTENCES, DOUBLE),
    "D03": {"plan_type": "activation_plan", "step": "signed", "items": ITEMS["items"][:1]},
}


def words(language: str = "fi") -> Words:
    return Words(language, load(ROOT / "deploy" / "organisations.toml"))


def why(*reasons: tuple[str, str, dict[str, Any]], language: str = "fi") -> list[str]:
    alert = {"family": "absence", "why": [{"rule": r, "key": k, "facts": f} for r, k, f in reasons]}
    return [told for _, told in words(language).reasons(alert)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_a_sentence_without_gaps_codes_or_bare_dates(language: str) -> None:
    rules = {r.id for name in ("placements", "referrals") for r in units(f"services.{name}.rules", Rule)}

    assert rules == set(SENTENCES) == set(FACTS)
    for rule in sorted(rules):
        (told,) = why((rule, "k", FACTS[rule]), language=language)
        assert len(told) > 25, rule
        assert not [sign for sign in ("{", "}", "_", "None", "2026-", "9000") if sign in told], told


def test_a_window_over_the_turn_of_the_year_names_both_years() -> None:
    assert why(("R-ABS-2", "k", COUNTED)) == ["Ilmoittamatta poissa 2 sovittua päivää peräkkäin (29.12.2025–25.1.2026)"]


def test_twice_too_much_is_said_once_in_place_of_too_much() -> None:
    told = why(("R-ABS-1", "k", COUNTED), ("R-ABS-1", "k:double", COUNTED))

    assert len(told) == 1
    assert told[0].endswith("raja ylittyi kaksinkertaisesti")


def test_of_a_periods_steps_the_last_is_told() -> None:
    steps = ("assessment_held", "notice", "continuation_decided", "assessment_booked")
    told = why(*(("R-END-1", f"p:{s}", {"end_on": "2026-03-27", "step": s}) for s in steps))

    assert told == ["Jakso päättyy 27.3.2026: jatkosta ei ole päätetty"]


def test_a_rule_that_the_pages_do_not_know_is_told_by_its_numbers_or_its_family() -> None:
    assert why(("R-NEW", "k", {"end_on": "2026-03-27", "days": 3})) == ["päättyy 27.3.2026, päiviä 3"]
    assert why(("R-NEW", "k", {"strange": True})) == ["Poissaolot"]


def test_every_text_stands_in_three_languages() -> None:
    for key, three in {**TEXTS, **SENTENCES, **CODES, **NUMBERS}.items():
        assert len(three) == len(LANGUAGES), key
        assert all(text.strip() for text in three), key
