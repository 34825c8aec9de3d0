"""`polku bench`: measures the mechanism beside its limits on this machine, on servers of its own."""

from __future__ import annotations

import importlib
import os
import pkgutil
from pathlib import Path

import click
import uvloop

import bench
from bench import page
from bench.measure import Result
from bench.peers.install import OFFLINE
from bench.place import place
from bench.plot import plot
from operate import options

HARNESS = frozenset({"client", "measure", "place", "load", "plot", "peers", "through", "worker", "page"})


def names() -> list[str]:
    """Every benchmark, one file each."""
    return sorted(m.name for m in pkgutil.iter_modules(bench.__path__) if m.name not in HARNESS)


@click.command()
@click.argument("chosen", metavar="[NAME]...", nargs=-1)
@options.as_json
@click.option("--all", "every", is_flag=True, help="All benchmarks, one after another.")
@click.option("--rounds", type=click.IntRange(1, 50), default=3, show_default=True, help="Rounds, order alternating.")
@click.option("--facts", type=click.IntRange(100, 10_000_000), default=20_000, show_default=True, help="Size of a run.")
@click.option("--quick", is_flag=True, help="One tenth of the facts: to see that it works, not to measure.")
@click.option("--no-fetch", is_flag=True, help="Leave out peers that are not installed yet; the notes name them.")
@click.option(
    "--keep", is_flag=True, help="Keep the figures in docs/reports/bench.json, and make the page's tables anew."
)
@click.option("--page", "pages", is_flag=True, help="Only make the tables of docs/benchmarks.md from what is kept.")
@click.option("--plot", "picture", type=click.Path(path_type=Path), help="Write the figures as a picture (SVG).")
def command(
    chosen: tuple[str, ...],
    as_json: bool,
    every: bool,
    rounds: int,
    facts: int,
    quick: bool,
    no_fetch: bool,
    keep: bool,
    pages: bool,
    picture: Path | None,
) -> None:
    """Measure benchmarks by NAME; without one, say which there are."""
    known = names()
    if wrong := [n for n in chosen if n not in known]:
        raise click.UsageError(f"there is no benchmark {wrong[0]}; there are {', '.join(known)}")
    if pages:
        page.write()
        return
    if not chosen and not every:
        options.tell("benchmarks: " + ", ".join(known))
        return
    if no_fetch:
        os.environ[OFFLINE] = "1"
    found, size = list[Result](), max(100, facts // 10) if quick else facts
    for name in known if every else chosen:
        options.tell(f"{name} …", quiet=as_json)
        results = uvloop.run(_measure(name, size, rounds))
        found += results
        for line in (line for result in results for line in result.table()):
            options.tell(line, quiet=as_json)
        if keep:
            page.keep(page.REPORT, name, f"polku bench {name} --facts {size} --rounds {rounds}", results)
            page.write()
    if picture is not None:
        picture.write_text(plot(found), encoding="utf-8")
    if as_json:
        options.answer([r.document() for r in found])


async def _measure(name: str, facts: int, rounds: int) -> list[Result]:
    async with place() as here:
        return list(await importlib.import_module(f"bench.{name}").measure(here, facts, rounds))
