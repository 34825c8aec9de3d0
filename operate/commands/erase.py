"""`polku erase`: destroy a person's keys for ever."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import UUID

import click

from kernel.errors import Refused
from kernel.persons import erase
from kernel.pg_journal import connect
from kernel.settings import Settings
from operate import instance, options
from operate.errors import OperateError


async def run(settings: Settings, ref: str) -> int:
    """Erase one person; answers how many keys were destroyed."""
    journal = await connect(settings, "polku_operator", size=2)
    try:
        return await erase(journal, ref)
    finally:
        await journal.close()


@click.command(help="Destroy the keys of a person, so that nothing about her can ever be read again.")
@click.argument("client_ref", type=click.UUID)
@options.state
@options.as_json
@click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
@click.option("--yes", is_flag=True, help="Really do it: this cannot be undone.")
def command(client_ref: UUID, state: Path, as_json: bool, dry_run: bool, yes: bool) -> None:
    """Erase a person of a running instance."""
    settings = instance.read(state).settings("erase")
    if not yes and not dry_run:
        raise OperateError("erase: give --yes to destroy the keys for ever, or --dry-run to see what would happen")
    try:
        keys = 0 if dry_run else asyncio.run(run(settings, str(client_ref)))
    except Refused as refused:
        raise OperateError(f"erase: {refused.problems[0].detail}") from refused
    if as_json:
        options.answer({"client_ref": str(client_ref), "keys_destroyed": keys, "dry_run": dry_run})
    else:
        options.tell(f"{keys} keys destroyed" if not dry_run else "her keys and identities would be destroyed")
