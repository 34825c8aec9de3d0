"""Starts an instance in the background and waits until its door is ready, or says why it is not."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import httpx

from operate import jars, running
from operate.errors import OperateError
from operate.instance import ROOT, SERVED, Instance
from operate.ports import is_free

READY_WITHIN = 95.0
"""Seconds until an instance that is not ready is stopped again; both together end within 120 s."""

Tell = Callable[[str], None]


def prepare(instance: Instance, tell: Tell) -> None:
    """Clear what a killed supervisor left, look at the ports, fetch Kafka, and only then keep the choices."""
    asyncio.run(running.end_strays(instance))
    for name in SERVED:
        carried = name in ("kafka", "controller") and instance.carrier != "kafka"
        if not carried and not is_free(instance.ports[name]):
            raise OperateError(f"--port-{name}: port {instance.ports[name]} is taken by another program")
    if instance.carrier == "kafka":
        jars.ensure(tell)
    instance.save()


def detached(instance: Instance, tell: Tell, only: Sequence[str] = ()) -> None:
    """Start a supervisor that holds nothing of ours, and return when the door is ready."""
    instance.logs.mkdir(parents=True, exist_ok=True)
    log = instance.logs / "supervisor.log"
    line = [sys.executable, "-m", "operate.supervisor", "--state", str(instance.state), "--only", ",".join(only)]
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
    with log.open("ab") as out:
        begin = out.tell()
        started = subprocess.Popen(  # noqa: S603  (our own module)
            line,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            cwd=instance.state,
            env={**os.environ, "PYTHONPATH": path},
        )
    try:
        _wait(instance, started, log, begin, tell, only)
    except (OperateError, KeyboardInterrupt):
        started.terminate()
        started.wait(running.STOPS_WITHIN)
        raise


def _wait(
    instance: Instance, started: subprocess.Popen[bytes], log: Path, begin: int, tell: Tell, only: Collection[str]
) -> None:
    end, told, why = time.monotonic() + READY_WITHIN, begin, ""
    while time.monotonic() < end:
        told = _relay(log, told, tell)
        if started.poll() is not None:
            _relay(log, told, tell)
            raise OperateError(running.told(instance).get("reason") or f"the supervisor ended; see {log}")
        found = running.told(instance)
        if (found.get("supervisor") or {}).get("pid") == started.pid and found["state"] == "up":
            why = not_ready(instance) if not only or "gateway" in only else ""
            if not why:
                _relay(log, told, tell)
                return
        time.sleep(0.1)
    dead = [f"{e['role']}: {e['problem']}" for e in running.told(instance).get("processes", []) if e["problem"]]
    raise OperateError("; ".join((why or f"not up within {READY_WITHIN:g} s; see {log}", *dead)))


def _relay(log: Path, told: int, tell: Tell) -> int:
    """Pass on the whole lines that the supervisor has written meanwhile."""
    with log.open("rb") as file:
        file.seek(told)
        new = file.read()
    whole = new[: new.rfind(b"\n") + 1]
    for line in whole.decode(errors="replace").splitlines():
        tell(line)
    return told + len(whole)


def not_ready(instance: Instance) -> str:
    """Why the door is not ready; empty when it is."""
    try:
        answer = httpx.get(f"{instance.door}/readyz", timeout=2, trust_env=False)
    except httpx.HTTPError as error:
        return f"the door does not answer ({type(error).__name__}); see {instance.logs / 'gateway.log'}"
    return "" if answer.status_code == 200 else f"the door is not ready: {answer.status_code} {answer.text[:300]}"
