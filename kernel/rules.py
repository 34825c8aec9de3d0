"""A rule looks at one person's state and says what it finds and from when; it never asks what time it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from kernel.facts import Event, Fact

S = TypeVar("S")
P = TypeVar("P", bound="Params")
P_co = TypeVar("P_co", bound="Params", covariant=True)


class Params(BaseModel):
    """Parameters of a rule: a frozen model whose defaults stand in the rule's file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


@dataclass(frozen=True)
class Dated(Generic[P]):
    """Parameters valid from a day on (both ends inclusive, None: open); `basis` is statute, local or default."""

    params: P
    valid_from: date | None = None
    valid_to: date | None = None
    basis: str = "default"


class Resolved(Protocol[P_co]):
    """What a rule receives as `params`: the versions valid for this person, the reference facts, and the business id of
    whoever organises the service in this instance (empty: not told).
    """

    organiser: str

    def on(self, day: date, *, site: str | None = None, organiser: str | None = None) -> P_co:
        """The parameters valid on a window's last day, most special scope first: person, site, organiser, region."""
        ...

    def reference(self, kind: type[Event]) -> list[Fact]:
        """Valid reference facts of one type (about organisations, sites, policies) in fold order."""
        ...


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a rule sees from an instant on, until an instant or open; a date means its local midnight.

    `key` tells findings of one rule about one person apart and stays the same while the matter stays the same.
    `facts` is plain JSON data. `params` are those that decided, for the record.
    """

    key: str
    since: datetime | date
    until: datetime | date | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    params: Params | None = None


@dataclass(frozen=True)
class Rule(Generic[S, P]):
    """One unit that concludes. `name` is the type of its raise in the words of the domain (`review.due`).

    `listens` names the types of facts (`aggregate.fact`) whose arrival may change what it finds; `family` groups rules
    into one alert; `parameters` is the rule id whose stated parameters count (empty: its own); `ended_by` maps a door
    fact's name to the raise (fact id) that it ends; `versions` are further parameter sets by date; `steps` maps the
    last part of a key to the type of raise that has a name of its own (`…:assessment_held` to `assessment.missing`).
    """

    id: str
    version: int
    name: str
    params: P
    find: Callable[[S, Resolved[P]], Iterator[Finding]]
    listens: frozenset[str]
    family: str = ""
    versions: tuple[Dated[P], ...] = ()
    ended_by: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    parameters: str = ""
    steps: Mapping[str, str] = field(default_factory=dict)

    def raises(self, key: str) -> str:
        """The type of the raise of a finding with this key."""
        return self.steps.get(key.rpartition(":")[2], self.name)

    @property
    def names(self) -> frozenset[str]:
        """Every type of raise that it may conclude."""
        return frozenset({self.name, *self.steps.values()})


@dataclass(frozen=True)
class Fold(Generic[S]):
    """State of one person: `initial()`, then `evolve(state, fact)` in place for every valid fact in fold order.

    `listens` names the types it reads. Evolve is total: it raises nothing but Poison.
    """

    initial: Callable[[], S]
    evolve: Callable[[S, Fact], None]
    listens: frozenset[str]
