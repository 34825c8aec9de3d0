"""A fact: what somebody stated, or what Polku concluded, about one person at one place in the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, ClassVar, Self, TypeVar
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict

PREFIX = "fi.polku."
ORGANISATIONS = UUID("a7f0c1de-3c4b-5e7f-9d21-54f6c0a8b301")
M = TypeVar("M", bound=BaseModel)
ANYBODY = "*"
"""The organisation in a relation that everybody has: to what an organisation tells of its own services."""


@dataclass(frozen=True, slots=True)
class Meta:
    """What is fixed about a type of fact.

    `name` is `<aggregate>.<fact>`; `stated_by` the `org_type` codes that may state it (empty: only Polku or people
    at the door); `person` tells whether it is about a person (None: either); `data_class` is operational, benefit
    or sensitive; `rank` orders sources when two speak of the same thing (greater wins, absent counts 0).
    """

    name: str
    version: int = 1
    stated_by: frozenset[str] = frozenset()
    person: bool | None = True
    data_class: str = "operational"
    label: Mapping[str, str] = field(default_factory=dict)
    rank: Mapping[str, int] = field(default_factory=dict)

    @property
    def type(self) -> str:
        """The CloudEvents type, such as `fi.polku.referral.submitted.v1`."""
        return f"{PREFIX}{self.name}.v{self.version}"


class Event(BaseModel):
    """The data of one type of fact; unknown fields are kept, types are strict, instances frozen."""

    model_config = ConfigDict(frozen=True, strict=True, extra="allow")

    meta: ClassVar[Meta]

    @classmethod
    def example(cls) -> Self:
        """One complete instance with dates in 2025, used by tests, docs and load alike."""
        raise NotImplementedError(cls.__name__)

    @classmethod
    def upgrade(cls, older: Event) -> Self:
        """This version's shape of what the version before it said: new fields stand at their defaults."""
        return cls.model_validate(dict(older))

    def about(self) -> tuple[object, ...] | None:
        """What exactly it speaks of, so that of two statements one wins; None: every statement counts."""
        return None

    def related(self) -> Sequence[tuple[str, str]]:
        """Organisations that this fact relates to the person besides its source: (business id, relation)."""
        return ()


class Conclusion(BaseModel):
    """The one shape of everything a rule concludes: raised, changed or withdrawn.

    `raised` is the fact id of the raise that a change or withdrawal speaks of; `reason` stands on withdrawals only.
    """

    model_config = ConfigDict(frozen=True)

    rule: str
    rule_version: int
    key: str
    m: int
    since: datetime
    until: datetime | None = None
    params: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    raised: str | None = None
    reason: str | None = None

    @cached_property
    def content(self) -> dict[str, Any]:
        """What it says, as plain data, whichever of the three it is."""
        return self.model_dump(mode="json", include={"rule_version", "since", "until", "params", "facts"})


_GIVEN: dict[frozenset[str], set[str]] = {}
_NOTHING: dict[str, Any] = {}


def slim(data: M) -> M:
    """The same data, which notes what fields it was given together with all that were given the same.

    Each has a set of its own otherwise, and that takes more room than all it says. Not where unknown fields were given:
    there is no end to their names.
    """
    if not data.model_extra:
        given = data.model_fields_set
        object.__setattr__(data, "__pydantic_fields_set__", _GIVEN.setdefault(frozenset(given), given))
        object.__setattr__(data, "__pydantic_extra__", None if data.model_extra is None else _NOTHING)
    return data


class Redacted:
    """Stands where data was whose key has been destroyed: the fold passes over it."""

    def __repr__(self) -> str:
        return "Redacted()"


REDACTED = Redacted()


@dataclass(slots=True, unsafe_hash=True)  # nobody changes one; to let Python see to it would double what it costs
class Fact:
    """One fact as a fold sees it. Instants are aware UTC datetimes; `subject` is the person it lies with now.

    `trace` is the traceparent under which it was stated (empty: none); nothing may be decided by it. `rivals` are
    counting statements about the very same thing that this one outweighs.
    """

    lane: int
    seq: int
    subject: str | None
    source: str
    id: str
    type: str
    time: datetime
    recorded: datetime
    data: Any
    corrects: str | None = None
    org_type: str = ""
    own: bool = False
    chain: int = 0
    trace: str = ""
    rivals: tuple[Fact, ...] = ()

    @property
    def name(self) -> str:
        """`<aggregate>.<fact>` without prefix and version."""
        return name_of(self.type)

    @property
    def org(self) -> str:
        """Business id of the stating organisation."""
        return org_of(self.source)

    @property
    def order(self) -> tuple[Any, ...]:
        """Place in every fold: partners' facts by what they say of time, never by arrival; Polku's own as decided."""
        if self.own:
            return (1, self.chain, self.lane, self.seq)
        return (0, self.time, self.recorded, self.source, self.id)


@lru_cache(maxsize=4_096)
def name_of(type_: str) -> str:
    """`fi.polku.referral.submitted.v1` → `referral.submitted`."""
    return type_[len(PREFIX) :].rpartition(".v")[0]


def org_of(source: str) -> str:
    """`urn:polku:<business id>:<system>` → the business id."""
    return source.split(":", 3)[2]


def organisation_ref(org: str) -> str:
    """The subject that stands for an organisation in lane 0, where it has the place of a person."""
    return str(uuid5(ORGANISATIONS, org))


def lane_of(subject: str, lanes: int) -> int:
    """The lane of a person, 1…lanes: fixed for the life of an installation (random UUIDs are their own hash)."""
    return UUID(subject).int % lanes + 1
