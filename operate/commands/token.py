"""`polku token`: a token with which an organisation's system may speak to the door of a development instance."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from kernel.organisations import load
from operate import options
from operate.errors import OperateError
from operate.instance import Instance, read
from services.issuer import Issuer


@click.command()
@options.state
@click.option("--org", required=True, help="Business id of the organisation, such as 1234567-1.")
def command(state: Path, org: str) -> None:
    """Print a token of an organisation, valid for 12 hours, and nothing else."""
    click.echo(mint(read(state), org))


def mint(instance: Instance, org: str) -> str:
    """A fresh token; OperateError when the organisation takes no part or the instance has not been up yet."""
    settings = instance.settings("token")
    if load(settings.organisations).org(org) is None:
        raise OperateError(f"--org {org}: no such organisation in {settings.organisations.name}")
    if not settings.issuer.exists():
        raise OperateError(f"--state {instance.state}: this instance has no keys yet; `polku up` makes them")
    return Issuer.from_file(settings.issuer).mint(org, now=datetime.now(UTC))
