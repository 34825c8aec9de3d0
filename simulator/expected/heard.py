"""What has been said about one person by some moment: what was taken back or said anew does not count any more."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from simulator.expected.calendar import local_day
from simulator.region import Org, Region
from simulator.statement import Statement

SOCIAL = frozenset(
    {"wellbeing_county", "adult_social_work", "joint_municipal_authority", "joint_municipal_enterprise", "municipality"}
)
SITES = frozenset({"workshop", "activity_site"})
OFFICES = frozenset(
    {"provider", "foundation", "association", "ngo", "parish", "religious_community", "private_provider", "project"}
)
OF_A_DAY = ("attendance.day_recorded", "attendance.day_corrected")
ONCE = {
    "placement.started": ("placement_id",),
    "placement.ended": ("placement_id",),
    "placement.terms_changed": ("placement_id", "from"),
    "attendance.day_recorded": ("placement_id", "date"),
    "attendance.day_corrected": ("placement_id", "date"),
}
"""Of these several statements tell of one thing, and only one of them counts."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Something that a rule should say: from an instant until another (None: until something is said)."""

    rule: str
    key: str
    since: datetime
    until: datetime | None = None

    def at(self, now: datetime) -> bool:
        """Whether it holds."""
        return self.since <= now and (self.until is None or now < self.until)


class Heard:
    """The statements that count, in the order of what they say of time; more of them come as the play goes on."""

    def __init__(self, region: Region) -> None:
        self._region = region
        self._taken: list[Statement] = []
        self._by_name: dict[str, list[tuple[object, ...]]] = {}
        self._rivals: dict[tuple[object, ...], list[Statement]] = {}
        self._void: set[tuple[str, object]] = set()
        self.worked_out: dict[str, object] = {}
        """What several parts of the model make of all this, until something new is said."""

    def take(self, told: Iterable[Statement]) -> None:
        """Hear something new. Whoever takes back or corrects makes all of it be gone through anew."""
        new = [s for s in told if (s.source, s.id) not in self._void]
        self._taken += new
        self.worked_out.clear()
        if any(s.corrects or s.name == "fact.retracted" for s in new):
            self._by_name, self._rivals, new = {}, {}, self._counting()
        for said in new:
            self._write(said)

    def _counting(self) -> list[Statement]:
        gone = {(s.source, s.data["id"]) for s in self._taken if s.name == "fact.retracted"}
        left = [s for s in self._taken if (s.source, s.id) not in gone]
        replaced = {(s.source, s.corrects) for s in left if s.corrects}
        self._void = gone | replaced
        return [s for s in left if (s.source, s.id) not in replaced]

    def _write(self, said: Statement) -> None:
        if said.name in ONCE:
            name = "day" if said.name in OF_A_DAY else said.name
            about = (name, *(said.data[field] for field in ONCE[said.name]))
            rivals = self._rivals.setdefault(about, [])
            rivals.append(said)
            if len(rivals) > 1:
                rivals.sort(key=self._weight)
                for other in rivals:
                    entries = self._by_name.get(other.name, [])
                    entries[:] = [e for e in entries if e[-1] is not other]
                said = rivals[-1]
        insort(self._by_name.setdefault(said.name, []), _entry(said))

    def _weight(self, said: Statement) -> tuple[object, ...]:
        """The site's word before the provider's office before everybody else; then what was written down last."""
        if said.name in ("placement.ended", "placement.terms_changed"):
            return (0, said.recorded_at, said.source, said.id)
        types = self.types(said)
        rank = 2 if types & SITES else 1 if types & OFFICES else 0
        return (rank, said.recorded_at, said.source, said.id)

    def of(self, *names: str, **where: object) -> list[Statement]:
        """Statements of these kinds with this in them, oldest first."""
        entries = [e for name in names for e in self._by_name.get(name, ())]
        if len(names) > 1:
            entries.sort()
        found = [said for *_, said in entries if isinstance(said, Statement)]
        return [s for s in found if all(s.data.get(k) == v for k, v in where.items())] if where else found

    def rivals(self, said: Statement) -> Sequence[Statement]:
        """Everything that counts about the day that a statement tells of, itself included."""
        return self._rivals.get(("day", said.data["placement_id"], said.data["date"]), ())

    def types(self, said: Statement) -> frozenset[str]:
        """What an organisation was on the day on which it said something to others."""
        org: Org = self._region.by_id[said.org]
        return frozenset(org.types_at(said.sent))

    def social(self, said: Statement) -> bool:
        """Whether social work said it."""
        return bool(self.types(said) & SOCIAL)

    def ids(self, field: str, *names: str) -> Iterator[str]:
        """What these statements speak of, each once, in the order in which it was first spoken of."""
        return iter(dict.fromkeys(str(s.data[field]) for s in self.of(*names) if s.data.get(field)))


def _entry(said: Statement) -> tuple[object, ...]:
    return (said.time, said.recorded_at, said.source, said.id, said.name, said)


def day(value: object) -> date:
    """A day as it stands in a statement."""
    return date.fromisoformat(str(value))


def maybe_day(value: object) -> date | None:
    """The same, when it stands there at all."""
    return None if value is None else day(value)


def said_on(said: Statement) -> date:
    """The day of which somebody speaks."""
    return local_day(said.time)
