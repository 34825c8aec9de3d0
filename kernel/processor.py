"""Puts one processor together from what stands in its folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from kernel.decode import Catalogue, Decoder
from kernel.discover import events, units
from kernel.person import Units
from kernel.pg_journal import connect
from kernel.react import Reactor
from kernel.rules import Fold, Rule
from kernel.settings import Settings
from kernel.views import View

PROCESSORS = ("referrals", "placements", "notifications")


def catalogue_for(names: frozenset[str]) -> Catalogue:
    """All stated types, and of the names given those that no class states: they are concluded."""
    stated = events("schemas")
    known = {cls.meta.name for cls in stated.values()}
    return Catalogue(stated, names - known - {"*"})


def every_rule() -> list[Rule[Any, Any]]:
    """The rules of all processors, by where they stand."""
    return [r for p in PROCESSORS for r in units(f"services.{p}.rules", Rule)]


def every_view() -> list[tuple[str, View]]:
    """(processor, view) of all processors."""
    return [(p, v) for p in PROCESSORS for v in units(f"services.{p}.views", View)]


def full_catalogue() -> Catalogue:
    """Everything that anybody states or concludes: for the door, the pages and the tools."""
    return catalogue_for(concluded(every_rule()))


def check_units() -> None:
    """Refuse to start with units that conclude in a circle, or with two units of one name. ValueError says which."""
    rules, views = every_rule(), [v.name for _, v in every_view()]
    for names in ([r.id for r in rules], views):
        doubled = {n for n in names if names.count(n) > 1}
        if doubled:
            raise ValueError(f"two units are called {', '.join(sorted(doubled))}")
    check_strata(rules, lambda rule: rule.listens)


async def reactor(settings: Settings, processor: str, fold: Fold[Any], rule_set: int) -> Reactor:
    """The reactor of one processor with its own database role. `rule_set` grows with every change of its rules."""
    check_units()
    parts = Units.of(
        processor,
        fold,
        units(f"services.{processor}.rules", Rule),
        units(f"services.{processor}.views", View),
    )
    names = parts.listens | (concluded(every_rule()) if "*" in parts.listens else frozenset())
    journal = await connect(settings, f"polku_{processor}", size=6)
    decoder = Decoder(catalogue_for(names), journal.keys, journal.instance.operator)
    made = Reactor(journal, parts, decoder, ruleset=rule_set, fans_out=processor == "referrals")
    made.remembers = settings.facts_in_memory
    return made


def concluded(rules: Iterable[Rule[Any, Any]]) -> frozenset[str]:
    """Names of everything that rules raise."""
    return frozenset().union(*(r.names for r in rules))


def check_strata(rules: Iterable[Rule[Any, Any]], consumes: Callable[[Rule[Any, Any]], Iterable[str]]) -> None:
    """Refuse to start when what units listen to and what they conclude forms a cycle. ValueError names the units."""
    every = list(rules)
    edges = {a.id: {b.id for b in every if a.names & set(consumes(b)) and a is not b} for a in every}
    done: set[str] = set()

    def walk(unit: str, path: tuple[str, ...]) -> None:
        if unit in path:
            raise ValueError("units conclude in a circle: " + " → ".join((*path[path.index(unit) :], unit)))
        if unit not in done:
            for following in edges[unit]:
                walk(following, (*path, unit))
            done.add(unit)

    for rule in every:
        if own := rule.names & set(consumes(rule)):
            raise ValueError(f"{rule.id} listens to what it concludes itself: {', '.join(sorted(own))}")
        walk(rule.id, ())
