"""`polku down`: stop everything that `polku up` started, and nothing else."""

from __future__ import annotations

from pathlib import Path

import click

from operate import options, running
from operate.instance import read


@click.command()
@options.state
@options.as_json
def command(state: Path, as_json: bool) -> None:
    """Stop the instance; its data stays."""
    stopped = running.stop(read(state))
    if as_json:
        options.answer({"stopped": stopped})
    else:
        click.echo("stopped" if stopped else "nothing was running")
