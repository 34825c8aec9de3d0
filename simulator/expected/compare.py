"""The model against what was shown: for each rule how often it should speak, how often it did, and every difference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from simulator.expected.moments import NOTHING, Names
from simulator.score import NOT_EXERCISED

Days = Mapping[int, Mapping[date, Names]]
"""Person → day → what holds, or is shown, at that day's moment."""
Closed = Mapping[int, Mapping[date, Names]]
"""Person → day → what people put aside on that day."""


@dataclass(frozen=True, slots=True, order=True)
class Miss:
    """One difference: the person's number in the story, the first day on which it is so, and what it is about."""

    person: int
    day: date
    key: str


@dataclass
class Alerting:
    """One rule. A matter is a person and key from the day on which it holds to the last day in a row."""

    rule: str
    expected: int = 0
    shown: int = 0
    open: int = 0
    missed: list[Miss] = field(default_factory=list)
    unexpected: list[Miss] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Of the matters shown, the share that is true on every day; 1.0 when nothing was shown."""
        return 1 - len(self.unexpected) / max(self.shown, 1)

    @property
    def recall(self) -> float:
        """Of the matters that are true, the share that was shown on every day; 1.0 when nothing is true."""
        return 1 - len(self.missed) / max(self.expected, 1)

    @property
    def exercised(self) -> bool:
        """Whether the play had any matter of it, or any was shown."""
        return bool(self.expected or self.shown)

    @property
    def right(self) -> bool:
        """Whether nothing differs."""
        return not (self.missed or self.unexpected)


def compare(expected: Days, shown: Days, rules: Iterable[str], closed: Closed | None = None) -> list[Alerting]:
    """Every rule of the model, and every rule that was shown though the model does not know it, by name."""
    found = {rule: Alerting(rule) for rule in rules}
    for person in sorted({*expected, *shown}):
        _person(found, person, expected.get(person, {}), shown.get(person, {}), (closed or {}).get(person, {}))
    return [found[rule] for rule in sorted(found)]


def _person(
    found: dict[str, Alerting],
    person: int,
    expected: Mapping[date, Names],
    shown: Mapping[date, Names],
    closed: Mapping[date, Names],
) -> None:
    true, seen, aside = NOTHING, NOTHING, NOTHING
    missed, unexpected = NOTHING, NOTHING
    days = sorted(shown or expected)
    for day in days:
        true_before, seen_before, true, seen = true, seen, expected.get(day, NOTHING), shown.get(day, NOTHING)
        aside &= true  # what is over and comes again must be shown again
        for rule, _ in true - true_before:
            _of(found, rule).expected += 1
        for rule, _ in seen - seen_before:
            _of(found, rule).shown += 1
        lacking, needless = true - seen - aside, seen - true
        for rule, key in sorted(lacking - missed):
            _of(found, rule).missed.append(Miss(person, day, key))
        for rule, key in sorted(needless - unexpected):
            _of(found, rule).unexpected.append(Miss(person, day, key))
        missed, unexpected = lacking, needless
        aside |= closed.get(day, NOTHING)
    for rule, _ in true if days else ():
        _of(found, rule).open += 1


def together(parts: Iterable[Iterable[Alerting]]) -> list[Alerting]:
    """What was found about some persons and about others, as one; by rule."""
    found: dict[str, Alerting] = {}
    for one in (a for part in parts for a in part):
        whole = _of(found, one.rule)
        whole.expected, whole.shown, whole.open = (
            whole.expected + one.expected,
            whole.shown + one.shown,
            whole.open + one.open,
        )
        whole.missed += one.missed
        whole.unexpected += one.unexpected
    return [found[rule] for rule in sorted(found)]


def _of(found: dict[str, Alerting], rule: str) -> Alerting:
    return found.setdefault(rule, Alerting(rule))


def table(found: Iterable[Alerting]) -> list[dict[str, object]]:
    """Ready for JSON: persons by their numbers in the story, days in ISO form."""
    return [
        {
            "rule": a.rule,
            "expected": a.expected,
            "shown": a.shown,
            "open": a.open,
            "precision": round(a.precision, 4) if a.exercised else None,
            "recall": round(a.recall, 4) if a.exercised else None,
            "missed": _names(a.missed),
            "unexpected": _names(a.unexpected),
        }
        for a in found
    ]


def _names(misses: Iterable[Miss]) -> list[dict[str, object]]:
    return [{"person": m.person, "day": m.day.isoformat(), "key": m.key} for m in sorted(misses)]


def lines(found: Iterable[Alerting], most: int = 5) -> Iterator[str]:
    """One line for each rule, and the first differences by name."""
    for a in found:
        if not a.exercised:
            yield f"  {a.rule}: {NOT_EXERCISED}"
            continue
        yield (
            f"  {a.rule}: {a.expected} matters, {a.open} of them open in the end, "
            f"precision {a.precision:.4f}, recall {a.recall:.4f}"
        )
        for name, misses in (("missed", a.missed), ("unexpected", a.unexpected)):
            for miss in sorted(misses)[:most]:
                yield f"    {name}: person {miss.person} on {miss.day}, {miss.key}"
            if len(misses) > most:
                yield f"    … and {len(misses) - most} more {name}"


def kept(closings: Iterable[tuple[int, date, Names]]) -> Closed:
    """What people put aside, by person and day."""
    found: dict[int, dict[date, Names]] = defaultdict(dict)
    for person, day, names in closings:
        found[person][day] = found[person].get(day, NOTHING) | names
    return found
