"""`polku rebuild` says what is wrong with a command line before it looks at any instance."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from operate.commands.rebuild import command


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
