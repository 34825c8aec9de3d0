"""The gate: default deny, by organisation type, relation, record, class and date; a provider sees its own rows only."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kernel.disclosure import Grant, Policy, Viewer, disclose, load_policy
from kernel.settings import SettingsError
from kernel.views import Column, View
from services.placements.views.placement_register import view as placements
from services.referrals.views.relations import view as relations
from tests.sample.facts import fact

ROOT = Path(__file__).resolve().parents[3]
POLICY = load_policy(ROOT / "deploy" / "disclosure.toml")
DAY = date(2026, 3, 2)
WORKSHOP = Viewer("0245458-3", frozenset({"workshop", "provider"}), "w")
COUNTY = Viewer("2077474-0", frozenset({"wellbeing_county"}), "c")
VIEW = View(
    name="things",
    version=1,
    key=("id",),
    columns=(Column("id", "text"), Column("reason", "text", "sensitive"), Column("org", "text")),
)
ROW = {"subject": "s", "id": "1", "reason": "ill", "org": "0245458-3"}


def policy(**more: Any) -> Policy:
    return Policy([Grant.model_validate({"data_classes": {"operational"}, "ground": "L1", **more})])


def seen(by: Policy, relations: tuple[str, ...] = ("stated",), viewer: Viewer = WORKSHOP, day: date = DAY) -> Any:
    found = disclose(by, viewer, relations, VIEW, ROW, day)
    return found and set(found[0]) - {"client_ref"}


def test_nothing_is_shown_that_no_rule_names() -> None:
    assert seen(Policy([])) is None


def test_without_a_relation_nothing_is_shown_whatever_the_rules_say() -> None:
    assert seen(policy(), relations=()) is None


def test_fields_of_other_classes_are_absent() -> None:
    assert seen(policy()) == {"id", "org"}
    assert seen(policy(data_classes={"operational", "sensitive"})) == {"id", "org", "reason"}


@pytest.mark.parametrize(
    "more",
    [
        {"org_types": {"kela"}},
        {"relations": {"provider"}},
        {"records": {"others"}},
        {"roles": {"team_lead"}},
        {"valid_from": date(2026, 3, 3)},
        {"valid_to": date(2026, 3, 1)},
        {"own": {"reason"}},
        {"only": {"reason": {"well"}}},
        {"only": {"reason": {"ill"}, "nothing": {"1"}}},
    ],
)
def test_a_rule_for_another_case_shows_nothing(more: dict[str, Any]) -> None:
    assert seen(policy(**more)) is None


def test_a_rule_holds_on_its_first_and_last_day() -> None:
    assert seen(policy(valid_from=DAY, valid_to=DAY)) == {"id", "org"}


def test_a_rule_for_own_rows_shows_the_viewers_own_and_no_others() -> None:
    assert seen(policy(own={"org"})) == {"id", "org"}
    assert seen(policy(own={"org"}), viewer=Viewer("9999999-9", frozenset(), "x")) is None


def test_a_rule_for_certain_rows_shows_those_that_hold_one_of_its_values() -> None:
    assert seen(policy(only={"reason": {"ill", "well"}, "id": {"1"}})) == {"id", "org"}


def test_a_provider_sees_its_placements_only_when_somebody_else_has_named_it() -> None:
    row = {
        "subject": "s",
        **{c.name: None for c in placements.columns},
        "provider_org": WORKSHOP.org,
        "state": "running",
    }

    assert disclose(POLICY, WORKSHOP, ["stated"], placements, row, DAY) is None
    assert disclose(POLICY, WORKSHOP, ["provider"], placements, row, DAY) is not None
    assert disclose(POLICY, WORKSHOP, ["provider"], placements, {**row, "provider_org": "other"}, DAY) is None
    assert disclose(POLICY, COUNTY, ["stated"], placements, row, DAY) is not None


def test_nobody_makes_a_relation_for_itself() -> None:
    from schemas.placements.agreed_v1 import PlacementAgreed

    agreed = PlacementAgreed.example()
    (handler,) = relations.handlers["*"]

    def made_by(source: str) -> set[tuple[str, str]]:
        from kernel.views import Rows

        rows = Rows(relations.key)
        handler(rows, fact(agreed, 1, source=source))
        return {(r["org"], r["relation"]) for r in rows}

    named = dict(agreed.related())
    provider = next(org for org in named)
    assert made_by(f"urn:polku:{provider}:s") == {(provider, "stated")}
    assert (provider, named[provider]) in made_by("urn:polku:2077474-0:s")


def test_a_broken_policy_names_the_entry_and_the_rule(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text('[[grant]]\nground = "L1"\ndata_classes = []\n')

    with pytest.raises(SettingsError, match="POLKU_POLICY"):
        load_policy(path)
