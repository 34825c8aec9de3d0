"""Who comes through X-Road: the header of its client, the table of subsystems, and what is refused elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from kernel.errors import Refused
from kernel.organisations import load as load_organisations
from kernel.settings import SettingsError
from services.gateway.xroad import Client, Subsystems, client_of, load
from tests.unit.gateway.house import WORKSHOP, House, organisations, raw

DEPLOY = Path(__file__).parents[3] / "deploy"
TABLE = Subsystems.model_validate(
    {
        "instance": "FI-TEST",
        "subsystem": [{"class": "MUN", "member": WORKSHOP, "subsystem": "app-1", "organisation": WORKSHOP}],
    }
)
BAD = {
    "nothing": "",
    "three parts: a member without its subsystem": "FI/GOV/1710128-9",
    "five parts": "FI/GOV/1710128-9/ktt/events",
    "an empty part": "FI/GOV//ktt",
    "an underscore": "FI/GOV/1710128-9/ktt_integration",
    "a blank": "FI/GOV/1710128-9/ktt integration",
    "a blank around it": " FI/GOV/1710128-9/ktt ",
    "a colon": "FI/GOV/1710128-9/ktt:1",
    "a slash in a part": "FI/GOV/1710128-9/ktt%2Fx",
    "a separator that is encoded": "FI%2FGOV%2F1710128-9%2Fktt",
    "a letter beyond ASCII, encoded": "FI/GOV/1710128-9/ty%C3%B6",
    "a letter beyond ASCII": "FI/GOV/1710128-9/työ",
    "half an escape": "FI/GOV/1710128-9/ktt%4",
    "escapes that are no UTF-8": "FI/GOV/1710128-9/ktt%FF",
    "what is encoded twice": "FI/GOV/1710128-9/%254b",
    "a line break": "FI/GOV/1710128-9/ktt%0A",
    "NUL": "FI/GOV/1710128-9/ktt%00",
    "two clients in one header": "FI/GOV/1710128-9/ktt,FI/GOV/2077474-0/ktt",
    "a part of 101 signs": "FI/GOV/1710128-9/" + "a" * 101,
    "more than 512 signs": "FI/GOV/1710128-9/" + "%61" * 170,
}


def test_a_client_is_four_parts_each_percent_encoded_by_itself() -> None:
    assert client_of("FI/GOV/1710128-9/ktt-integration") == Client("FI", "GOV", "1710128-9", "ktt-integration")
    assert client_of("FI/%47OV/1710128%2D9/ktt%2e1") == Client("FI", "GOV", "1710128-9", "ktt.1")
    assert client_of("FI/GOV/1/'()+,-.=?").subsystem == "'()+,-.=?"


def test_what_could_be_read_as_somebody_else_is_no_client() -> None:
    taken = []
    for name, text in BAD.items():
        try:
            client_of(text)
            taken.append(name)
        except Refused as error:
            assert (error.status, error.problems[0].code) == (400, "xroad_client")

    assert taken == []


@pytest.mark.parametrize(
    ("client", "code"),
    [
        (Client("FI", "MUN", WORKSHOP, "app-1"), "xroad_instance"),
        (Client("FI-TEST", "GOV", WORKSHOP, "app-1"), "xroad_subsystem"),
        (Client("FI-TEST", "MUN", WORKSHOP, "app-2"), "xroad_subsystem"),
        (Client("FI-TEST", "MUN", WORKSHOP, "APP-1"), "xroad_subsystem"),
    ],
)
def test_a_subsystem_speaks_only_where_all_four_parts_are_as_agreed(client: Client, code: str) -> None:
    assert TABLE.of(Client("FI-TEST", "MUN", WORKSHOP, "app-1")).organisation == WORKSHOP
    with pytest.raises(Refused) as refused:
        TABLE.of(client)

    assert (refused.value.status, refused.value.problems[0].code) == (403, code)


def test_the_shipped_table_names_organisations_of_the_shipped_file() -> None:
    known = load_organisations(DEPLOY / "organisations.toml")

    authorities = {o.id for o in known.organisation if o.kind.profile == "A" and o.id != known.operator}

    assert {s.organisation for s in load(DEPLOY / "xroad.toml", known).subsystem} == authorities


def test_a_table_that_cannot_be_right_is_told_with_its_entry(tmp_path: Path) -> None:
    one = f'[[subsystem]]\nclass = "MUN"\nmember = "{WORKSHOP}"\nsubsystem = "app"\norganisation = "{WORKSHOP}"\n'
    wrong = {
        "no instance": one,
        "another country": 'instance = "EE"\n' + one,
        "one subsystem twice": 'instance = "FI"\n' + one * 2,
        "a stranger": 'instance = "FI"\n' + one.replace(f'organisation = "{WORKSHOP}"', 'organisation = "1710128-9"'),
        "an underscore": 'instance = "FI"\n' + one.replace('"app"', '"my_app"'),
        "a system that it does not have": 'instance = "FI"\n' + one + 'systems = ["other"]\n',
        "a word that nobody knows": 'instance = "FI"\n' + one + "municipality = 1\n",
        "no TOML": "instance =",
    }
    (tmp_path / "xroad.toml").write_text('instance = "FI"\n' + one)
    assert load(tmp_path / "xroad.toml", organisations()).subsystem

    for name, text in wrong.items():
        (tmp_path / "xroad.toml").write_text(text)
        with pytest.raises(SettingsError, match=r"^POLKU_SUBSYSTEMS: xroad\.toml: "):
            load(tmp_path / "xroad.toml", organisations())
            pytest.fail(f"taken: {name}")


async def test_x_road_headers_from_anybody_but_the_security_server_are_refused() -> None:
    house = House()
    refused = [
        (await house.post(raw(), **{name: "FI/MUN/1710128-9/app"})).json()["errors"][0]["code"]
        for name in (
            "X_Road_Client",
            "X_Road_Represented_Party",
            "X_Road_Id",
            "x_road_userid",
            "X_Road_Security_Server",
        )
    ]

    assert refused == ["not_security_server"] * 5
    assert house.store.facts == []
    assert (await house.post(raw())).status_code == 202
