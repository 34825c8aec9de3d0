"""Every word of the field can be stated, and is kept as the code that it is."""

import json
from typing import Any

import pytest

from kernel.organisations import load
from schemas.catalogue import catalogue, example_data
from schemas.labels.lookup import LABELS
from tests.unit.coverage.entries import ROOT, Term, terms, told_lists

NAMED = (
    "JIK",
    "Järvi-Pohjanmaan",
    "Kaksineuvoinen",
    "KuusSoTe",
    "LLKY",
    "Seinäjoen kaupunki",
    "Ilmajoen kunta",
    "kuntakokeilu (Seinäjoki ja Ilmajoki)",
    "Buusti ry",
    "TOIKE-hanke",
    "hyvinvointialue",
    "Seinäjoen, Ilmajoen ja Isonkyrön työllisyysalue",
)
"""Organisations of the survey and those that came after them, by a part of their name."""


def put(data: Any, pointer: str, value: object) -> None:
    """Sets what a JSON pointer names; the lists and objects on the way exist or are made."""
    *way, last = pointer.removeprefix("/").split("/")
    for step in way:
        data = data[step] if step in data else data.setdefault(step, [])
    if isinstance(data, list):
        data[:] = [value]
    else:
        data[last] = value


def look(data: Any, pointer: str) -> object:
    """What a JSON pointer names."""
    for step in pointer.removeprefix("/").split("/"):
        data = data[int(step)] if isinstance(data, list) else data[step]
    return data


@pytest.mark.parametrize("term", terms(), ids=lambda t: t.id)
def test_a_word_of_the_field_can_be_stated_and_is_kept_as_it_is(term: Term) -> None:
    cls = catalogue()[f"fi.polku.{term.type}.v{term.version}"]
    data = example_data(cls)
    put(data, term.pointer, term.value)

    stated = cls.model_validate_json(json.dumps(data)).model_dump(mode="json", by_alias=True)

    assert look(stated, term.pointer) == term.value


OURS = {
    "OrgType": {"operator"},
    "RoleCode": {"team_lead", "kela_officer", "school_counsellor"},
    "ReviewKind": {"contact"},
    "AttendanceStatus": {"present", "partial", "absent", "swapped"},
    "Outcome": {"other"},
}
"""Codes that are no words of the handbook's glossary: ours, or told by another list of it."""


@pytest.mark.parametrize("part", [p for p in told_lists() if "labels" in p], ids=lambda p: p["labels"])
def test_every_code_of_a_list_is_a_word_of_the_field_or_known_to_be_ours(part: dict[str, Any]) -> None:
    assert set(LABELS[part["labels"]]) - set(part["codes"]) == OURS.get(part["labels"], set())


@pytest.mark.parametrize("part", NAMED)
def test_an_organisation_of_the_survey_takes_part(part: str) -> None:
    assert any(part in o.name for o in load(ROOT / "deploy" / "organisations.toml").organisation)


def test_a_word_that_nobody_knows_is_not_one_of_them() -> None:
    data = example_data(catalogue()["fi.polku.outcome.recorded.v1"])
    put(data, "/barrier/0", "no_such_barrier")

    stated = catalogue()["fi.polku.outcome.recorded.v1"].model_validate_json(json.dumps(data))

    assert look(stated.model_dump(mode="json"), "/barrier/0") == "other"
