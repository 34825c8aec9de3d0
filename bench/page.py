"""Figures that were taken are kept in one file, and the tables of docs/benchmarks.md are made from it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.measure import VERDICTS, Result
from bench.place import ROOT

REPORT, PAGE = ROOT / "docs" / "reports" / "bench.json", ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- made by `polku bench --page` -->", "<!-- end -->"

Kept = dict[str, dict[str, Any]]


def keep(report: Path, name: str, command: str, results: Sequence[Result]) -> None:
    """Put the results of one benchmark in the place of those that are there."""
    kept = read(report) if report.exists() else {}
    busy, cores = os.getloadavg()[0], os.cpu_count()
    found = [r.document() for r in results]
    kept[name] = {"command": command, "cores": cores, "load": round(busy, 1), "results": _rounded(found)}
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(json.dumps(dict(sorted(kept.items())), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read(report: Path) -> Kept:
    """What was kept, by name of the benchmark."""
    found: Kept = json.loads(report.read_text(encoding="utf-8"))
    return found


def page(text: str, kept: Mapping[str, dict[str, Any]]) -> str:
    """The page with its tables made anew; ValueError when it has no place for them."""
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the page needs {BEGIN} and {END}")
    return "\n".join([head + BEGIN, "", *_bars(kept), "", *_figures(kept), END + tail])


def write() -> None:
    """Bring the page up to date."""
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), read(REPORT)), encoding="utf-8")


def _bars(kept: Mapping[str, dict[str, Any]]) -> Iterator[str]:
    yield "| benchmark | bar | median | min to max | |"
    yield "|---|---|---:|---:|---|"
    for taken in kept.values():
        for result in taken["results"]:
            for bar in result["bars"]:
                spread = (
                    f"{_told(bar['median'])} | {_told(bar['min'])} to {_told(bar['max'])}" if "min" in bar else "| "
                )
                yield f"| {result['name']} | {bar['bar']} | {spread} | {VERDICTS[bar['met']]} |"


def _figures(kept: Mapping[str, dict[str, Any]]) -> Iterator[str]:
    for taken in kept.values():
        for result in taken["results"]:
            rounds = max(len(f["rounds"]) for f in result["figures"].values())
            first = next(iter(result["figures"]))
            yield f"### {result['name']}"
            yield ""
            told = f"load {taken['load']} on {taken['cores']} cores"
            yield f"`{taken['command']}`, {rounds} rounds, {told}; {result['unit']}"
            yield ""
            yield f"| | median | min to max | {first} is |"
            yield "|---|---:|---:|---:|"
            for name, figure in result["figures"].items():
                ratio = result["ratios"].get(f"{first} / {name}")
                beside = f"{ratio['median']:.2f} × ({ratio['min']:.2f} to {ratio['max']:.2f})" if ratio else ""
                yield f"| {name} | {_told(figure['median'])} | {_range(figure)} | {beside} |"
            yield ""
            yield from (f"- {note}" for note in result["notes"])
            yield ""


def _told(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def _range(spread: Mapping[str, float]) -> str:
    return f"{_told(spread['min'])} to {_told(spread['max'])}"


def _rounded(found: Any) -> Any:
    """Four digits that mean something; a file that is compared shall not change by noise in the tenth."""
    if isinstance(found, float):
        return float(f"{found:.4g}")
    if isinstance(found, dict):
        return {key: _rounded(value) for key, value in found.items()}
    return [_rounded(value) for value in found] if isinstance(found, list) else found
