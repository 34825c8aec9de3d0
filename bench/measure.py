"""Rounds of contenders in alternating order: rates, their spread, and ratios taken within each round."""

from __future__ import annotations

import statistics
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

VERDICTS = {True: "met", False: "MISSED", None: "not measured"}


@dataclass(frozen=True, slots=True)
class Contender:
    """One thing that is measured: `run` answers its figure for one round, in the benchmark's unit."""

    name: str
    run: Callable[[], Awaitable[float]]


@dataclass(frozen=True, slots=True)
class Bar:
    """What `DESIGN` asks for: `ours` at least (or at most) so much, alone or as a ratio to another contender."""

    ours: str
    least: float
    to: str = ""
    most: bool = False

    def met(self, result: Result) -> bool:
        """Whether the median reaches it."""
        value = self.value(result)[1]
        return value <= self.least if self.most else value >= self.least

    def measured(self, result: Result) -> bool:
        """Whether everything that it speaks of was there to be measured."""
        return self.ours in result.figures and (not self.to or any(result.figures.get(self.to, ())))

    def value(self, result: Result) -> tuple[float, float, float]:
        """Minimum, median and maximum of what it bounds."""
        return result.ratio(self.ours, self.to) if self.to else result.spread(self.ours)

    def __str__(self) -> str:
        sign = "≤" if self.most else "≥"
        return f"{self.ours} {sign} {self.least:g}{f' × {self.to}' if self.to else ''}"


@dataclass
class Result:
    """What one benchmark measured: a figure for each contender and round."""

    name: str
    unit: str
    figures: dict[str, list[float]] = field(default_factory=dict)
    bars: Sequence[Bar] = ()
    notes: list[str] = field(default_factory=list)

    def spread(self, name: str) -> tuple[float, float, float]:
        """Minimum, median and maximum of a contender."""
        found = self.figures[name]
        return min(found), statistics.median(found), max(found)

    def ratio(self, name: str, to: str) -> tuple[float, float, float]:
        """Minimum, median and maximum of one contender's figure by another's, taken within the rounds."""
        found = [a / b for a, b in zip(self.figures[name], self.figures[to], strict=True) if b]
        return min(found), statistics.median(found), max(found)

    def document(self) -> dict[str, object]:
        """The result ready for JSON."""
        names = list(self.figures)
        return {
            "name": self.name,
            "unit": self.unit,
            "figures": {n: {"rounds": self.figures[n], **_named(self.spread(n))} for n in names},
            "ratios": {f"{names[0]} / {n}": _named(self.ratio(names[0], n)) for n in names[1:] if any(self.figures[n])},
            "bars": [{"bar": str(b), **self._judged(b)} for b in self.bars],
            "notes": self.notes,
        }

    def table(self) -> list[str]:
        """The result as lines of text."""
        first = next(iter(self.figures))
        lines = [f"{self.name} ({self.unit}; min · median · max over {len(self.figures[first])} rounds)"]
        for name in self.figures:
            low, middle, high = self.spread(name)
            beside = (
                ""
                if name == first or not any(self.figures[name])
                else f"   {first} is {self.ratio(first, name)[1]:.2f} × this"
            )
            lines.append(f"  {name:<44} {low:>12,.1f} · {middle:>12,.1f} · {high:>12,.1f}{beside}")
        lines += [f"  bar {b}: {VERDICTS[self._judged(b)['met']]}" for b in self.bars]
        return [*lines, *(f"  {note}" for note in self.notes)]

    def _judged(self, bar: Bar) -> dict[str, Any]:
        if not bar.measured(self):
            return {"met": None}
        return {"met": bar.met(self), **_named(bar.value(self))}


def _named(spread: tuple[float, float, float]) -> dict[str, float]:
    return dict(zip(("min", "median", "max"), spread, strict=True))


async def compare(
    name: str, unit: str, contenders: Sequence[Contender], rounds: int, bars: Sequence[Bar] = ()
) -> Result:
    """Run every contender once a round, every other round in the opposite order: what drifts hits all alike."""
    result = Result(name, unit, {c.name: [] for c in contenders}, bars)
    for number in range(rounds):
        for contender in contenders if number % 2 == 0 else reversed(contenders):
            result.figures[contender.name].append(await contender.run())
    return result
