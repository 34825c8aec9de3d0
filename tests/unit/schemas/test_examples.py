"""Every type of fact has one complete example that its organisation may state, and that tells nothing of a person."""

import json
import re
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from kernel.facts import ANYBODY, Event, org_of
from kernel.organisations import Organisations, load
from schemas import examples
from schemas.catalogue import catalogue, example_data, example_event, example_source, json_schema

ORGANISATIONS = load(Path(__file__).parents[3] / "deploy" / "organisations.toml")
TODAY = date(2026, 9, 28)
ENDED = {"te_office", "municipal_employment_trial", "typ"}
EVERY = tuple(catalogue().values())
STATED = tuple(cls for cls in EVERY if cls.meta.stated_by)


def test_an_example_is_the_same_after_going_through_json() -> None:
    for cls in EVERY:
        assert cls.model_validate_json(json.dumps(example_data(cls))) == cls.example(), cls.meta.type


def test_an_example_fits_the_published_schema() -> None:
    for cls in EVERY:
        schema = json_schema(cls)
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.Draft202012Validator(schema).validate(example_data(cls))


def test_an_example_lies_in_2025_and_is_always_the_same() -> None:
    for cls in EVERY:
        event = example_event(cls)
        assert event == example_event(cls), cls.meta.type
        assert event["time"].startswith("2025-") and event["time"] < event["recordedtime"] < "2026", cls.meta.type
        assert set(re.findall(r"(\d{4})-\d\d-\d\d", json.dumps(event["data"]))) <= {"2025"}, cls.meta.type


def test_a_type_is_named_in_three_languages_and_by_its_aggregate() -> None:
    for cls in EVERY:
        assert set(cls.meta.label) == {"fi", "sv", "en"} and all(cls.meta.label.values()), cls.meta.type
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", cls.meta.name), cls.meta.type
        assert cls.meta.data_class in {"operational", "benefit", "sensitive"}, cls.meta.type
        assert cls.__doc__ and cls.__module__.endswith(f"_v{cls.meta.version}"), cls.meta.type


def test_unknown_fields_are_kept() -> None:
    for cls in EVERY:
        kept = cls.model_validate_json(json.dumps({**example_data(cls), "x_partner_field": 1})).model_dump_json()
        assert json.loads(kept)["x_partner_field"] == 1, cls.meta.type


def test_all_related_organisations_of_an_example_take_part_in_the_demo() -> None:
    for cls in EVERY:
        for organisation, relation in cls.example().related():
            if organisation == ANYBODY:
                continue
            assert ORGANISATIONS.org(organisation) is not None, cls.meta.type
            assert relation in {"receiver", "provider", "lead", "participant"}, cls.meta.type


def test_the_organisation_of_an_example_may_state_it_today() -> None:
    for cls in STATED:
        source = example_source(cls)
        organisation = ORGANISATIONS.org(org_of(source))
        assert organisation and source.split(":")[3:] in [[s] for s in organisation.systems], cls.meta.type
        stated_as = ORGANISATIONS.org_type_for(org_of(source), TODAY, cls.meta.stated_by, cls.meta.rank)
        assert stated_as is not None, cls.meta.type


def test_every_type_is_refused_from_some_organisation() -> None:
    for cls in STATED:
        assert any(not (o.types_at(TODAY) & cls.meta.stated_by) for o in ORGANISATIONS.organisation), cls.meta.type


def test_every_kind_of_organisation_that_may_state_it_takes_part_today() -> None:
    for cls in STATED:
        assert cls.meta.stated_by - ENDED <= _held(ORGANISATIONS), cls.meta.type


def test_a_type_about_no_person_has_no_subject() -> None:
    for cls in catalogue().values():
        assert ("subject" in example_event(cls)) == (cls.meta.person is not False)


def test_given_parts_take_the_place_of_the_example_s() -> None:
    cls = catalogue()["fi.polku.attendance.day_recorded.v1"]
    event = example_event(cls, source="urn:polku:9000025-7:attendance", id="x-1", subject="a")

    assert (event["source"], event["id"], event["subject"]) == ("urn:polku:9000025-7:attendance", "x-1", "a")


def test_the_shared_site_is_one_of_the_demo_s() -> None:
    site, owner = ORGANISATIONS.sites[str(examples.SITE)]

    assert owner.id == examples.WORKSHOP and site.municipality == "743"


def test_examples_name_people_who_work_in_the_demo() -> None:
    cls = catalogue()["fi.polku.caseworker.assigned.v1"]

    assert ORGANISATIONS.person(org_of(example_source(cls)), example_data(cls)["person_ref"]) is not None


def _held(organisations: Organisations) -> frozenset[str]:
    return frozenset().union(*(o.types_at(TODAY) for o in organisations.organisation))


@pytest.mark.parametrize("cls", [c for c in catalogue().values() if c.meta.version > 1], ids=lambda c: c.meta.type)
def test_what_the_version_before_said_is_kept_when_it_is_read_as_this_one(cls: type[Event]) -> None:
    older = catalogue()[cls.meta.type.rpartition(".v")[0] + f".v{cls.meta.version - 1}"]
    said = older.model_validate_json(json.dumps({**example_data(older), "unknown": 1}))

    read = cls.upgrade(said)

    assert type(read) is cls
    assert dict(said).items() <= dict(read).items()
