"""Which parameters of a rule are valid: the rule's own by date, overlaid from region to organiser to site to person."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from pydantic import ValidationError

from kernel.facts import Event, Fact
from kernel.rules import Params, Rule

P = TypeVar("P", bound=Params)
DAY = timedelta(days=1)
SCOPES = ("region", "organiser", "site")


class Reference:
    """Lane 0 folded to a position: valid facts about organisations, sites and policies, by type.

    `organiser` is whoever organises the service in this instance (business id; empty: not told).
    """

    def __init__(self, facts: Iterable[Fact] = (), position: int = 0, organiser: str = "") -> None:
        self.position, self.organiser = position, organiser
        self._by_name: dict[str, list[Fact]] = {}
        for fact in facts:
            self._by_name.setdefault(fact.name, []).append(fact)
        self._tables: dict[str, Table] = {}
        self.moved = WeakKeyDictionary[Reference, frozenset[str]]()
        """Rules (ids) that are to be asked again since an older policy, by which that is."""

    def named(self, name: str) -> list[Fact]:
        """Facts of one type in fold order."""
        return self._by_name.get(name, [])

    def changes(self, before: Reference) -> list[Fact]:
        """Facts that count on one side only: what is new, and what has been replaced or taken back."""
        mine, theirs = self._facts(), before._facts()
        return [f for n, f in {**theirs, **mine}.items() if theirs.get(n) != mine.get(n)]

    def _facts(self) -> dict[tuple[str, str], Fact]:
        return {(f.source, f.id): f for facts in self._by_name.values() for f in facts}

    def table(self, rule: Rule[Any, Any], personal: Sequence[Any]) -> Table:
        """The parameter sets of a rule; without any of a person's own they are worked out once for everybody."""
        name = rule.parameters or rule.id
        own = [data for data in personal if data.rule == name]
        known = self._tables.get(rule.id)
        if known is not None and known.rule is rule and not own:
            return known
        general = [f.data for f in self.named("rule_parameters.set") if f.data.rule == name]
        table = Table(rule, [(d, False) for d in general] + [(d, True) for d in own])
        if not own:
            self._tables[rule.id] = table
        return table


class Table:
    """All sets of parameters of one rule. They change on few days: between two of these one answer is enough."""

    def __init__(self, rule: Rule[Any, Any], sets: Sequence[tuple[Any, bool]]) -> None:
        self.rule, self._sets = rule, sets
        spans = [(s.valid_from, s.valid_to) for s in (*rule.versions, *(d for d, _ in sets))]
        days = {first for first, _ in spans if first} | {last + DAY for _, last in spans if last and last < date.max}
        self._changes = sorted(days)
        self._known: dict[tuple[int, str | None, str | None], Any] = {}

    def on(self, day: date, *, site: str | None = None, organiser: str | None = None) -> Any:
        """The parameters valid on this day at this place."""
        if not self._changes and not self._sets:
            return self.rule.params
        where = (bisect_right(self._changes, day), site, organiser)
        if where not in self._known:
            self._known[where] = self._resolve(day, {"site": site, "organiser": organiser})
        return self._known[where]

    def _resolve(self, day: date, scope: Mapping[str, str | None]) -> Any:
        params = self.rule.params
        for dated in self.rule.versions:
            if _covers(dated.valid_from, dated.valid_to, day):
                params = dated.params
        chosen = [(rank, data) for data, own in self._sets if (rank := _rank(data, own, day, scope)) is not None]
        for _, data in sorted(chosen, key=lambda c: c[0]):
            try:
                params = type(params).model_validate({**params.model_dump(), **data.params})
            except ValidationError:
                continue  # refused at the door today; an old one must not stop a person
        return params


class ParamSets(Generic[P]):
    """What a rule receives as `params` (see `kernel.rules.Resolved`), for one person and one rule."""

    def __init__(self, rule: Rule[Any, P], reference: Reference, personal: Iterable[Fact] = ()) -> None:
        self.on = reference.table(rule, [f.data for f in personal]).on
        """The parameters valid on a day: asked for every day of a person, hence without a step between."""
        self._reference, self.organiser = reference, reference.organiser

    def reference(self, kind: type[Event]) -> list[Fact]:
        """Valid reference facts of one type in fold order."""
        return self._reference.named(kind.meta.name)


def _covers(first: date | None, last: date | None, day: date) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)


def _rank(data: Any, own: bool, day: date, scope: Mapping[str, str | None]) -> int | None:
    """How special a set is (greater overlays later), or None when it does not apply."""
    if not _covers(data.valid_from, data.valid_to, day):
        return None
    if own:
        return len(SCOPES) + 1
    given = {
        k: v for k, v in (dict(data.scope) if isinstance(data.scope, dict) else data.scope.model_dump()).items() if v
    }
    if any(scope.get(k) != v for k, v in given.items() if k != "region"):
        return None
    return max((SCOPES.index(k) for k in given), default=0)
