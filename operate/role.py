"""One process of an installation: `python -m operate.role ROLE`, with its settings in the environment."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import os
import signal
import sys
from collections.abc import Coroutine
from typing import Any

import uvloop

from kernel.organisations import load
from kernel.settings import Settings, SettingsError, from_environment

ROLES = {
    "gateway": "services.gateway.app:main",
    "console": "services.console.app:main",
    "relay": "kernel.relay:run",
    "intake": "services.gateway.intake:run",
    "clock": "operate.timekeeper:run",
    "referrals": "services.referrals.app:main",
    "placements": "services.placements.app:main",
    "notifications": "services.notifications.app:main",
}
MIGRATE = "migrate"


def main(arguments: list[str]) -> int:
    """Run a role until it is told to stop. 2: a setting or the role's name is wrong, and stderr says which."""
    if len(arguments) != 1 or arguments[0] not in (*ROLES, MIGRATE):
        print(f"role: one of {', '.join((*ROLES, MIGRATE))}", file=sys.stderr)
        return 2
    try:
        _run(arguments[0])
    except SettingsError as error:
        print(f"{arguments[0]}: {error}", file=sys.stderr)
        return 2
    return 0


def _run(role: str) -> None:
    if role == MIGRATE:
        module, name = importlib.import_module("kernel.migrate"), "run_from_environment"
        _until_told(getattr(module, name)())
        return
    path, _, name = ROLES[role].partition(":")
    settings = from_environment(os.environ)
    load(settings.organisations)  # a broken file is told before anything runs
    work = getattr(importlib.import_module(path), name)
    if inspect.iscoroutinefunction(work):
        _until_told(_waited(work, settings))
    else:
        work(settings)


async def _waited(work: Any, settings: Settings) -> None:
    await work(settings)


def _until_told(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end, or until SIGTERM or SIGINT cancels it."""

    async def run() -> None:
        task, loop = asyncio.ensure_future(work), asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            # Not the loop's own handler: a web server puts its handler in this place and ends what is under way first.
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(task.cancel))
        try:
            await task
        except asyncio.CancelledError:
            return

    uvloop.run(run())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
