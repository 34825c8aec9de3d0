"""Which of a person's facts count: not retracted, not skipped, not corrected, and one where two speak of one thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from kernel.errors import Poison
from kernel.facts import Event, Fact, Redacted

Name = tuple[str, str]


class Undecodable:
    """Stands where data was that cannot be read: harmless when the fact is withdrawn, else a hold."""

    def __init__(self, cause: str, pointer: str) -> None:
        self.cause, self.pointer = cause, pointer


def withdrawn(facts: Iterable[Fact], processor: str) -> set[Name]:
    """Names of facts that their own source retracted, or that an operator told this processor to skip."""
    gone: set[Name] = set()
    for fact in facts:
        if fact.name not in ("fact.retracted", "hold.skipped"):
            continue
        data: Any = fact.data
        if fact.name == "fact.retracted" and isinstance(data, Event):
            gone.add((fact.source, data.id))  # type: ignore[attr-defined]  # its class lies in schemas
        elif fact.name == "hold.skipped" and isinstance(data, Event) and processor in ("", data.processor):  # type: ignore[attr-defined]  # as above
            gone.add((data.source, data.id))  # type: ignore[attr-defined]  # as above
    return gone


def corrected(facts: Iterable[Fact]) -> set[Name]:
    """Names of facts that a counting correction replaces; links that form a ring are void."""
    links = {(f.source, f.id): (f.source, f.corrects) for f in facts if f.corrects}
    return {target for name, target in links.items() if not _in_ring(name, links)}


def _in_ring(start: Name, links: Mapping[Name, Name]) -> bool:
    seen: set[Name] = set()
    name = start
    while name in links and name not in seen:
        seen.add(name)
        name = links[name]
    return name in seen


def valid(facts: Iterable[Fact], processor: str) -> list[Fact]:
    """The facts that count, in fold order. Poison when one that counts cannot be read."""
    every = list(facts)
    gone = withdrawn(every, processor)
    left = [f for f in every if (f.source, f.id) not in gone] if gone else every
    replaced = corrected(left)
    winners: dict[tuple[object, ...], Fact] = {}
    rivals: dict[tuple[object, ...], list[Fact]] = {}
    out: list[Fact] = []
    for fact in left:
        if (replaced and (fact.source, fact.id) in replaced) or isinstance(fact.data, Redacted):
            continue
        if isinstance(fact.data, Undecodable):
            raise Poison(fact.data.cause, fact.data.pointer, fact.source, fact.id, fact.type)
        about = fact.data.about() if isinstance(fact.data, Event) else None
        if about is None:
            out.append(fact)
        elif (first := winners.setdefault(about, fact)) is not fact:
            loser, winners[about] = sorted((first, fact), key=weight)
            rivals.setdefault(about, []).append(loser)
    for about, losers in rivals.items():
        winners[about] = _beside(winners[about], losers)
    out.extend(winners.values())
    out.sort(key=lambda f: f.order)
    return out


def _beside(winner: Fact, losers: list[Fact]) -> Fact:
    return replace(winner, rivals=tuple(sorted(losers, key=weight)))


def weight(fact: Fact) -> tuple[Any, ...]:
    """Of two statements about one thing the greater wins: source precedence, then what they say of time."""
    rank = fact.data.meta.rank.get(fact.org_type, 0)
    return (rank, fact.recorded, fact.source, fact.id)
