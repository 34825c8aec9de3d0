"""Code lists: which are open, what everything is called, and that no diagnosis has a place anywhere."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from pydantic import TypeAdapter, ValidationError

from schemas import codes
from schemas.catalogue import catalogue, json_schema
from schemas.fields import Open
from schemas.labels.lookup import LABELS, LANGUAGES, label
from schemas.parallel_services import reasons
from schemas.records import kinds as records
from schemas.services import kinds as services

ICD = re.compile(r"[A-TV-Z]\d{2}(\.\d{1,3})?", re.IGNORECASE)
HEALTH_RECORD = re.compile(r"diagnos|icd|sairaus|medicat|symptom|hetu|ssn|identity_code", re.IGNORECASE)


def lists() -> dict[str, tuple[frozenset[str], bool]]:
    """Name of each code list → its codes, and whether it is open."""
    found = {}
    for name, value in (vars(codes) | vars(records) | vars(services) | vars(reasons)).items():
        closed, marks = (get_args(value)[0], get_args(value)[1:]) if hasattr(value, "__metadata__") else (value, ())
        if name[0].isupper() and get_args(closed) and get_origin(closed) is get_origin(codes.OrgType):
            found[name] = (frozenset(get_args(closed)), any(isinstance(m, Open) for m in marks))
    return found


def test_a_list_is_open_exactly_when_it_holds_other() -> None:
    found = lists()

    assert len(found) > 30
    assert {n for n, (known, is_open) in found.items() if ("other" in known) != is_open} == set()


def test_every_closed_list_has_its_reason_in_the_decision() -> None:
    page = Path(__file__).parents[3] / "docs" / "decisions" / "0014-which-code-lists-are-closed.md"
    table = [line.split("|")[1] for line in page.read_text().splitlines() if line.startswith("| `")]
    told = re.findall(r"`(\w+)`", " ".join(table))

    assert sorted([*told, "OutcomeCode"]) == sorted(n for n, (_, is_open) in lists().items() if not is_open)


def test_an_unknown_code_of_an_open_list_counts_as_other() -> None:
    reason: TypeAdapter[str] = TypeAdapter(codes.AbsenceReason)

    assert reason.validate_json('"own_illness"', strict=True) == "own_illness"
    assert reason.validate_json('"lomautus_2026"', strict=True) == "other"


@pytest.mark.parametrize("wrong", ['"free text"', '"F32.1"', '""', "1", "null", '"' + "a" * 65 + '"', '"ä"', '"a\\n"'])
def test_what_is_no_code_is_refused_by_open_lists_too(wrong: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(codes.AbsenceReason).validate_json(wrong, strict=True)


def test_an_unknown_code_of_a_closed_list_is_refused() -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(codes.AttendanceStatus).validate_json('"late"', strict=True)


def test_every_code_that_a_page_shows_is_named_in_three_languages() -> None:
    known = lists()
    for name, texts in LABELS.items():
        assert texts.keys() == known[name][0], name
        assert all(len(t) == len(LANGUAGES) and all(t) for t in texts.values()), name


def test_a_code_without_a_name_stands_for_itself() -> None:
    assert label("OrgType", "kela", "sv") == "FPA"
    assert label("AbsenceReason", "lomautus_2026") == "lomautus_2026"


def test_no_code_and_no_field_is_a_diagnosis_or_an_identity_code() -> None:
    said = {code for known, _ in lists().values() for code in known}
    said |= {name for cls in catalogue().values() for name in _names(json_schema(cls))}

    assert [word for word in said if ICD.fullmatch(word) or HEALTH_RECORD.search(word)] == []


def _names(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for part in schema.values():
            yield from _names(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _names(part)
