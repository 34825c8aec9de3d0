"""The command line answers in one line and an exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from operate.cli import cli
from operate.commands.status import command as status
from operate.instance import make_or_open


def test_every_command_can_be_loaded_and_explains_itself() -> None:
    listed = CliRunner().invoke(cli, ["--help"])

    assert listed.exit_code == 0
    for name in ("up", "down", "status", "topics", "doctor"):
        assert name in listed.output
        assert CliRunner().invoke(cli, [name, "--help"]).exit_code == 0


def test_a_wrong_option_is_one_line_on_stderr_and_changes_nothing(tmp_path: Path) -> None:
    line = [sys.executable, "-m", "operate.cli", "up", "--state", str(tmp_path / "s"), "--clock", "yesterday"]
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode != 0
    assert done.stderr.startswith("polku: --clock")
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "s").exists()


def test_status_of_an_instance_that_is_down_is_one_document(tmp_path: Path) -> None:
    make_or_open(tmp_path, "journal", None, None, {}).save()
    found = json.loads(CliRunner().invoke(status, ["--state", str(tmp_path), "--json"]).stdout)

    assert found["state"] == "down"
    assert found["kafka"] is None
    assert found["streams"] is None
    assert found["processes"] == []


@pytest.mark.parametrize("command", ["down", "status"])
def test_a_state_directory_without_an_instance_is_an_error(tmp_path: Path, command: str) -> None:
    line = [sys.executable, "-m", "operate.cli", command, "--state", str(tmp_path)]
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 1
    assert "--state" in done.stderr
    assert done.stdout == ""
