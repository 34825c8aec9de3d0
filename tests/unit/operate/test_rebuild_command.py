"""`polku rebuild` says what is wrong with a command line before it looks at any instance."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from kernel.rebuild_run import Report
from operate.commands.rebuild import _progress, _tell, _wrong, command
from operate.rebuilding import document


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ([], "name a view, or --all"),
        (["--all", "worklist"], "name a view, or --all"),
        (["nonsense"], "there is no view nonsense"),
        (["--back", "--drop", "worklist"], "exclude each other"),
        (["--back", "--join", "worklist", "2"], "exclude each other"),
        (["--join", "nonsense", "2"], "there is no view nonsense"),
        (["--drop", "worklist", "nonsense"], "there is no view nonsense"),
    ],
)
def test_a_wrong_command_line_ends_with_2_and_says_why(line: list[str], told: str) -> None:
    done = CliRunner().invoke(command, line)

    assert done.exit_code == 2
    assert told in done.output


def test_lanes_that_are_not_compared_are_told_of_and_count_as_wrong(capfd: pytest.CaptureFixture[str]) -> None:
    rows = {"compared": 9, "rate": 3, "eta_seconds": None}
    _progress({"processor": "p", "views": ["v"], "phase": "comparing", "lanes": 30, "of": 33, "uncompared": 3, **rows})
    _tell(answer := document(Report("v", 2, 1, lanes=30, uncompared=3, compared=9)))
    out, err = capfd.readouterr()

    assert "30 of 33 lanes compared, 9 rows, 3 rows/s, 3 lanes cannot be compared yet" in out + err
    assert "not read: not all could be compared" in out + err
    assert (answer["lanes"], answer["uncompared"], _wrong(answer, joined=False)) == (30, 3, True)
