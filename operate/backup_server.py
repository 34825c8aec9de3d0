"""PostgreSQL of an instance while nothing else of it runs, and its own programs that dump and restore."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg

from operate import child, credentials, postgres, programs, running
from operate.errors import OperateError
from operate.instance import Instance

DATABASE = "polku"


@contextlib.asynccontextmanager
async def served(instance: Instance) -> AsyncIterator[None]:
    """PostgreSQL serves: the running one, or one that is started now and stopped at the end. OperateError if not."""
    if running.supervisor(instance):
        yield
        return
    program = programs.database(instance)
    if program.before:
        await asyncio.to_thread(program.before)
    process = await child.start(
        program.line(),
        program.environment,
        program.log,
        user=program.user,
        cwd=program.cwd,
        last_signal=program.last_signal,
    )
    try:
        if program.serves:
            await program.serves()
        yield
    except TimeoutError as error:
        raise OperateError(f"PostgreSQL does not start; see {program.log}") from error
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(program.stop_signal)
        await process.wait()


async def superuser(instance: Instance) -> asyncpg.Connection:
    """A connection that may read and write everything; close it."""
    try:
        return await asyncpg.connect(credentials.superuser_dsn(instance, DATABASE), timeout=10)
    except (OSError, asyncpg.PostgresError, TimeoutError) as error:
        raise OperateError(f"the database does not let us in: {type(error).__name__}") from error


async def call(instance: Instance, name: str, *arguments: str) -> None:
    """Run pg_dump or pg_restore against the instance's database. OperateError with its last words."""
    host, _, port = instance.database.partition("/")[0].partition(":")
    known = ("-h", host, "-p", port, "-U", credentials.SUPERUSER, "-d", DATABASE)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    process = await asyncio.create_subprocess_exec(
        str(postgres.binary(name)),
        *known,
        *arguments,
        env=environment | {"PGPASSWORD": credentials.superuser_password(instance)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, words = await process.communicate()
    if process.returncode:
        raise OperateError(f"{name} failed: {words.decode(errors='replace').strip()[-600:]}")


def size_of(path: Path) -> str:
    """A file's size for people."""
    return f"{path.stat().st_size / 2**20:.1f} MB"
