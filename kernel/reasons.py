"""Why something that was raised is not found any more, told by her facts alone and never by how they were batched."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from kernel.conclude import WITHDRAWN, evaluate
from kernel.errors import Poison
from kernel.facts import Conclusion, Fact
from kernel.journal import RETRACTED
from kernel.matter import Name
from kernel.params import Reference
from kernel.person import Person, Units

CORRECTED, RULE_CHANGED, RESOLVED = "corrected", "rule_changed", "resolved"


@dataclass(frozen=True, slots=True)
class Reasons:
    """Reasons of one evaluation of one person; `swept`: nothing but rules or parameters is new.

    `guard` runs units and turns whatever they raise into Poison.
    """

    units: Units
    person: Person
    reference: Reference
    now: datetime
    guard: Callable[[Units, Callable[[], bool]], bool]
    swept: bool = False

    def why(self, name: Name, raised: str) -> str:
        """The code that stands on the withdrawal of a raise (its fact id)."""
        facts = self.person.facts.values()
        begun = next((_place(f) for f in facts if f.own and f.id == raised), None)
        later = [f for f in facts if begun is not None and _place(f) > begun]
        mends = [f for f in later if f.corrects or f.type == RETRACTED]
        if mends and self._found_without(mends, name):
            return CORRECTED
        told = self._told_by_others(later, self.units.by_id[name[0]].listens)
        return told or (RULE_CHANGED if self.swept else RESOLVED)

    def _found_without(self, mends: Sequence[Fact], name: Name) -> bool:
        """Whether it would still hold, had nothing been corrected or retracted since it was raised."""
        units = replace(self.units, views=(), applying=[])
        left = [f for f in self.person.facts.values() if f not in mends]

        def found() -> bool:
            person = Person(units, left)
            return name in evaluate(units.rules, person.state, self.reference, person.personal, self.now).wanted

        try:
            return self.guard(units, found)
        except Poison:  # what was corrected could not even be read
            return True

    def _told_by_others(self, later: Sequence[Fact], listens: frozenset[str]) -> str | None:
        """The reason on the newest withdrawal of something that the unit itself listens to."""
        names: Mapping[str, str] = {f.id: f.name for f in self.person.facts.values() if isinstance(f.data, Conclusion)}
        gone = [f for f in later if f.name == WITHDRAWN and names.get(f.data.raised or "", "") in listens]
        newest: Any = max(gone, key=_place, default=None)
        return newest.data.reason if newest else None


def _place(fact: Fact) -> tuple[int, int]:
    return (fact.chain, fact.seq)
