"""`polku rebuild`: fill views anew from the journal while people read, compare, and switch; or go back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from kernel.processor import every_view
from kernel.settings import Settings
from operate import instance, options, rebuilding
from operate.errors import OperateError
from operate.instance import Instance

Answers = list[dict[str, Any]]


@click.command(
    help="Fill views anew from the journal while people read and facts arrive, compare with what is shown, and switch. "
    "Started again it goes on where it was; several at once share the work. With --drop, VIEW may be followed by the "
    "number of a generation. Exit code 1: something differs, and nothing was switched."
)
@click.argument("names", metavar="[VIEW]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All views, one after the other.")
@click.option("--back", is_flag=True, help="Switch back to the generation kept, after bringing it up to date.")
@click.option("--drop", is_flag=True, help="Throw away what nobody reads: the generation kept, and one half filled.")
@click.option("--accept", is_flag=True, help="Switch although rows differ from those shown, or somebody is left out.")
@click.option("--dry-run", is_flag=True, help="Show what would be done, and change nothing.")
@options.state
@options.as_json
def command(
    names: Sequence[str],
    every: bool,
    back: bool,
    drop: bool,
    accept: bool,
    dry_run: bool,
    state: Path,
    as_json: bool,
) -> None:
    """Rebuild views of a running instance."""
    views, number = _chosen(names, every, drop)
    if back and drop:
        raise click.UsageError("--back and --drop exclude each other")
    here = instance.read(state)
    answers: Answers = []
    for view in views:
        if drop:
            answers.append(asyncio.run(_drop(_settings(here), view, number, dry_run)))
        elif dry_run:
            answers.append(asyncio.run(_plan(_settings(here), view, back)))
        else:
            answers.append(asyncio.run(_run(_settings(here), view, back, accept)))
    if as_json:
        options.answer(answers)
    else:
        for answer in answers:
            _tell(answer)
    if any(a.get("differing") or a.get("failed") for a in answers):
        raise SystemExit(1)


def _settings(here: Instance) -> Settings:
    return here.settings("rebuild")


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


async def _run(settings: Settings, view: str, back: bool, accept: bool) -> dict[str, Any]:
    def progress(now: dict[str, Any]) -> None:
        left = "" if now["eta_seconds"] is None else f", {now['eta_seconds']} s left"
        options.tell(
            f"{view}: {now['persons']} of {now['total']} persons, {now['facts']} facts, {now['rate']} facts/s{left}",
            quiet=True,
        )

    async with rebuilding.opened(settings, view) as rebuild:
        work = rebuilding.back if back else rebuilding.fill
        return rebuilding.document(await work(rebuild, progress, accept=accept))


async def _plan(settings: Settings, view: str, back: bool) -> dict[str, Any]:
    async with rebuilding.opened(settings, view) as rebuild:
        found = await rebuilding.plan(rebuild)
        if not back:
            return found
        left = {name: value for name, value in found.items() if name not in ("would_fill", "goes_on")}
        return {**left, "would_read": (await rebuilding.kept(rebuild)).number}


async def _drop(settings: Settings, view: str, number: int | None, dry_run: bool) -> dict[str, Any]:
    async with rebuilding.opened(settings, view) as rebuild:
        found = await rebuilding.droppable(rebuild, number)
        if not dry_run:
            await rebuilding.drop(rebuild, found)
        return {"view": view, "would_drop" if dry_run else "dropped": [g.number for g in found]}


def _tell(answer: dict[str, Any]) -> None:
    if "switched" not in answer:
        options.tell(", ".join(f"{name} {value}" for name, value in answer.items() if name != "generations"))
        return
    told = "is read now" if answer["switched"] else "is filled, and not read: it differs; --accept switches to it"
    options.tell(
        f"{answer['view']}: generation {answer['generation']} {told}; {answer['persons']} persons, {answer['facts']} "
        f"facts, {answer['rows']} rows in {answer['seconds']} s ({answer['facts_per_second']} facts/s)"
    )
    for ref in answer["differing"][:20]:
        options.tell(f"  rows of {ref} differ")
    for ref in answer["failed"][:20]:
        options.tell(f"  {ref} cannot be folded")
