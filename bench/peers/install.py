"""Peers are fetched when they are first measured, into the cache, and kept; none of them is needed to run Polku."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from operate import jars
from operate.errors import OperateError

HERE = Path(__file__).parent
OFFLINE = "BENCH_OFFLINE"
"""Set: what is not in the cache is not measured, and the notes say so."""
READY = ".ready"


async def emmett() -> list[str]:
    """The line that runs emmett's program, up to its arguments. OperateError when it cannot be had."""
    folder = await asyncio.to_thread(_installed, "emmett", ("package.json", "package-lock.json", "emmett.mjs"), _npm)
    return [_found("node"), str(folder / "emmett.mjs")]


async def eventsourcing() -> list[str]:
    """The same for pyeventsourcing."""
    folder = await asyncio.to_thread(_installed, "eventsourcing_app", ("requirements.txt", "days.python"), _pip)
    return [str(folder / "venv/bin/python"), str(folder / "days.python")]


def connect() -> list[Path]:
    """The jars of Kafka Connect with its sink."""
    lock = HERE / "connect" / "lock.toml"
    folder = jars.cache() / "kafka-jars"
    if OFFLINE in os.environ and not all((folder / jar.name).exists() for jar in jars.locked(lock)):
        raise OperateError("not installed")
    return jars.ensure(lambda _: None, lock)


def _installed(name: str, files: Sequence[str], install: object) -> Path:
    """A folder in the cache for just these files; made once, and never seen half made."""
    source = HERE / name
    digest = hashlib.sha256(b"".join((source / f).read_bytes() for f in files) + sys.version.encode()).hexdigest()
    folder = jars.cache() / "bench" / f"{name}-{digest[:12]}"
    if (folder / READY).exists():
        return folder
    if OFFLINE in os.environ:
        raise OperateError("not installed")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file in files:
        shutil.copy(source / file, folder)
    install(folder)  # type: ignore[operator]  # one of the two below
    (folder / READY).touch()
    return folder


def _npm(folder: Path) -> None:
    _call([_found("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder)


def _pip(folder: Path) -> None:
    _call([sys.executable, "-m", "venv", "venv"], folder)
    pip = [str(folder / "venv/bin/pip"), "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]
    _call([*pip, "-r", "requirements.txt"], folder)


def _found(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise OperateError(f"there is no {program} on this machine")
    return path


def _call(line: Sequence[str], folder: Path) -> None:
    try:
        done = subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False, timeout=300)  # noqa: S603  (our own words)
    except subprocess.TimeoutExpired as error:
        raise OperateError(f"{Path(line[0]).name}: not done after five minutes") from error
    if done.returncode:
        raise OperateError(f"{Path(line[0]).name}: {(done.stderr or done.stdout).strip()[-300:]}")
