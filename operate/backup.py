"""Makes a backup: one snapshot of the journal, what people decided and who was told, and the keys apart from it.

Read models are not in it: they hold plain data about persons and are filled again from the journal.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kernel.keys import FileKms
from operate import backup_archive as archive
from operate.backup_server import call, served, size_of, superuser
from operate.errors import OperateError
from operate.instance import Instance

Tell = Callable[[str], None]

WITHOUT = (
    "--exclude-schema=vault",
    "--exclude-table-data=view.*_g[0-9]*",
    *(f"--exclude-table-data=react.{name}" for name in ("wakeup", "hold", "sweep", "breaker")),
)
"""What the journal tells again: rows of read models, alarm clocks, who waits, and what is being looked at anew."""


async def fingerprint(kms: Path) -> str:
    """By which one sees that a key file is the one with which the keys of a backup were wrapped."""
    return (await FileKms(kms).mac("digest", b"polku backup")).hex()[:32]


def free(target: Path, *, force: bool) -> None:
    """OperateError where a backup would be written over a file that is there, unless that is wanted."""
    there = next((p for p in (target / archive.MANIFEST, target) if p.is_file()), None)
    if there and not force:
        raise OperateError(f"{there} is there already; name another target, or give --force to write over it")


def make(instance: Instance, target: Path, *, with_secrets: bool, tell: Tell) -> archive.Manifest:
    """Write a backup to a file, or into a directory that exists; the instance may be up or down."""
    beside = target.absolute().parent
    beside.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=beside, prefix=".backup-") as home:
        folder = Path(home)
        manifest = asyncio.run(_served(instance, folder, tell))
        if with_secrets:
            (folder / archive.SECRETS).mkdir()
            for name in archive.SECRET_FILES:
                shutil.copy2(instance.secrets / name, folder / archive.SECRETS / name)
        archive.seal(folder, manifest)
        if target.is_dir():
            shutil.copytree(folder, target, dirs_exist_ok=True)
        else:
            archive.pack(folder, target)
    return manifest


async def _served(instance: Instance, folder: Path, tell: Tell) -> archive.Manifest:
    async with served(instance):
        return await _dump(instance, folder, tell)


async def _dump(instance: Instance, folder: Path, tell: Tell) -> archive.Manifest:
    """Two dumps of one snapshot, so that journal and keys fit together wherever they are kept."""
    connection = await superuser(instance)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            snapshot = await connection.fetchval("SELECT pg_export_snapshot()")
            manifest = await _manifest(connection, instance)
            for name, what in ((archive.JOURNAL, WITHOUT), (archive.KEYS, ("--schema=vault",))):
                tell(f"{name} …")
                path = folder / name
                await call(instance, "pg_dump", "-Fc", f"--snapshot={snapshot}", *what, "-f", str(path))
                path.chmod(0o600)
                tell(f"{name} {size_of(path)}")
    finally:
        await connection.close()
    return manifest


async def _manifest(connection: Any, instance: Instance) -> archive.Manifest:
    row = await connection.fetchrow("SELECT installation::text AS installation, era::text AS era FROM journal.instance")
    heads = {str(r["lane"]): r["seq"] for r in await connection.fetch("SELECT lane, seq FROM journal.lane")}
    return archive.Manifest(
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        installation=row["installation"],
        era=row["era"],
        clock=instance.clock,
        facts=sum(heads.values()),
        heads=heads,
        migration=await connection.fetchval("SELECT max(number) FROM migration.done"),
        kms=await fingerprint(instance.settings("backup").kms),
    )
