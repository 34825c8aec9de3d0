"""`polku doctor`: is the machine fit, are the files sound, does the instance work; what to do if not."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from operate import options
from operate.examine import examine


@click.command()
@options.state
@options.as_json
def command(state: Path, as_json: bool) -> None:
    """Look at everything that an instance needs. Exit code 1 when something is not well."""
    found = []
    for check in examine(state):
        found.append(check)
        if not as_json:
            click.echo(f"{'ok ' if check.well else 'BAD'}  {check.name:<14} {check.seen}")
    if as_json:
        options.answer([asdict(check) for check in found])
    if not all(check.well for check in found):
        raise click.exceptions.Exit(1)
