"""The figures of `polku region` as a page for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from operate import scoring


def page(found: Mapping[str, Any]) -> str:
    """The page in Markdown; what has not been done yet is left out."""
    parts = (_title, _stating, _processes, _rebuild, _verify, _score)
    return "\n".join(line for part in parts for line in part(found)) + "\n"


def _title(found: Mapping[str, Any]) -> Iterator[str]:
    machine = found["machine"]
    yield "# A year of the region"
    yield ""
    yield f"Made by `polku region` over the {found['carrier']} carrier on {machine['cores']} cores"
    yield f"(load {machine['load_at_start']} before it began)."


def _stating(found: Mapping[str, Any]) -> Iterator[str]:
    if "stating" not in found:
        return
    play, journal, stating = found["play"], found["journal"], found["stating"]
    yield from ("", "## What went in", "", "| what | figure |", "|---|---|")
    yield f"| played, seed {play['seed']} | {play['days']} days, {_n(play['clients'])} persons |"
    yield f"| stated by {play['partners']} partners | {_n(stating['stated'])} facts |"
    yield f"| in the journal with what Polku concluded | {_n(journal['facts'])} facts |"
    yield f"| refused as planned, unplanned | {_n(play['facts']['refused'])}, {play['facts']['unexpected']} |"
    yield from _feeds(play.get("feeds"))
    yield f"| actions of people on alerts | {_n(sum(play['actions'].values()))} |"
    yield f"| time | {_n(stating['seconds'])} s |"
    yield f"| stated a second | {_n(stating['stated_per_second'])} |"
    yield f"| into the journal a second | {_n(stating['facts_per_second'])} |"
    yield f"| half of the days settle within | {_n(play['timing']['settled_p50_ms'])} ms |"
    yield f"| all of them within | {_n(play['timing']['settled_most_ms'])} ms |"
    yield f"| database | {_n(journal['database_mib'])} MiB |"


def _feeds(heard: Mapping[str, Any] | None) -> Iterator[str]:
    """What those who poll have heard; older reports know nothing of it."""
    if heard:
        took = f"{_n(heard['entries'])} entries in {_n(heard['seconds'])} s"
        yield f"| heard in feeds by {heard['readers']} systems | {took} |"
        wrong = ("out_of_order", "doubled", "missed", "about_strangers", "withdrawals_unheard")
        told = ", ".join(name.replace("_", " ") for name in wrong)
        yield f"| of these {told} | {', '.join(str(heard[name]) for name in wrong)} |"


def _processes(found: Mapping[str, Any]) -> Iterator[str]:
    if "processes" not in found:
        return
    yield from ("", "## Processes", "", "| process | peak memory, MiB | processor time, s |", "|---|---|---|")
    for role, taken in found["processes"].items():
        yield f"| {role} | {_n(taken['peak_mib'])} | {_n(taken['cpu_seconds'])} |"
    restarts = ", ".join(f"{role} {count}" for role, count in found.get("restarts", {}).items())
    yield ""
    yield f"Restarts: {restarts or 'none'}. `simulate` is the client, and verifies after it."


def _rebuild(found: Mapping[str, Any]) -> Iterator[str]:
    if "rebuild" not in found:
        return
    done = found["rebuild"]
    yield from ("", "## Rebuilt", "")
    yield f"All {len(done['views'])} views in {_n(done['seconds'])} s: {_n(done['facts_read'])} facts read,"
    yield f"{_n(done['facts_per_second'])} a second; views that differed: {', '.join(done['wrong']) or 'none'}."
    yield from ("", "| view | rows | facts | seconds until it was read |", "|---|---|---|---|")
    for view in done["views"]:
        yield f"| {view['view']} | {_n(view['rows'])} | {_n(view['facts'])} | {view['seconds']:.1f} |"


def _verify(found: Mapping[str, Any]) -> Iterator[str]:
    if "verify" not in found:
        return
    done = found["verify"]
    yield from ("", "## Verified", "")
    yield f"In {_n(done['seconds'])} s:"
    yield ", ".join(f"{name} {_n(done[name])}" for name in done if name not in ("seconds", "right")) + "."


def _score(found: Mapping[str, Any]) -> Iterator[str]:
    if "score" in found:
        yield from ("", "## Found, beside what the play knows")
        yield from (line.replace("## ", "### ") for line in scoring.double_work(found["score"]))
    yield from scoring.not_met(found.get("not_exercised", ()))
    if "alerts" in found:
        yield from (line.replace("## ", "### ") for line in scoring.other_rules(found["alerts"]))
        yield from ("", f"Scored in {_n(found['scored_in'])} s; see docs/simulation.md for what a matter is.")


def _n(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}".replace(",", " ")
