"""`polku restore`: go back to a backup, as a new era."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from operate import backup_archive, options
from operate.backup_restore import planned, restore
from operate.errors import NotRunning
from operate.instance import CARRIERS, Instance, make_or_open, read


@click.command(help="Restore the backup SOURCE (file or directory) into an instance that is down. A new era begins.")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@options.state
@options.as_json
@click.option("--keys", type=click.Path(exists=True, path_type=Path), help="The keys, when they are kept elsewhere.")
@click.option("--carrier", type=click.Choice(CARRIERS), help="Of an instance that is made now.")
@click.option("--dry-run", is_flag=True, help="Check the backup and say what would be lost; change nothing.")
def command(source: Path, state: Path, as_json: bool, keys: Path | None, carrier: str | None, dry_run: bool) -> None:
    """Restore a backup."""

    def tell(line: str) -> None:
        options.tell(line, quiet=as_json)

    with TemporaryDirectory(prefix="polku-restore-") as home:
        folder = backup_archive.unpack(source, Path(home))
        manifest = backup_archive.opened(folder, source)
        instance = _instance(state, carrier, manifest, dry_run=dry_run)
        plan = asyncio.run(planned(instance, manifest, folder, keys))
        lost = "not known" if plan.lost is None else str(plan.lost)
        tell(f"made {plan.made}: {plan.facts} facts; facts stated since and lost from here: {lost}")
        if not dry_run:
            asyncio.run(restore(instance, plan, folder, keys, tell))
    if as_json:
        options.answer({"dry_run": dry_run, **plan.document()})
    elif dry_run:
        tell("nothing was changed")
    else:
        tell("restored; `polku up` fills the read models again, and partners state again what is missing")


def _instance(state: Path, carrier: str | None, manifest: backup_archive.Manifest, *, dry_run: bool) -> Instance:
    """The instance, or a new one with the clock of the backup."""
    try:
        return read(state)
    except NotRunning:
        made = make_or_open(state, carrier, manifest.clock, None, {})
        if not dry_run:
            made.save()
        return made
