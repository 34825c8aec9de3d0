"""What runs of an instance, seen from outside: by its files, and by processes that are certainly its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from typing import Any

import psutil

from operate import child, postgres
from operate.errors import OperateError
from operate.instance import Instance

STOPS_WITHIN = 60.0
"""Seconds that a supervisor may take to stop what it started."""


def told(instance: Instance) -> dict[str, Any]:
    """What the supervisor last told; empty before its first start."""
    with contextlib.suppress(OSError, ValueError):
        found: dict[str, Any] = json.loads((instance.run / "processes.json").read_text())
        return found
    return {}


def supervisor(instance: Instance) -> psutil.Process | None:
    """The living supervisor, if there is one."""
    return _living(told(instance).get("supervisor"))


def processes(instance: Instance) -> list[dict[str, Any]]:
    """`role, instance, pid, state, restarts` of what the supervisor keeps; what died unseen has no pid."""
    return [_seen(entry) for entry in told(instance).get("processes", [])]


def _seen(entry: dict[str, Any]) -> dict[str, Any]:
    process, state = _living(entry), entry["state"]
    if process is None and state in {"running", "starting"}:
        state = "dead"
    if process is not None:
        with contextlib.suppress(psutil.NoSuchProcess):
            state = "frozen" if process.status() == psutil.STATUS_STOPPED else state
    kept = {key: entry[key] for key in ("role", "instance", "restarts")}
    return {**kept, "pid": process.pid if process else None, "state": state}


def _living(entry: dict[str, Any] | None) -> psutil.Process | None:
    if not entry or not entry.get("pid") or entry.get("started") is None:
        return None
    return child.Identity(entry["pid"], entry["started"]).process()


async def end_strays(instance: Instance) -> int:
    """End what a killed supervisor left running; answers how many. Only processes that are certainly ours."""
    found = [p for entry in told(instance).get("processes", []) if (p := _living(entry))]
    for process in found:
        child.kill_group(process.pid, signal.SIGCONT)
    await child.finish(found, grace=3)
    await asyncio.to_thread(postgres.end_leftovers, instance.state / "postgres")
    return len(found)


def stop(instance: Instance) -> bool:
    """Stop the instance and return when nothing of it runs. False: nothing ran."""
    found = supervisor(instance)
    if found is None or found.pid == os.getpid():
        return asyncio.run(end_strays(instance)) > 0
    found.send_signal(signal.SIGTERM)
    found.send_signal(signal.SIGCONT)
    try:
        found.wait(STOPS_WITHIN)
    except psutil.TimeoutExpired:
        found.kill()
        found.wait(5)
    asyncio.run(end_strays(instance))
    if left := [entry["role"] for entry in processes(instance) if entry["pid"]]:
        raise OperateError(f"still running: {', '.join(left)}")
    return True
