"""`polku backup`: write the journal and the keys of an instance to a file or a directory."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from operate import backup, options
from operate.instance import read


@click.command(help="Write a consistent backup to TARGET: a file, or an existing directory. The instance may be up.")
@click.argument("target", type=click.Path(path_type=Path))
@options.state
@options.as_json
@click.option("--with-secrets", is_flag=True, help="Put key file and passwords in as well: then it opens by itself.")
@click.option("--force", is_flag=True, help="Write over a backup that is there.")
def command(target: Path, state: Path, as_json: bool, with_secrets: bool, force: bool) -> None:
    """Back an instance up."""
    backup.free(target, force=force)
    instance = read(state)
    manifest = backup.make(
        instance, target, with_secrets=with_secrets, tell=lambda line: options.tell(line, quiet=as_json)
    )
    if as_json:
        told = asdict(manifest)
        options.answer({"target": str(target), **{k: told[k] for k in ("made", "era", "facts")}})
        return
    options.tell(f"{manifest.facts} facts in {target}")
    if not with_secrets:
        options.tell(f"not in it: {instance.secrets}; without its kms.json nothing in the backup can ever be read")
