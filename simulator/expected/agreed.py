"""What organisations have agreed for everybody: numbers of rules by place, closed sites, and how often to meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from simulator.expected.heard import day, maybe_day
from simulator.statement import Statement

SCOPES = ("region", "organiser", "site", "client")


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is: the site, who organises it, who runs it."""

    site: str | None = None
    organiser: str = ""
    provider: str = ""


@dataclass
class Agreed:
    """Statements about nobody in particular, and those about her alone that set the same things."""

    general: Sequence[Statement] = ()
    own: Sequence[Statement] = ()
    _named: dict[str, list[Statement]] = field(default_factory=dict)

    @cached_property
    def _sets(self) -> Mapping[str, Sequence[Statement]]:
        """Stated numbers by the rule that they are for."""
        found: dict[str, list[Statement]] = {}
        for said in (*self.general, *self.own):
            if said.name == "rule_parameters.set":
                found.setdefault(str(said.data["rule"]), []).append(said)
        return found

    def of(self, name: str) -> list[Statement]:
        """General statements of one kind."""
        if name not in self._named:
            self._named[name] = [s for s in self.general if s.name == name]
        return self._named[name]

    def number(self, rule: str, name: str, default: int, on: date, place: Place | None = None) -> int:
        """A number of a rule on a day at a place: hers before the site's before the organiser's before the region's."""
        found, best = default, -1
        for said in self._sets.get(rule, ()):
            params = said.data["params"]
            if not isinstance(params, Mapping) or name not in params:
                continue
            rank = 3 if said.person is not None else _rank(said.data.get("scope"), place or Place())
            if rank >= best and _valid(said, on):
                found, best = int(str(params[name])), rank
        return found

    def pauses(self, place: Place) -> Iterator[tuple[date, date]]:
        """Stretches in which a service rests at a place, both days included."""
        for said in self.of("service.suspended"):
            if not _concerns(said, place):
                continue
            first, last = day(said.data["from"]), maybe_day(said.data.get("to")) or date.max
            for again in self.of("service.resumed"):
                same = again.org == said.org and again.data.get("scope") == said.data.get("scope")
                if same and day(again.data["from"]) >= first:
                    last = min(last, date.fromordinal(day(again.data["from"]).toordinal() - 1))
            yield first, last

    def closed(self, orgs: Iterable[str], site: str | None) -> frozenset[date]:
        """Days on which one of these organisations is closed, besides holidays."""
        found: dict[tuple[str, object, object], frozenset[date]] = {}
        for said in self.of("closing_days.set"):
            if said.org in orgs and said.data.get("site") in (None, site):
                days = said.data["days"]
                listed = days if isinstance(days, list | tuple) else ()
                found[said.org, said.data.get("site"), said.data["year"]] = frozenset(map(day, listed))
        return frozenset().union(*found.values())

    def gone(self) -> dict[str, date]:
        """Organisations that are no longer there, each with its first day without it."""
        found: dict[str, date] = {}
        for said in self.of("org.deactivated"):
            org, first = str(said.data["org"]), day(said.data["from"])
            found[org] = min(first, found.get(org, first))
        return found


def _valid(said: Statement, on: date) -> bool:
    first, last = maybe_day(said.data.get("valid_from")), maybe_day(said.data.get("valid_to"))
    return (first is None or first <= on) and (last is None or on <= last)


def _rank(scope: object, place: Place) -> int:
    """How special a place is meant; -2 when it is another place."""
    given = {k: v for k, v in scope.items() if v} if isinstance(scope, Mapping) else {}
    if given.get("site") not in (None, place.site) or given.get("organiser") not in (None, place.organiser):
        return -2
    return max((SCOPES.index(k) for k in given if k in SCOPES), default=0)


def _concerns(said: Statement, place: Place) -> bool:
    scope = said.data.get("scope")
    given = scope if isinstance(scope, Mapping) else {}
    if given.get("site"):
        return bool(given["site"] == place.site)
    if given.get("organiser"):
        return given["organiser"] in (place.organiser, place.provider)
    return bool(given.get("region")) or said.org in (place.organiser, place.provider)
