"""What an instance keeps from its first start to its last."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from operate.errors import NotRunning, OperateError
from operate.instance import make_or_open, read
from operate.ports import AMONG, HIGHEST, HOST, LOWEST, choose, is_free
from operate.programs import roles


def test_a_new_instance_runs_on_kafka_and_the_real_clock(tmp_path: Path) -> None:
    made = make_or_open(tmp_path, None, None, None, {})

    assert (made.carrier, made.clock, made.workers) == ("kafka", "real", 1)


def test_making_writes_nothing_before_it_is_saved(tmp_path: Path) -> None:
    make_or_open(tmp_path / "state", "journal", None, None, {})

    assert not (tmp_path / "state").exists()


def test_an_instance_keeps_its_ports_over_restarts(tmp_path: Path) -> None:
    first = make_or_open(tmp_path, "journal", None, None, {})
    first.save()

    assert make_or_open(tmp_path, None, None, None, {}).ports == first.ports
    assert read(tmp_path) == first


def test_no_two_servers_share_a_port(tmp_path: Path) -> None:
    ports = make_or_open(tmp_path, None, None, 4, {}).ports

    assert len(set(ports.values())) == len(ports)
    assert all(LOWEST <= port <= HIGHEST for port in ports.values())


def test_instances_that_are_made_side_by_side_choose_from_ports_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each took for free what the other had chosen and not opened yet."""
    monkeypatch.setenv(AMONG, "20100-20119")
    assert 20_100 <= min(chosen := [choose(()) for _ in range(20)]) <= max(chosen) <= 20_119

    monkeypatch.setenv(AMONG, "20119-20100")
    with pytest.raises(OperateError, match=AMONG):
        choose(())


def test_a_given_port_is_taken_and_kept(tmp_path: Path) -> None:
    port = choose(())
    make_or_open(tmp_path, None, None, None, {"door": port}).save()

    assert read(tmp_path).door == f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    ("carrier", "clock", "named"),
    [("kafka", None, "--carrier kafka"), (None, "real", "--clock real"), (None, "2026-03-03", "--clock 2026-03-03")],
)
def test_what_never_changes_cannot_be_chosen_otherwise(
    tmp_path: Path, carrier: str | None, clock: str | None, named: str
) -> None:
    make_or_open(tmp_path, "journal", "2026-03-02", None, {}).save()

    with pytest.raises(OperateError, match=named):
        make_or_open(tmp_path, carrier, clock, None, {})


@pytest.mark.parametrize(
    ("choice", "named"),
    [
        ({"carrier": "pigeon"}, "--carrier"),
        ({"clock": "2026-3-2"}, "--clock"),
        ({"clock": "20260302"}, "--clock"),
        ({"clock": "2026-02-30"}, "--clock"),
        ({"workers": 0}, "--workers"),
        ({"workers": 17}, "--workers"),
        ({"ports": {"door": 0}}, "--port-door"),
        ({"ports": {"door": 70_000}}, "--port-door"),
        ({"ports": {"door": 4000, "console": 4000}}, "--port-"),
    ],
)
def test_a_wrong_choice_names_its_option(tmp_path: Path, choice: dict[str, object], named: str) -> None:
    given: dict[str, object] = {"carrier": None, "clock": None, "workers": None, "ports": {}} | choice

    with pytest.raises(OperateError, match=named):
        make_or_open(tmp_path, **given)  # type: ignore[arg-type]  # wrong on purpose


def test_a_directory_without_an_instance_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NotRunning, match="polku up"):
        read(tmp_path)


def test_a_damaged_description_is_named(tmp_path: Path) -> None:
    (tmp_path / "instance.json").write_text("{")

    with pytest.raises(OperateError, match=r"instance\.json"):
        read(tmp_path)


def test_more_workers_get_ports_of_their_own_and_the_rest_stays(tmp_path: Path) -> None:
    one = make_or_open(tmp_path, None, None, 1, {})
    one.save()
    three = make_or_open(tmp_path, None, None, 3, {})

    assert three.ports.items() >= one.ports.items()
    assert three.settings("placements", 3).port_metrics == three.ports["metrics_placements_3"]


def test_the_journal_as_carrier_needs_no_relay_and_no_intake(tmp_path: Path) -> None:
    found = roles(make_or_open(tmp_path, "journal", None, 2, {}))

    assert {role for role, _ in found} == {
        "gateway",
        "console",
        "clock",
        "referrals",
        "placements",
        "notifications",
    }
    assert [n for role, n in found if role == "placements"] == [1, 2]


def test_settings_of_a_process_take_the_mail_server_from_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLKU_SMTP", "127.0.0.1:2525")
    monkeypatch.setenv("POLKU_DATABASE", "elsewhere:1/other")
    settings = make_or_open(tmp_path, None, None, None, {}).settings("notifications")

    assert settings.smtp == "127.0.0.1:2525"
    assert settings.database.startswith(f"{HOST}:")


def test_security_servers_have_an_entrance_unless_other_organisations_play_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_or_open(tmp_path, None, None, None, {})
    before = replace(made, ports={name: port for name, port in made.ports.items() if name != "xroad"})
    monkeypatch.setenv("POLKU_ORGANISATIONS", "others.toml")
    without = made.xroad, made.settings("gateway").port_xroad
    monkeypatch.setenv("POLKU_SUBSYSTEMS", "theirs.toml")

    assert made.xroad == f"https://{HOST}:{made.settings('gateway').port_xroad}"
    assert str(made.settings("gateway").subsystems) == "theirs.toml"
    assert without == ("", 0)
    assert (before.xroad, before.settings("gateway").port_xroad) == ("", 0)  # made by a version that had none


def test_a_port_on_which_somebody_listens_is_not_free() -> None:
    with socket.socket() as server:
        server.bind((HOST, 0))
        server.listen()

        assert not is_free(server.getsockname()[1])
