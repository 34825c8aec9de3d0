"""Who is there for a person: her own worker and others by the day, her municipality, her providers."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from kernel.facts import Fact
from schemas.codes import SOCIAL

OWN_WORKER = "own_worker"


@dataclass(slots=True)
class Worker:
    """One named worker: role, her organisation and reference there, first and last day (None: open)."""

    role: str
    org: str
    ref: str
    first: date
    last: date | None

    def there(self, day: date) -> bool:
        """Whether she is the one on this day."""
        return self.first <= day and (self.last is None or day <= self.last)

    def end(self, on: date) -> None:
        """Her last day, if it is one on which she was there."""
        if self.there(on):
            self.last = on


@dataclass(slots=True)
class People:
    """Everybody around one person as far as alerts go; organisations by business id."""

    homes: list[tuple[date, str]] = field(default_factory=list)
    heard: dict[str, str] = field(default_factory=dict)
    """Type of each organisation that has spoken of her, as it spoke last; who spoke last stands last."""
    workers: list[Worker] = field(default_factory=list)
    endings: list[tuple[str, str, str, date]] = field(default_factory=list)
    providers: dict[str, str] = field(default_factory=dict)

    def worker(self, role: str, day: date, away: Set[str] = frozenset()) -> Worker | None:
        """Who holds a role on a day, in an organisation that is not `away`; of several the one who began last."""
        there = [w for w in self.workers if w.role == role and w.there(day) and w.org not in away]
        return max(there, key=lambda w: (w.first, w.org, w.ref), default=None)

    def newest(self, kinds: Set[str], away: Set[str]) -> str:
        """Which organisation of these types spoke of her last, of those that are not `away`; or nothing."""
        return next((o for o, kind in reversed(self.heard.items()) if kind in kinds and o not in away), "")

    def provider(self, placement: str) -> str:
        """Who runs a placement; without one named, who runs them all, if that is one."""
        every = set(self.providers.values())
        return self.providers.get(placement) or (every.pop() if len(every) == 1 else "")

    def municipality(self, day: date) -> str:
        """Code of the municipality where she lives on a day, or nothing."""
        lived = [h for h in self.homes if h[0] <= day]
        return max(reversed(lived), key=lambda h: h[0], default=(date.min, ""))[1]

    def changes(self) -> Iterator[date]:
        """Days on which she moves, or somebody begins or is no longer there."""
        yield from (on for on, _ in self.homes if on != date.min)
        for worker in self.workers:
            yield worker.first
            if worker.last is not None:
                yield worker.last + timedelta(days=1)


def learn(people: People, fact: Fact) -> None:
    """Take in one stated fact about who is there."""
    data: Any = fact.data
    people.heard.pop(fact.org, None)
    people.heard[fact.org] = fact.org_type
    match fact.name:
        case "client.registered":
            people.homes.append((date.min, data.home_municipality))
        case "client.moved_municipality":
            people.homes.append((data.on, data.to))
        case "caseworker.assigned":
            _assign(people, Worker(data.role_code, fact.org, data.person_ref, data.from_, data.to))
        case "caseworker.ended":
            _end(people, (data.role_code, fact.org, data.person_ref, data.to))
        case "placement.agreed":
            _provide(people, fact, str(data.placement_id))
        case "placement.started":
            people.providers[str(data.placement_id)] = fact.org


def _provide(people: People, fact: Fact, placement: str) -> None:
    """Who agreed on a placement runs it until a site says that it has begun there."""
    if fact.org_type not in SOCIAL or placement not in people.providers:
        people.providers[placement] = fact.org


def _assign(people: People, worker: Worker) -> None:
    """An ending may have been stated first."""
    people.workers.append(worker)
    for role, org, ref, last in people.endings:
        if (role, org, ref) == (worker.role, worker.org, worker.ref):
            worker.end(last)


def _end(people: People, ending: tuple[str, str, str, date]) -> None:
    people.endings.append(ending)
    for worker in people.workers:
        if (worker.role, worker.org, worker.ref) == ending[:3]:
            worker.end(ending[3])
