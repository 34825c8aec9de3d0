"""Restores a backup: the old database is put aside, the new history gets an era of its own, erasures stay erased."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from kernel import migrate
from kernel.persons import erase
from kernel.pg_journal import connect
from operate import backup_archive as archive
from operate import credentials, running
from operate.backup import fingerprint
from operate.backup_server import DATABASE, call, served, superuser
from operate.errors import OperateError
from operate.instance import Instance
from operate.supervisor import alone

Tell = Callable[[str], None]


@dataclass(slots=True)
class Plan:
    """What a restore does. `lost`: facts that the present journal has and the backup has not; None: not known."""

    made: str
    facts: int
    old_era: str
    lost: int | None = None
    erased: list[str] = field(default_factory=list)
    """Refs whose keys were destroyed in the present database: they are destroyed again in the restored one."""
    put_aside: str | None = None
    era: str | None = None

    def document(self) -> dict[str, Any]:
        """As JSON; persons are counted only."""
        return asdict(self) | {"erased": len(self.erased)}


async def planned(instance: Instance, manifest: archive.Manifest, folder: Path, keys: Path | None) -> Plan:
    """What would be done, and whether it can be. OperateError says why not."""
    if not (keys or folder / archive.KEYS).exists():
        raise OperateError(f"{archive.KEYS} is not in the backup: say where it is kept with --keys")
    kms = instance.settings("restore").kms
    kms = kms if kms.exists() else folder / archive.SECRETS / "kms.json"
    if not kms.exists():
        raise OperateError(f"{instance.settings('restore').kms}: the key file is needed; put it there before")
    if await fingerprint(kms) != manifest.kms:
        raise OperateError(f"{kms}: not the key file of this backup, with it nothing could be read")
    newest = max(int(p.name.split("_", 1)[0]) for p in Path(migrate.__file__).parent.glob("migrations/*.sql"))
    if manifest.migration > newest:
        raise OperateError(f"the backup was made by newer code (migration {manifest.migration}, here {newest})")
    plan = Plan(manifest.made, manifest.facts, manifest.era)
    if (instance.state / "postgres" / "PG_VERSION").exists():
        with contextlib.suppress(OperateError):  # one that does not start any more is why a backup is restored
            await _compare(instance, manifest, plan)
    return plan


async def _compare(instance: Instance, manifest: archive.Manifest, plan: Plan) -> None:
    async with served(instance):
        connection = await superuser(instance)
        try:
            heads = await connection.fetch("SELECT lane, seq FROM journal.lane")
            gone = await connection.fetch("SELECT subject::text AS subject FROM vault.tombstone")
        finally:
            await connection.close()
    plan.lost = sum(max(0, r["seq"] - manifest.heads.get(str(r["lane"]), 0)) for r in heads)
    plan.erased = [r["subject"] for r in gone]


async def restore(instance: Instance, plan: Plan, folder: Path, keys: Path | None, tell: Tell) -> None:
    """Do it. The instance must be down; what was there is put aside, never deleted."""
    if running.supervisor(instance):
        raise OperateError(f"--state {instance.state}: it is up; `polku down` first")
    with alone(instance):
        _place_secrets(instance, folder)
        plan.put_aside = _put_aside(instance)
        if plan.put_aside:
            tell(f"the database that was there now lies in {plan.put_aside}")
        async with served(instance):
            await migrate.create(instance.settings("restore"), credentials.superuser_dsn(instance), DATABASE)
            for path in (folder / archive.JOURNAL, keys or folder / archive.KEYS):
                tell(f"{path.name} …")
                await call(instance, "pg_restore", "--exit-on-error", "--single-transaction", str(path))
            plan.era = await _new_era(instance)
            tell(f"a new era begins: {plan.era}")
            await _erase_again(instance, plan, tell)


def _place_secrets(instance: Instance, folder: Path) -> None:
    """Secrets from the backup where there are none; the rest is made anew, but never a key file."""
    instance.secrets.mkdir(parents=True, exist_ok=True)
    instance.secrets.chmod(0o700)
    for name in archive.SECRET_FILES:
        source, target = folder / archive.SECRETS / name, instance.secrets / name
        if source.exists() and not target.exists():
            shutil.copy2(source, target)
            target.chmod(0o600)
    credentials.ensure(instance)


def _put_aside(instance: Instance) -> str | None:
    data = instance.state / "postgres"
    (instance.secrets / "cluster").unlink(missing_ok=True)
    if not data.exists():
        return None
    aside = data.with_name(f"postgres.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    data.rename(aside)
    return str(aside)


async def _new_era(instance: Instance) -> str:
    """One transaction: records, claims and cursors of the old history are void, read models are filled from 0."""
    era = uuid4()
    connection = await superuser(instance)
    try:
        async with connection.transaction():
            await connection.execute("UPDATE journal.instance SET era = $1", era)
            await connection.execute("UPDATE relay.mark SET era = $1", era)
            for row in await connection.fetch(
                "DELETE FROM view.generation WHERE NOT active RETURNING view, generation"
            ):
                await connection.execute(f"DROP TABLE IF EXISTS {migrate.table_of(row['view'], row['generation'])}")
            await connection.execute("DELETE FROM react.checkpoint WHERE processor LIKE 'rebuild:%'")
            await connection.execute(
                """UPDATE react.checkpoint
                      SET era = $1, rev = rev + 1, seq = 0, hint = NULL, moved = clock_timestamp()""",
                era,
            )
    finally:
        await connection.close()
    return str(era)


async def _erase_again(instance: Instance, plan: Plan, tell: Tell) -> None:
    """A backup from before an erasure must not bring anybody back."""
    if not plan.erased:
        return
    journal = await connect(instance.settings("restore"), "polku_operator", size=2)
    try:
        known = await journal.pool.fetch(
            "SELECT subject::text AS subject FROM journal.person WHERE subject = ANY($1) AND erased IS NULL",
            [UUID(ref) for ref in plan.erased],
        )
        for row in known:
            await erase(journal, row["subject"])
    finally:
        await asyncio.wait_for(journal.close(), 10)
    tell(f"{len(known)} persons erased since the backup were erased again")
