"""`polku rebuild`: fill views anew from the journal while people read, compare, and switch; or go back."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from kernel.processor import every_view
from kernel.rebuild_run import Report
from kernel.settings import Settings
from operate import instance, options, rebuilding
from operate.errors import OperateError

Answers = list[dict[str, Any]]


@click.command(
    help="Fill views anew from the journal while people read and facts arrive, compare with what is shown, and switch. "
    "The views of one service are filled by one reading. Started again it goes on where it was; several at once share "
    "the work. With --drop, VIEW may be followed by the number of a generation. Exit code 1: something differs or "
    "cannot be compared, and was not switched to."
)
@click.argument("names", metavar="[VIEW]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All views.")
@click.option("--back", is_flag=True, help="Switch back to the generation kept, after bringing it up to date.")
@click.option("--drop", is_flag=True, help="Throw away what nobody reads: the generation kept, and one half filled.")
@click.option("--accept", is_flag=True, help="Switch although rows differ, are not compared, or somebody is left out.")
@click.option("--dry-run", is_flag=True, help="Show what would be done, and change nothing.")
@click.option(
    "--processes", type=click.IntRange(1, 16), default=1, show_default=True, help="Share the work among these."
)
@click.option(
    *("--join", "joined"),
    type=(str, int),
    metavar="VIEW GEN",
    multiple=True,
    help="Help to fill this generation, which another process has begun, and no other; what is read or dropped by now "
    "is no error.",
)
@options.state
@options.as_json
def command(
    names: Sequence[str],
    every: bool,
    back: bool,
    drop: bool,
    accept: bool,
    dry_run: bool,
    processes: int,
    joined: rebuilding.Begun,
    state: Path,
    as_json: bool,
) -> None:
    """Rebuild views of a running instance."""
    views, number = _chosen([v for v, _ in joined] if joined else names, every, drop)
    if back + drop + bool(joined) > 1:
        raise click.UsageError("--back, --drop and --join exclude each other")
    settings = instance.read(state).settings("rebuild")
    if drop:
        answers = [asyncio.run(_drop(settings, view, number, dry_run)) for view in views]
    elif dry_run:
        answers = [asyncio.run(_plan(settings, view, back)) for view in views]
    elif back:
        answers = [asyncio.run(_back(settings, view, accept)) for view in views]
    else:
        begun = joined or asyncio.run(rebuilding.begin(settings, views))
        with _helpers(state, begun, processes - 1, accept):
            answers = _documents(asyncio.run(rebuilding.anew(settings, begun, _progress, accept=accept)))
    if as_json:
        options.answer(answers)
    else:
        for answer in answers:
            _tell(answer)
    if any(_wrong(answer, bool(joined)) for answer in answers):
        raise SystemExit(1)


@contextmanager
def _helpers(state: Path, begun: rebuilding.Begun, count: int, accept: bool) -> Iterator[None]:
    """Further processes that join and say nothing; the work is over for all of them at once."""
    line = [sys.executable, "-m", "operate.cli", "rebuild", "--state", str(state), *["--accept"] * accept]
    line += [word for view, number in begun for word in ("--join", view, str(number))]
    quiet = subprocess.DEVNULL
    helpers = [subprocess.Popen(line, stdout=quiet, stderr=quiet) for _ in range(count)]  # noqa: S603 (our own words)
    try:
        yield
    finally:
        for helper in helpers:
            try:
                helper.wait(10)
            except subprocess.TimeoutExpired:
                helper.kill()  # whatever it does, it is done already, or can be gone on with
                helper.wait()


def _chosen(names: Sequence[str], every: bool, drop: bool) -> tuple[list[str], int | None]:
    number = int(names[-1]) if drop and len(names) == 2 and names[-1].isdecimal() else None
    views = list(names[:1] if number is not None else names)
    if every == bool(views):
        raise click.UsageError("name a view, or --all")
    for view in views:
        try:
            rebuilding.processor_of(view)
        except OperateError as error:
            raise click.UsageError(str(error)) from error
    return views or [v.name for _, v in every_view()], number


def _wrong(answer: dict[str, Any], joined: bool) -> bool:
    """Who only helps finds nothing wrong with what another process dropped."""
    found = answer.get("differing") or answer.get("failed") or answer.get("uncompared")
    return bool(found) or (answer.get("dropped") is True and not joined)


def _progress(now: dict[str, Any]) -> None:
    what = now["views"][0] if len(now["views"]) == 1 else f"{now['processor']}, {len(now['views'])} views"
    left = "" if now["eta_seconds"] is None else f", {now['eta_seconds']} s left"
    if now["phase"] == "filling":
        done = f"{now['persons']} of {now['total']} persons, {now['facts']} facts, {now['rate']} facts/s"
    else:
        done = f"{now['lanes']} of {now['of']} lanes compared, {now['compared']} rows, {now['rate']} rows/s"
        done += f", {now['uncompared']} lanes cannot be compared yet" if now["uncompared"] else ""
    options.tell(f"{what}: {done}{left}", quiet=True)


def _documents(reports: Sequence[Report]) -> Answers:
    return [rebuilding.document(report) for report in reports]


async def _back(settings: Settings, view: str, accept: bool) -> dict[str, Any]:
    async with rebuilding.opened(settings, rebuilding.processor_of(view)) as rebuild:
        (report,) = await rebuilding.back(rebuild, view, _progress, accept=accept)
        return rebuilding.document(report)


async def _plan(settings: Settings, view: str, back: bool) -> dict[str, Any]:
    async with rebuilding.opened(settings, rebuilding.processor_of(view)) as rebuild:
        found = await rebuilding.plan(rebuild, view)
        if not back:
            return found
        left = {name: value for name, value in found.items() if name not in ("would_fill", "goes_on")}
        return {**left, "would_read": (await rebuilding.kept(rebuild, view)).number}


async def _drop(settings: Settings, view: str, number: int | None, dry_run: bool) -> dict[str, Any]:
    async with rebuilding.opened(settings, rebuilding.processor_of(view)) as rebuild:
        found = await rebuilding.droppable(rebuild, view, number)
        if not dry_run:
            await rebuilding.drop(rebuild, found)
        return {"view": view, "would_drop" if dry_run else "dropped": [g.number for g in found]}


def _tell(answer: dict[str, Any]) -> None:
    if "switched" not in answer:
        options.tell(", ".join(f"{name} {value}" for name, value in answer.items() if name != "generations"))
        return
    told = "is read now" if answer["switched"] else f"is filled, and not read: {_why(answer)}; --accept switches to it"
    if answer["dropped"]:
        told = "was dropped meanwhile"
    options.tell(
        f"{answer['view']}: generation {answer['generation']} {told}; {answer['persons']} persons, {answer['facts']} "
        f"facts, {answer['rows']} rows in {answer['seconds']} s ({answer['facts_per_second']} facts/s)"
    )
    if answer["uncompared"]:
        options.tell(f"  {answer['uncompared']} lanes could not be compared: they are being looked at anew")
    for ref in answer["differing"][:20]:
        options.tell(f"  rows of {ref} differ")
    for ref in answer["failed"][:20]:
        options.tell(f"  {ref} cannot be folded")


def _why(answer: dict[str, Any]) -> str:
    if answer["differing"] or answer["failed"]:
        return "it differs"
    return "not all could be compared; start again when `polku status` shows no sweep"
