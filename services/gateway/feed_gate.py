"""Which facts a feed may tell an organisation, by the disclosure policy: by their type, or because they speak of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from kernel.disclosure import Policy, Viewer
from kernel.facts import Conclusion, Event, Fact, org_of
from kernel.journal import ERASED, RETRACTED
from services.gateway.feeding import Feed, area_of

RECORD = "feed"
CONCLUDED = "operational"
"""The data class of what Polku itself says."""


class Gate:
    """One reader on one day. A fact stands in the policy as a row of the record `feed` with four columns.

    `area` of the schemas, `said` (stated or concluded), `stated_by` whom, and `names`: the reader's organisation where
    the fact relates it to the person or is given to it.
    """

    def __init__(self, policy: Policy, types: Mapping[str, type[Event]], viewer: Viewer, day: date, polku: str) -> None:
        """`types` by which others state; `polku` is how the sources of Polku's own word begin."""
        self._policy, self._types, self.viewer, self._day, self.polku = policy, types, viewer, day, polku
        self._known: dict[tuple[frozenset[str], str, bool, bool, bool], Mapping[str, str]] = {}

    def ground(self, type_: str, source: str, relations: frozenset[str], *, named: bool = False) -> str | None:
        """The legal ground on which a fact may be told; None: it may not. `named`: it names the reader."""
        if not self.knows(type_, source):
            return None
        cls = self._types.get(type_)
        own = org_of(source) == self.viewer.org
        found = self._classes(relations, area_of(type_), cls is not None, own, named)
        return found.get(CONCLUDED if cls is None else cls.meta.data_class)

    def _classes(self, relations: frozenset[str], area: str, stated: bool, own: bool, named: bool) -> Mapping[str, str]:
        key = (relations, area, stated, own, named)
        if (found := self._known.get(key)) is None:
            row: dict[str, Any] = {"area": area, "said": "stated" if stated else "concluded"}
            row |= {"stated_by": self.viewer.org if own else None, "names": self.viewer.org if named else None}
            found = self._policy.classes(self.viewer, relations, RECORD, self._day, row)
            self._known[key] = found
        return found

    def knows(self, type_: str, source: str) -> bool:
        """Whether it is known what a fact is: what others state in a type that only newer doors know is not."""
        return type_ in self._types or source.startswith(self.polku)

    @property
    def stated(self) -> Collection[str]:
        """Types that somebody states."""
        return self._types.keys()

    def may_name(self, type_: str) -> bool:
        """Whether a fact of this type can relate an organisation to the person, or be given to one."""
        cls = self._types.get(type_)
        return cls is None or cls.related is not Event.related

    def types(self, feed: Feed, relations: frozenset[str]) -> tuple[list[str], list[str], bool]:
        """Stated types of a feed; those of them that others' facts of may be told, and whether conclusions may be.

        With all relations that the reader has to anybody: what is left out here need not be looked at.
        """
        wanted = [t for t in self._types if t not in (ERASED, RETRACTED) and feed.holds(t, stated=True)]
        others = [t for t in wanted if self._ever(t, relations)]
        concluded = feed.holds("fi.polku..v1", stated=False) and self._ever("fi.polku..v1", relations)
        return wanted, others, concluded

    def _ever(self, type_: str, relations: frozenset[str]) -> bool:
        source = "urn:polku::" if type_ in self._types else self.polku
        return self.ground(type_, source, relations, named=self.may_name(type_)) is not None


def names(fact: Fact, org: str) -> bool:
    """Whether a fact relates an organisation to the person, or is given to it."""
    if isinstance(fact.data, Conclusion):
        to: Mapping[str, Any] = fact.data.facts.get("to") or {}
        return to.get("org") == org
    return isinstance(fact.data, Event) and any(named == org for named, _ in fact.data.related())


def relations_by(fact: Fact, org: str) -> frozenset[str]:
    """The relations of an organisation to the person that a stated fact makes by itself; see the view `relations`."""
    if not isinstance(fact.data, Event) or fact.own:
        return frozenset()
    named: Iterable[str] = (relation for whom, relation in fact.data.related() if whom == org)
    return frozenset(["stated"] if fact.org == org else named)
