"""`polku holds`: which persons wait, why, and every way out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from kernel.pg_journal import PgJournal
from kernel.processor import PROCESSORS
from operate import holds, holds_facts, options
from operate.errors import OperateError
from operate.holds import Hold
from operate.holds_options import CAUSE, CHOSEN, DRY, JSON, LISTED, SIGNED, STATE, Asked, several
from operate.holds_trial import Trials, must_mend
from operate.holds_work import Answer, act, again, line, outcome, run, stated, tried


@click.group(invoke_without_command=True, help="Persons on hold: list them, say why, and let them go on.")
@options.state
@options.as_json
@click.option("--retry", is_flag=True, help="Try again, in order, those listed.")
@CAUSE
@click.option("--dry-run", is_flag=True, help="With --retry: show whom it would try, and change nothing.")
@click.pass_context
def command(ctx: click.Context, state: Path, as_json: bool, retry: bool, cause: str | None, dry_run: bool) -> None:
    """Without a command: the list."""
    ctx.obj = Asked(state, as_json)
    if ctx.invoked_subcommand is None:
        answer = _listed(ctx.obj, cause=cause, mark=retry and not dry_run)
        _tell_list(ctx.obj, answer, ", would be tried" if dry_run else ", to be tried again" if retry else "")


@command.command("list", help="List who waits, since when, and how many facts wait behind.")
@LISTED
@click.pass_obj
def list_(
    asked: Asked, refs: Sequence[UUID], cause: str | None, processor: str | None, state: Path | None, as_json: bool
) -> None:
    """List the holds of an instance."""
    asked = asked.with_(state, as_json)
    _tell_list(asked, _listed(asked, refs, cause, processor), "")


def _listed(
    asked: Asked, refs: Sequence[UUID] = (), cause: str | None = None, processor: str | None = None, mark: bool = False
) -> Answer:
    async def work(journal: PgJournal, found: list[Hold]) -> Answer:
        count = await holds.mark(journal.pool, found) if mark else 0
        return {"holds": found, "retried": count, "stopped": await holds.stopped(journal.pool)}

    return run(asked, work, refs, cause, processor)


def _tell_list(asked: Asked, answer: Answer, what_next: str) -> None:
    if asked.as_json:
        options.answer(answer)
        return
    for stands in answer["stopped"]:
        options.tell(
            f"{stands['processor']} STOPPED {stands['tripped']}: {stands['held']} of {stands['seen']} persons cannot be"
            f" applied ({stands['cause']} {stands['pointer']} {stands['type']}); start mended code, or `holds go-on`"
        )
    for hold in answer["holds"]:
        behind = f"{hold['waiting']} waiting since {(hold['oldest'] or '-')[:16]}"
        options.tell(f"{line(hold)}  {hold['fact']['type']}  {behind}")
    causes = ", ".join(f"{n} {cause}" for cause, n in Counter(h["cause"] for h in answer["holds"]).most_common())
    options.tell(f"{len(answer['holds'])} on hold" + (f" ({causes})" if causes else "") + what_next)


@command.command(help="Try persons in memory and say where it goes wrong: field, rule, place in the code. No values.")
@LISTED
@click.pass_obj
def why(
    asked: Asked, refs: Sequence[UUID], cause: str | None, processor: str | None, state: Path | None, as_json: bool
) -> None:
    """Say why persons wait, with the code of now."""
    asked = asked.with_(state, as_json)

    async def work(journal: PgJournal, found: list[Hold]) -> Answer:
        return {"holds": [h | {"now": asdict(v)} for h, v in await tried(journal, found)]}

    answer = run(asked, work, refs, cause, processor)
    if asked.as_json:
        options.answer(answer)
        return
    for hold in answer["holds"]:
        fact, now = hold["fact"], hold["now"]
        options.tell(line(hold))
        options.tell(f"  fact     {fact['type']} {fact['source']} {fact['id']}")
        options.tell(f"  waiting  {hold['waiting']} facts, the first received {hold['oldest'] or '-'}")
        if now["works"]:
            options.tell("  now      the present code can apply it: `polku holds release` lets it go on")
            continue
        options.tell(f"  now      {now['cause']} {now['pointer']}" + (f" in {now['unit']}" if now["unit"] else ""))
        for place in now["places"]:
            options.tell(f"           {place}")


@command.command(help="Have persons tried again by their processor, whatever the code of this command thinks.")
@CHOSEN
@click.pass_obj
def retry(asked: Asked, /, **given: Any) -> None:
    """Try again, the longest waiting first."""

    async def work(journal: PgJournal, found: list[Hold]) -> Answer:
        return outcome(found, found) if given["dry_run"] else await again(journal, found, found, given["wait"])

    act(asked, given, work)


@command.command(help="Let those go on whom the present code can apply, in order; the others are left as they are.")
@CHOSEN
@click.pass_obj
def release(asked: Asked, /, **given: Any) -> None:
    """Try in memory first, then have the processor release."""

    async def work(journal: PgJournal, found: list[Hold]) -> Answer:
        ready = [h for h, verdict in await tried(journal, found) if verdict.works]
        return outcome(found, ready) if given["dry_run"] else await again(journal, found, ready, given["wait"])

    act(asked, given, work)


@command.command(help="Have the processor pass over the fact at fault; stated by the operating organisation.")
@CHOSEN
@SIGNED
@click.pass_obj
def skip(asked: Asked, /, reason: str, by: str, approver: str, **given: Any) -> None:
    """Skip the fact of each chosen hold."""

    async def work(journal: PgJournal, found: list[Hold]) -> Answer:
        orders = [(h, holds_facts.skipped(h, reason, by, approver)) for h in found]
        return outcome(found, found) if given["dry_run"] else await stated(journal, orders, given["wait"])

    act(asked, given, work)


@command.command(help="Have the fact at fault read with a JSON Patch (RFC 6902): formats and code lists only.")
@CHOSEN
@SIGNED
@click.option("--patch", required=True, help="The patch as JSON, or @FILE.")
@click.pass_obj
def repair(asked: Asked, /, reason: str, by: str, approver: str, patch: str, **given: Any) -> None:
    """Repair the fact of each chosen hold, when the patch mends what cannot be read and nothing else."""
    steps = holds_facts.patch_of(patch)

    async def work(journal: PgJournal, found: list[Hold]) -> Answer:
        orders = [(h, holds_facts.repaired(h, steps, reason, by, approver)) for h in found]
        trials = Trials(journal)
        for hold in found:
            await must_mend(trials, hold, steps)
        return outcome(found, found) if given["dry_run"] else await stated(journal, orders, given["wait"])

    act(asked, given, work)


@command.command("go-on", help="Let a processor that stopped go on, and put up to so many persons on hold.")
@click.argument("processor", type=click.Choice(PROCESSORS))
@click.option("--persons", type=click.IntRange(1), required=True, help="How many may wait before it stops again.")
@several(STATE, JSON, DRY)
@SIGNED
@click.pass_obj
def go_on(asked: Asked, /, processor: str, persons: int, reason: str, by: str, approver: str, **given: Any) -> None:
    """Decide for a processor that stands."""
    asked = asked.with_(given["state"], given["as_json"])
    if by == approver:
        raise OperateError("--approver: another person than --by approves")

    async def work(journal: PgJournal, _: list[Hold]) -> Answer:
        stands = [s for s in await holds.stopped(journal.pool) if s["processor"] == processor]
        if not stands:
            raise OperateError(f"{processor} does not stand")
        if not given["dry_run"]:
            await holds.go_on(journal.pool, processor, persons, reason, by, approver)
        return {"stopped": stands, "goes_on": not given["dry_run"], "persons": persons}

    answer = run(asked, work)
    if asked.as_json:
        options.answer(answer)
    else:
        what = "goes on" if answer["goes_on"] else "would go on"
        options.tell(f"{processor} {what}; it stops again at {persons} persons")
