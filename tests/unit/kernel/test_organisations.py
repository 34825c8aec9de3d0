"""Organisations: who was what when, which systems speak for whom, and what a broken file is told."""

from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from kernel.organisations import is_business_id, load
from kernel.settings import SettingsError
from schemas.codes import OrgType, RoleCode

DEMO = Path(__file__).parents[3] / "deploy" / "organisations.toml"
TODAY = date(2026, 9, 28)
FILE = """
operator = "9000001-1"
organiser = "9000001-1"
[region]
code = "14"
[[organisation]]
id = "9000001-1"
name = "One"
types = [{ code = "project", from = 2024-01-01, to = 2025-12-31 }, { code = "association" }, { code = "workshop" }]
systems = ["one"]
municipalities = ["743"]
[[organisation.person]]
ref = "a-b"
name = "A B"
roles = ["ops"]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "organisations.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("text", ["1234567-1", "9000001-1"])
def test_a_business_id_has_the_right_check_digit(text: str) -> None:
    assert is_business_id(text)


@pytest.mark.parametrize("text", ["1234567-2", "9000002-0", "123456-1", "1234567-1 ", "١234567-1", "1234567-1\n", ""])
def test_anything_else_is_no_business_id(text: str) -> None:
    assert not is_business_id(text)


def test_a_type_is_held_on_its_first_and_last_day_and_not_beside_them(tmp_path: Path) -> None:
    one = load(written(tmp_path, FILE))
    days = [date(2023, 12, 31), date(2024, 1, 1), date(2025, 12, 31), date(2026, 1, 1)]

    assert ["project" in one.types_at("9000001-1", day) for day in days] == [False, True, True, False]


def test_of_several_types_the_weightier_speaks_and_else_the_first_listed(tmp_path: Path) -> None:
    one, both = load(written(tmp_path, FILE)), {"workshop", "association"}

    assert one.org_type_for("9000001-1", TODAY, both) == "association"
    assert one.org_type_for("9000001-1", TODAY, both, {"workshop": 2, "association": 1}) == "workshop"
    assert one.org_type_for("9000001-1", TODAY, {"kela"}) is None
    assert one.org_type_for("9000003-8", TODAY, both) is None


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('id = "9000001-1"', 'id = "9000001-2"', "organisation.0"),
        ('operator = "9000001-1"', 'operator = "9000003-8"', "operator"),
        ('name = "One"', 'names = "One"', "organisation.0.name"),
        ("to = 2025-12-31", "to = 2023-12-31", "ends before it begins"),
        ('systems = ["one"]', 'systems = ["One!"]', "a system is"),
        ('municipalities = ["743"]', 'municipalities = ["Seinäjoki"]', "a municipality is"),
        ('code = "14"', 'code = "Etelä-Pohjanmaa"', "region.code"),
        ('roles = ["ops"]', "roles = []", "organisation.0.person.0.roles"),
        ("[region]", "[region", "organisations.toml"),
    ],
)
def test_a_broken_file_is_told_where_and_why(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        load(written(tmp_path, FILE.replace(old, new)))


def test_an_organisation_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="stands 2 times"):
        load(written(tmp_path, FILE + FILE[FILE.index("[[organisation]]") :]))


def test_a_file_that_is_not_there_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml"):
        load(tmp_path / "nowhere.toml")


def test_every_municipality_of_the_demo_has_social_workers_and_an_employment_area() -> None:
    demo = load(DEMO)
    for code in demo.municipality_names:
        for types in ({"adult_social_work"}, {"employment_authority"}):
            assert demo.municipality_org(code, TODAY, types) is not None, (code, types)


def test_the_roles_types_and_addresses_of_the_demo_are_known_ones() -> None:
    demo = load(DEMO)
    assert {t.code for o in demo.organisation for t in o.types} <= set(get_args(OrgType))
    assert {r for o in demo.organisation for p in o.person for r in p.roles} <= set(get_args(RoleCode))
    addresses = {a for o in demo.organisation for a in (o.contact_email, *(p.email for p in o.person))}
    assert all(address.endswith(".example.org") for address in addresses)
    assert demo.types_at(demo.operator, TODAY) == {"operator"}
    assert "wellbeing_county" in demo.types_at(demo.organiser, TODAY)
