"""`polku up`: start an instance, in the foreground until Ctrl-C or detached."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from operate import options, running, starting
from operate.errors import OperateError
from operate.instance import SERVED, Instance, make_or_open
from operate.status import addresses
from operate.supervisor import supervise


def _ports(function: Any) -> Any:
    for name in reversed(SERVED):
        help_ = f"Port of the {name}; a free one is chosen and kept when not given."
        function = click.option(f"--port-{name}", type=int, default=None, help=help_)(function)
    return function


@click.command()
@options.state
@click.option("--carrier", default=None, help="kafka (default) or journal: PostgreSQL alone, without Java.")
@click.option("--workers", type=int, default=None, help="Processes of each processor (default 1).")
@click.option("--clock", default=None, help="real (default), or the day YYYY-MM-DD at which a driven clock begins.")
@click.option("--detach", is_flag=True, help="Return when the door is ready; the instance stays up until `polku down`.")
@click.option("--only", default="", hidden=True, help="Run only these roles, separated by commas.")
@_ports
@options.as_json
def command(
    state: Path,
    carrier: str | None,
    workers: int | None,
    clock: str | None,
    detach: bool,
    only: str,
    as_json: bool,
    **ports: int | None,
) -> None:
    """Start a development instance: PostgreSQL, Kafka and every process."""
    given = {name.removeprefix("port_"): port for name, port in ports.items() if port is not None}
    instance = make_or_open(state, carrier, clock, workers, given)
    chosen = [role for role in only.split(",") if role]

    def tell(line: str) -> None:
        options.tell(line, quiet=as_json)

    if running.supervisor(instance):
        _already(instance, workers, given, detach)
    else:
        starting.prepare(instance, tell)
        if not detach:
            supervise(instance, tell, chosen)
            return
        starting.detached(instance, tell, chosen)
    if as_json:
        options.answer(addresses(instance))


def _already(instance: Instance, workers: int | None, ports: dict[str, int], detach: bool) -> None:
    """Asking twice is no error, unless something else is asked for than what runs."""
    if not detach:
        raise OperateError(f"--state {instance.state}: already up; `polku down` stops it")
    runs = max((p["instance"] for p in running.processes(instance)), default=1)
    if workers not in (None, runs):
        raise OperateError(f"--workers {workers}: the instance is up with {runs}; `polku scale {workers}` changes it")
    if any(not_free for not_free in ports if ports[not_free] != instance.ports.get(not_free)):
        raise OperateError("--port-…: the instance is up on other ports; `polku down` first")
    if why := starting.not_ready(instance):
        raise OperateError(f"already up, but {why}")
    click.echo("already up", err=True)
