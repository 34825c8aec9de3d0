"""Options that every command shares, and how a command answers."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

state = click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".polku"),
    show_default=True,
    help="Directory that holds the instance.",
)

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout; the rest on stderr.")


def answer(document: Any) -> None:
    """The one JSON document of a command."""
    sys.stdout.write(json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def tell(line: str, *, quiet: bool = False) -> None:
    """A line of progress for a person; on stderr when stdout is for a document."""
    click.echo(line, err=quiet)
