"""The notifications processor: where its parts are put together, and nowhere else."""

from __future__ import annotations

from kernel.processor import reactor
from kernel.react import Reactor
from kernel.settings import Settings
from kernel.tail import run_worker
from services.notifications import pg_deliveries
from services.notifications.state import fold

RULE_SET = 10
"""Raise it whenever rules or views change: a worker with a lower number leaves the lanes to the newer one."""


async def build(settings: Settings) -> Reactor:
    """The reactor with everything it needs."""
    return await reactor(settings, "notifications", fold, RULE_SET)


def main(settings: Settings) -> None:
    """Run the worker, and the dispatcher beside it, until it is told to stop."""
    run_worker("notifications", build, settings, pg_deliveries.run)
