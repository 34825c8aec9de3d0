"""What has been suspected of being done twice, and what people have said to it: the door decides upon this."""

from __future__ import annotations

from dataclasses import dataclass, field

from kernel.decide import NotAllowed, NotThere
from kernel.facts import Conclusion, Fact
from kernel.rules import Fold
from schemas.duplicates.confirmed_v1 import DuplicateWorkConfirmed
from schemas.duplicates.dismissed_v1 import DuplicateWorkDismissed
from schemas.duplicates.resolved_v1 import DuplicateWorkResolved

DETECTED = frozenset({"duplicate_work.detected", "attendance.data_conflict"})
WITHDRAWN = "finding.withdrawn"


@dataclass(slots=True)
class Suspicion:
    """A raise: `state` is suspected, confirmed, dismissed, resolved or withdrawn; `items` the ids of the work."""

    id: str
    key: str
    items: frozenset[str]
    state: str = "suspected"


@dataclass(slots=True)
class Suspicions:
    """Those of one person by the id of their raise."""

    known: dict[str, Suspicion] = field(default_factory=dict)

    def named(self, id_: str) -> Suspicion:
        """The suspicion of this id. NotThere when there is none, NotAllowed when its cause has gone."""
        found = self.known.get(id_)
        if found is None:
            raise NotThere(id_)
        if found.state == "withdrawn":
            raise NotAllowed("withdrawn", "this is not suspected any more: its cause is gone")
        return found


def evolve(state: Suspicions, fact: Fact) -> None:
    """Take one valid fact in."""
    match fact.data:
        case Conclusion() as said if fact.name in DETECTED:
            items = frozenset(str(i["id"]) for i in said.facts.get("items", ()))
            state.known[fact.id] = Suspicion(fact.id, said.key, items)
        case Conclusion() as said if fact.name == WITHDRAWN:
            _set(state, said.raised or "", "withdrawn", frozenset({"suspected", "confirmed"}))
        case DuplicateWorkConfirmed() as said:
            _set(state, said.duplicate_id, "confirmed", frozenset({"suspected"}))
        case DuplicateWorkDismissed() as said:
            _set(state, said.duplicate_id, "dismissed", frozenset({"suspected", "confirmed", "withdrawn"}))
        case DuplicateWorkResolved() as said:
            _set(state, said.duplicate_id, "resolved", frozenset({"suspected", "confirmed", "dismissed", "withdrawn"}))


def _set(state: Suspicions, id_: str, to: str, before: frozenset[str]) -> None:
    found = state.known.get(id_)
    if found is not None and found.state in before:
        found.state = to


fold = Fold(
    initial=Suspicions,
    evolve=evolve,
    listens=frozenset(
        {
            *DETECTED,
            WITHDRAWN,
            DuplicateWorkConfirmed.meta.name,
            DuplicateWorkDismissed.meta.name,
            DuplicateWorkResolved.meta.name,
        }
    ),
)
