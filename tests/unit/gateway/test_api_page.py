"""The page on the door: it names every address, and its examples are what the door takes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kernel.decide import Decision
from kernel.discover import units
from kernel.processor import PROCESSORS, every_view
from schemas.work_catalogue import CATALOGUE
from services.gateway.app import RELATIONS, build
from services.gateway.routes import described
from services.referrals.decisions import claim_work, intent
from tests.unit.gateway.house import House

PAGE = (Path(__file__).parents[3] / "docs" / "api.md").read_text()
LISTED = re.compile(r"/v1/[a-z-]+")


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The description of the door as it runs."""
    house = House()
    views = [(p, v) for p, v in every_view() if v.name != RELATIONS]
    decisions = [d for p in PROCESSORS for d in units(f"services.{p}.decisions", Decision)]
    return described(build(replace(house.parts, views=views, decisions=decisions)).openapi())


def _blocks(heading: str) -> Iterator[Any]:
    part = PAGE.split(heading, 1)[1].split("\n## ", 1)[0]
    yield from (json.loads(text) for text in re.findall(r"```json\n(.*?)```", part, re.DOTALL))


def test_every_address_stands_on_the_page_or_is_the_list_of_a_view(document: dict[str, Any]) -> None:
    lists = {f"/v1/{view.path}" for _, view in every_view()}
    told = set(re.findall(r"/[a-z][a-z0-9/_{}-]*", PAGE))

    assert {p for p in document["paths"] if p not in lists} - told == set()


def test_every_address_on_the_page_is_offered(document: dict[str, Any]) -> None:
    told = {path.rstrip("/") for path in re.findall(r"(?:GET|POST|DELETE) (/[a-z0-9/_{}-]+)", PAGE)}
    offered = {path.rstrip("/") for path in document["paths"]}

    assert told - offered == set()


@pytest.mark.parametrize(
    ("heading", "decision", "id_name"),
    [
        ("### `POST /v1/intents`", intent.decision, "intent_id"),
        ("### `POST /v1/claims`", claim_work.decision, "claim_id"),
    ],
)
def test_the_examples_are_taken(heading: str, decision: Decision[Any], id_name: str) -> None:
    asked = next(_blocks(heading))
    asked.pop("client_ref")

    assert decision.command.model_validate_json(json.dumps({**asked, id_name: ""})).work == "activation_plan"


def test_every_kind_of_work_is_named(document: dict[str, Any]) -> None:
    body = document["paths"]["/v1/claims"]["post"]["requestBody"]["content"]["application/json"]["schema"]

    assert set(body["properties"]["work"]["enum"]) == CATALOGUE.keys()
    assert all(f"`{code}`" in PAGE for code in CATALOGUE)


def test_the_description_holds_together(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    schemas = document["components"]["schemas"]

    assert {name for name in re.findall(r"#/components/schemas/(\w+)", text)} <= schemas.keys()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            wanted = set(re.findall(r"{(\w+)}", path))
            given = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
            assert wanted == given, f"{method} {path}"
            assert operation["summary"] and any(s.startswith("2") for s in operation["responses"])
