"""What is found about referrals is told to people in three languages, with its numbers and names."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kernel.discover import units
from kernel.organisations import load
from kernel.rules import Rule
from services.console.duplicates import _told
from services.console.sentences import SENTENCES
from services.console.why import Teller
from services.console.words import Words
from services.notifications.families import MATTERS
from services.referrals.rules.employment_plan_instead import rule as instead
from services.referrals.rules.nobody_works import rule as nobody
from services.referrals.rules.referral_stale import rule as stale
from services.referrals.rules.two_referrals import rule as twice
from tests.unit.given import AUTHORITY, CLINIC, Story
from tests.unit.referrals.story import MONDAY, ONE, OTHER_PLAN, TWO, eligible, later, planned, referred, story

SILENT = {"service_gap.detected", "partner.feed_late"}
"""Names that are only listed: nobody is alerted."""


def told(stories: Story, rule: Rule[Any, Any], now: date, language: int = 0) -> str:
    teller = Teller(language, lambda d: d.isoformat(), lambda a, b: f"{a}–{b}", lambda org: f"[{org}]")
    (said,) = stories.open(rule, now).values()
    return teller.sentence(rule.id, said.key, said.facts)


@pytest.mark.parametrize("rule", units("services.referrals.rules", Rule), ids=lambda r: r.id)
def test_every_rule_whose_raise_makes_an_alert_has_a_sentence_in_three_languages(rule: Rule[Any, Any]) -> None:
    assert (rule.name in MATTERS) != (rule.name in SILENT)
    if rule.name in MATTERS:
        assert len(SENTENCES[rule.id]) == 3
        assert all(SENTENCES[rule.id])


def test_two_referrals_are_told_with_who_and_when() -> None:
    both = referred(referred(story(), ONE, MONDAY, AUTHORITY), TWO, later(3), CLINIC)

    assert told(both, twice, later(4)) == (
        f"Kaksi lähetettä samaan palveluun: [{AUTHORITY[0]}] 2026-03-02 ja [{CLINIC[0]}] 2026-03-05"
    )


def test_an_employment_plan_is_told_with_what_it_stands_against() -> None:
    due = planned(eligible(story(), date(2025, 6, 2)), OTHER_PLAN, date(2025, 6, 10), AUTHORITY, "employment_plan")

    assert told(due, instead, date(2025, 6, 11), 2).startswith(
        "An employment plan was begun although an activation plan is due: 2025-06-02 and ["
    )


def test_what_waits_and_what_nobody_does_are_told_in_words() -> None:
    sent = referred(story(), ONE, MONDAY, AUTHORITY)

    assert told(sent, stale, later(4), 2) == "A referral is waiting: nobody has received it by 2026-03-05"
    assert told(sent, nobody, later(14)) == "Kukaan ei hoida: lähete"


def test_a_pair_whose_organisations_are_hidden_from_the_reader_is_told_without_them() -> None:
    row = {"rule": "D01", "pair": "D01:a:b", "state": "suspected"}
    words = Words("en", load(Path(__file__).parents[3] / "deploy" / "organisations.toml"))

    assert _told(words, row)["sentence"] == words.t("d_elsewhere")
    assert _told(words, {**row, "items": []})["sentence"].startswith("Two referrals to the same service")
