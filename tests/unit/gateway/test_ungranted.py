"""What no grant of a policy names is told at the start."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import structlog

from kernel.disclosure import Policy, load_policy
from kernel.processor import every_view
from services.gateway.app import RELATIONS
from services.gateway.ungranted import ungranted, warn

SHIPPED = load_policy(Path(__file__).parents[3] / "deploy" / "disclosure.toml")
VIEWS = [v for _, v in every_view() if v.name != RELATIONS]


def without(data_class: str) -> Policy:
    """A policy from before there was such a class."""
    grants = [g.model_copy(update={"data_classes": g.data_classes - {data_class}}) for g in SHIPPED.grants]
    return replace(SHIPPED, grants=grants)


def test_the_policy_that_is_shipped_shows_every_column_to_somebody() -> None:
    assert list(ungranted(SHIPPED, VIEWS)) == []


def test_an_older_policy_of_an_installation_is_told_which_views_lose_columns() -> None:
    """Social work lost `service_type` after an upgrade, and nothing said so."""
    with structlog.testing.capture_logs() as lines:
        warn(without("service"), VIEWS)

    assert {(line["event"], line["view"], line["kind"]) for line in lines} == {
        ("nobody_is_granted", view.name, "service")
        for view in VIEWS
        if "service" in {c.data_class for c in view.columns}
    }
    assert {"referral_board", "duplicates"} <= {line["view"] for line in lines}


def test_a_grant_for_other_records_shows_nothing_of_a_view() -> None:
    elsewhere = [g.model_copy(update={"records": frozenset({"duplicates"})}) for g in SHIPPED.grants]

    assert ("referral_board", "operational") in set(ungranted(replace(SHIPPED, grants=elsewhere), VIEWS))
