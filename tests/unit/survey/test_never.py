"""Rows of the survey that ask for no code: what is never known, computed or shown stays so (decision 8)."""

import re

import pytest

from kernel.disclosure import load_policy
from kernel.discover import units
from kernel.processor import PROCESSORS, every_view
from kernel.rules import Rule
from schemas.catalogue import catalogue
from schemas.codes import COACHES, SITES
from schemas.labels.lookup import LABELS
from services.console import sentences
from services.console.texts import TEXTS
from services.referrals.views.duplicates import view as duplicates
from tests.unit.survey.stating import ROOT, refused, stated

RULES = [rule for p in PROCESSORS for rule in units(f"services.{p}.rules", Rule)]
POLICY = load_policy(ROOT / "deploy" / "disclosure.toml")
PAGE = (ROOT / "docs/decisions/0008-what-is-never-known-or-computed.md").read_text(encoding="utf-8")
PERSONAL = {"characteristics", "purpose", "barrier", "enabling", "benefit", "outcome_code", "end_reason", "goal"}
JUDGING = re.compile(
    r"laiska|huono|epäonnist|ongelma-asiakas|syrjäytyn|moniongelma|\blat\b|misslyckad|problemklient|utslagen"
    r"|lazy|failure|failed client|hopeless|problem client|unwilling",
    re.IGNORECASE,
)


@pytest.mark.parametrize("code", ["F32.1", "f10", "M54", "G47.3"])
def test_row_16_what_looks_like_a_diagnosis_is_refused_as_a_code(code: str) -> None:
    refused("referral.submitted", "purpose", purpose=[code])
    refused("client.characteristics_recorded", "characteristics", characteristics=[code])
    assert stated("referral.submitted", basis_of_entry="client_wish").basis_of_entry == "client_wish"


def test_no_rule_computes_a_sanction_or_decides_on_a_benefit() -> None:
    deciding = re.compile(r"sanction|karenssi|payment|benefit_decision|amount|cents", re.IGNORECASE)
    said = [
        (r.id, word)
        for r in RULES
        for word in (r.name, r.family, *type(r.params).model_fields)
        if deciding.search(word)
    ]

    assert said == []
    assert [c.meta.name for c in catalogue().values() if re.search("sanction|penalty", c.meta.name)] == []


def test_row_80_what_somebody_lives_on_chooses_nobody() -> None:
    reading = {r.id for r in RULES if "benefit_status.reported" in r.listens and not r.id.startswith("D")}

    assert {id_ for id_ in reading if not id_.startswith(("R-BEN", "R-PLAN", "R-CW"))} == set()
    assert all(r.name not in {"referral.rejected", "placement.refused"} for r in RULES)


def test_row_84_no_rule_weighs_a_client_for_an_offer_of_work() -> None:
    offers = {c.meta.name for c in catalogue().values() if c.meta.name.startswith("work_opportunity.")}

    assert offers and not [r.id for r in RULES if offers & set(r.listens)]
    assert not {n for c in catalogue().values() if c.meta.name in offers for n in c.model_fields} & {
        "client_ref",
        "subject",
    }


@pytest.mark.parametrize("kind", sorted(SITES | COACHES | {"employer"}))
def test_row_89_a_provider_is_shown_no_characteristic_purpose_barrier_or_benefit(kind: str) -> None:
    for _, view in every_view():
        classes = {
            data_class
            for grant in POLICY.grants
            if (not grant.org_types or kind in grant.org_types) and (not grant.records or view.name in grant.records)
            for data_class in grant.data_classes
        }
        if view.person and view.name != "parallel_services":
            shown = {c.name for c in view.columns if c.data_class in classes} if classes else set()
            assert shown & PERSONAL == set(), view.name


def test_row_89_no_word_on_a_page_judges_anybody() -> None:
    said = [t for texts in LABELS.values() for words in texts.values() for t in words]
    said += [str(t) for t in TEXTS.values()]
    said += [str(t) for t in vars(sentences).values() if isinstance(t, dict)]

    assert said and [text for text in said if JUDGING.search(text)] == []


def test_row_34_doubles_are_counted_by_what_became_of_them() -> None:
    assert {"state", "rule", "reason", "action"} <= set(duplicates.filters)


@pytest.mark.parametrize("row", [6, 16, 34, 65, 74, 75, 80, 82, 84, 89, 99])
def test_a_row_that_asks_for_no_code_stands_in_the_decision(row: int) -> None:
    assert re.search(rf"\brows? [0-9, ]*\b{row}\b", PAGE)
