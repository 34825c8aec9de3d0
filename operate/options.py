"""Options that every command shares, and how a command answers."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

state = click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".polku"),
    show_default=True,
    help="Directory that holds the instance.",
)

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout; the rest on stderr.")


def of_a_play(*, weeks: int, seed: int, scale: int) -> Callable[[Command], Command]:
    """Length, seed and size of a play of the region, with these defaults."""
    told = (
        click.option(
            "--weeks", type=click.IntRange(1, 104), default=weeks, show_default=True, help="How long to play."
        ),
        click.option("--seed", type=click.IntRange(0), default=seed, show_default=True, help="Same seed, same facts."),
        click.option(
            "--scale", type=click.IntRange(1, 2000), default=scale, show_default=True, help="Clients in each locality."
        ),
    )

    def add(command: Command) -> Command:
        for option in reversed(told):  # the last to be added is shown first
            command = option(command)
        return command

    return add


def answer(document: Any) -> None:
    """The one JSON document of a command."""
    sys.stdout.write(json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def tell(line: str, *, quiet: bool = False) -> None:
    """A line of progress for a person; on stderr when stdout is for a document."""
    click.echo(line, err=quiet)
