"""`polku scale`: so many workers of each processor, while the instance runs."""

from __future__ import annotations

from pathlib import Path

import click

from operate import options, orders, running
from operate.instance import WORKING, read


@click.command(help="Run WORKERS processes of each processor from now on; lanes move within seconds.")
@click.argument("workers", type=int)
@options.state
@options.as_json
def command(workers: int, state: Path, as_json: bool) -> None:
    """Start or stop workers of a running instance."""
    instance = orders.with_workers(read(state), workers)
    orders.give(instance, {"workers": workers}, within=60)
    found = [p for p in running.processes(instance) if p["role"] in WORKING]
    if as_json:
        options.answer({"workers": workers, "processes": found})
    else:
        names = ", ".join(f"{p['role']} {p['instance']}" for p in found)
        options.tell(f"{len(found)} workers: {names}")
