"""`polku restart`: processes anew, one after another, so that everything goes on: for new code and new settings.

The database is brought up to the new code first; processes of the older code go on beside it.
"""

from __future__ import annotations

from pathlib import Path

import click

from operate import options, orders, running
from operate.instance import SINGLE, WORKING, read

ROLES = (*WORKING, "relay", "intake", "clock", "console", "gateway")
"""Processors first: what a new door takes, they should know."""


@click.command(help="Start ROLES (default: all but PostgreSQL and Kafka) anew, one process after another.")
@click.argument("roles", nargs=-1, type=click.Choice(sorted((*SINGLE, *WORKING))))
@options.state
@options.as_json
def command(roles: tuple[str, ...], state: Path, as_json: bool) -> None:
    """Rolling restart of a running instance."""
    instance = orders.with_spare(read(state))
    before = {p["role"] for p in running.processes(instance)}
    chosen = [r for r in ROLES if r in before and (not roles or r in roles)]
    orders.give(instance, {"restart": chosen}, within=60.0 * (3 + len(chosen)))
    if as_json:
        options.answer({"restarted": chosen, "processes": running.processes(instance)})
    else:
        options.tell(f"started anew: {', '.join(chosen)}")
