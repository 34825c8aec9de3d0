"""Puts one client on hold in the database itself, as a processor does that could not apply a fact."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import asyncpg

from tests.instance import Instance

HOLD = """
INSERT INTO react.hold (processor, lane, subject, from_seq, source, id, type, cause, pointer, since)
SELECT 'referrals', lane, subject, 1000000, $2, 'made-up', 'fi.polku.attendance.day_recorded.v1', 'unknown_code',
       '/data/status', now()
  FROM journal.person WHERE subject = $1
"""
RELEASE = "DELETE FROM react.hold WHERE subject = $1"


@contextmanager
def on_hold(instance: Instance, subject: str, source: str) -> Iterator[str]:
    """One client on hold because of a fact of `source`, released at the end."""
    _run(instance, HOLD, subject, source)
    try:
        yield subject
    finally:
        _run(instance, RELEASE, subject)


def _run(instance: Instance, statement: str, *values: Any) -> None:
    """In a thread of its own: the browser's driver has a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, _execute(instance, statement, *values)).result()


async def _execute(instance: Instance, statement: str, *values: Any) -> None:
    where, _, database = str(instance.status()["database"]).partition("/")
    host, _, port = where.partition(":")
    ((user, password),) = json.loads((instance.state / "secrets" / "superuser.json").read_text()).items()
    connection = await asyncpg.connect(host=host, port=int(port), user=user, password=password, database=database)
    try:
        await connection.execute(statement, *values)
    finally:
        await connection.close()
