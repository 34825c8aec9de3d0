"""`polku schemas`: writes the published JSON Schemas and the page on facts from the classes that decide."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import click

from operate.errors import OperateError
from schemas.documents import FOLDER, documents, shape

ROOT = Path(__file__).parents[2]


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail when something published is not what the classes say.")
def command(check: bool) -> None:
    """Write schemas/published and docs/facts.md. A published schema keeps its shape: a change is a new version."""
    wanted = documents()
    if broken := changed_shapes(ROOT, wanted):
        raise OperateError(f"published and changed: {', '.join(broken)}; a published type needs a new version (_v2)")
    old = outdated(ROOT, wanted)
    if check and old:
        raise OperateError(f"not as the classes say, run `polku schemas`: {', '.join(old)}")
    for path in old:
        _write(ROOT / path, wanted.get(path))
    click.echo(f"{len(wanted)} documents, {len(old)} written")


def outdated(root: Path, wanted: Mapping[str, str]) -> list[str]:
    """Paths whose text differs, is missing, or that no class stands behind."""
    there = {f"{FOLDER}/{p.name}" for p in (root / FOLDER).glob("*.json")}
    differing = [path for path, text in wanted.items() if _read(root / path) != text]
    return sorted([*differing, *(there - wanted.keys())])


def changed_shapes(root: Path, wanted: Mapping[str, str]) -> list[str]:
    """Published schemas that would accept other data than before."""
    schemas = {path: text for path, text in wanted.items() if path.startswith(FOLDER)}
    return sorted(
        path
        for path, text in schemas.items()
        if (now := _read(root / path)) is not None and shape(json.loads(now)) != shape(json.loads(text))
    )


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _write(path: Path, text: str | None) -> None:
    if text is None:
        path.unlink()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
