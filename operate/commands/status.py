"""`polku status`: what runs, where, and how far behind it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from operate import options
from operate.instance import read
from operate.status import status


@click.command()
@options.state
@options.as_json
def command(state: Path, as_json: bool) -> None:
    """Show addresses, processes and streams."""
    found = status(read(state))
    if as_json:
        options.answer(found)
        return
    for name in ("state", "door", "console", "metrics", "kafka", "database", "xroad", "carrier", "clock", "now"):
        click.echo(f"{name:<9} {found[name] or '-'}")
    _table("process", found["processes"], ("role", "pid", "state", "restarts"))
    if found["streams"] is None:
        click.echo("\nstreams   not known: PostgreSQL does not answer")
    else:
        _table("stream", found["streams"], ("stream", "position", "lag_facts", "lag_seconds", "holds"))
    if found["sweeps"]:
        _table("sweep", found["sweeps"], ("stream", "reason", "lanes", "done", "total", "begun"))


def _table(title: str, rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    """Right-aligned but for the first column."""
    cells = [[*columns], *([_cell(row[c]) for c in columns] for row in rows)]
    cells[0][0] = title
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    click.echo()
    for first, *rest in cells:
        click.echo("  ".join((first.ljust(widths[0]), *(t.rjust(w) for t, w in zip(rest, widths[1:], strict=True)))))


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.1f}" if isinstance(value, float) else str(value)
