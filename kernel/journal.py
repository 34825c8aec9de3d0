"""The journal's words: what is given to it, what it answers, and what it can be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import orjson

from kernel.stored import Stored

TIME = "fi.polku.time.reached.v1"
REFERENCE = "fi.polku.reference.changed.v1"
RETRACTED = "fi.polku.fact.retracted.v1"
MERGED = "fi.polku.client.merged.v1"
ERASED = "fi.polku.subject.erased.v1"
SKIPPED = "fi.polku.hold.skipped.v1"
REPAIRED = "fi.polku.fact.repaired.v1"
KERNEL_TYPES = frozenset({RETRACTED, MERGED, ERASED, SKIPPED, REPAIRED})
"""Types that reach a person whatever a processor listens to, held or not: each ends in a refold."""

RECEIVED = "received"
"""Attribute of a conclusion: when the fact that led to it was received, so that the whole way can be measured."""

MAX_BATCH = 500


@dataclass(frozen=True, slots=True)
class NewFact:
    """A fact to append: clear, canonical JSON in `data`.

    `subject` is the person as stated; `lane` stands only on Polku's own facts without a person; `org_type` is the
    code under which the organisation stated it; `attributes` is what else the envelope holds; `canonical` is what
    the digest is taken over (empty: derived from the other fields).
    """

    source: str
    id: str
    type: str
    subject: str | None
    time: datetime
    recorded: datetime
    data: bytes
    corrects: str | None = None
    org_type: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    lane: int | None = None
    canonical: bytes = b""

    def digested(self) -> bytes:
        """The bytes under the digest: never lane, seq or time of receipt."""
        if self.canonical:
            return self.canonical
        parts = [self.source, self.id, self.type, self.subject, self.time, self.corrects, dict(self.attributes)]
        return orjson.dumps(parts, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z) + self.data


class Receipt(NamedTuple):
    """Where a fact lies. `digest` is hexadecimal; `replayed` tells that it had been there before."""

    source: str
    id: str
    lane: int
    seq: int
    digest: str
    replayed: bool = False


class Journal(Protocol):
    """What the door, the clock and the tools ask of a journal; every implementation passes one contract suite."""

    async def append(self, facts: Sequence[NewFact], expect: Mapping[str, int] | None = None) -> list[Receipt]:
        """Store all facts in one transaction or none, and answer in their order.

        `expect` maps persons to the newest seq that a decision saw; Conflict if there is a newer one. Raises Refused
        (pointer `/<index>/…`), Conflict or Unavailable.
        """
        ...

    async def read(self, lane: int, after: int, limit: int) -> list[Stored]:
        """Facts of a lane with seq > after, dense, in order."""
        ...

    async def now(self) -> datetime:
        """The instance's clock."""
        ...


@lru_cache(maxsize=4096)  # a few sources, asked for with every fact
def is_own(source: str, operator: str) -> bool:
    """Whether Polku itself stated it: a conclusion, a time fact, or what a person did at the door."""
    return source.startswith(f"urn:polku:{operator}:polku-")


def own_source(operator: str, part: str) -> str:
    """The source under which a part of Polku states."""
    return f"urn:polku:{operator}:polku-{part}"
