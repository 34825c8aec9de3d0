"""What the door is made of: given by whoever puts it together, so that tests can give the same things in memory."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from kernel.decide import Actor, Decision, Settled
from kernel.disclosure import Viewer
from kernel.journal import NewFact, Receipt
from kernel.settings import Settings
from kernel.views import View
from services.gateway.access import Access, Caller
from services.gateway.admit import Rulebook
from services.gateway.feeding import Feeding
from services.gateway.limits import WORK, Limiter
from services.gateway.refusals import Refusals
from services.gateway.suppress import Columns, Counted
from services.gateway.waiting import soon

FRESH = 0.5
"""Seconds that a reading of a driven clock may be used before it is read again."""


@dataclass(frozen=True, slots=True)
class Found:
    """A stored fact with what has become of it: by processor whether it is applied, and who holds the person.

    `target` tells of a retraction or correction what became of the fact that it names: `waits` for one that has not
    come, `mismatch` for one that came about another person and so stands untouched; empty: reached, or none named.
    """

    receipt: Receipt
    applied: Mapping[str, bool]
    held: Sequence[str]
    target: str = ""


class Stating(Protocol):
    """Stores facts: a list is one batch, never split. `kernel.writer.Writer` is the one that runs."""

    def state(self, facts: Sequence[NewFact]) -> Awaitable[list[Receipt]]:
        """Receipts in order; Refused (pointer `/<index>/…`) or Unavailable."""
        ...


class Lapsed(Protocol):
    """Tells what was stored before and no longer counts."""

    async def of(self, facts: Sequence[NewFact]) -> Set[tuple[str, str]]:
        """Names (source, id) of those that their own source has replaced or withdrawn since."""
        ...


class Records(Protocol):
    """What the door looks up in the journal and in the vault."""

    async def now(self) -> datetime:
        """The instance's clock."""

    async def known(self, refs: Iterable[str]) -> Set[str]:
        """Those of the refs that exist, whatever has become of the person."""

    def remembered(self, ref: str) -> bool:
        """Whether a ref is known to exist without asking anybody: what exists once never ceases to."""
        ...

    async def erased(self, refs: Iterable[str]) -> Set[str]:
        """Those of the refs whose person has been erased."""

    async def find(self, source: str, id_: str) -> Found | None:
        """What has become of a fact, by what its source calls it."""
        ...

    async def reused(self, fact: NewFact) -> bool:
        """Whether its source has already stated something else under the same id."""
        ...

    async def person_of(self, claim: str, org: str) -> str | None:
        """Whose work this organisation has claimed under this id; None when it has not, whoever else has."""
        ...

    async def resolve(self, code: str, org: str, user: str) -> str:
        """The client_ref of an identity code, made when it is new; logged."""
        ...

    async def ready(self) -> str:
        """Empty when facts can be stored and processors have their places; else what is missing."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows that passed the gate, whether there are more beyond `last`, and how fresh they are."""

    rows: Sequence[Mapping[str, Any]]
    last: Sequence[str] | None
    as_of: Mapping[str, Any]
    stale_sources: Sequence[str]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a view: equal filters, rows after a key, at most so many.

    `among` names values of which a column holds one, `between` a column's first and last value, `persons` a second view
    and what its columns hold, as far as the caller may see it; `by` are columns that the rows are ordered by first.
    """

    filters: Mapping[str, str] = field(default_factory=dict)
    after: Sequence[str] | None = None
    limit: int = 100
    among: Mapping[str, Sequence[str]] = field(default_factory=dict)
    between: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    persons: tuple[View, Mapping[str, Sequence[str]]] | None = None
    by: tuple[str, ...] = ()


class Reading(Protocol):
    """Reads views through the disclosure gate, and through nothing else."""

    async def read(self, caller: Caller, processor: str, view: View, question: Question) -> Answer:
        """Rows that the caller may see, each person shown being logged in the same transaction."""

    async def wait(self, processor: str, lane: int, seq: int, seconds: float) -> bool:
        """Wait until a processor has reached a place in a lane; False when the time is up before."""

    async def timeline(self, caller: Caller, ref: str, question: Question) -> Answer | None:
        """What was stated about a person as far as the caller may see it, newest last; None: not there or not yours."""


class Asking(Protocol):
    """Answers that are no rows of a view: the log of disclosures, the streams, and numbers over many persons."""

    async def access_log(self, caller: Caller, question: Question, everybody: bool) -> Answer:
        """What was shown to the caller's organisation (`everybody`: to any), oldest first; the reading is logged."""

    async def streams(self) -> Answer:
        """How far each processor is."""

    async def counts(
        self, caller: Caller, view: View, columns: Columns, within: Mapping[str, str], median: str = ""
    ) -> Counted:
        """Persons by columns with all totals, of rows `within` a part of the key, with a column's `median` beside."""

    async def figures(self, caller: Caller, figures: Any, days: Sequence[str]) -> Answer:
        """Sums of one kind (`services.gateway.figures.Figures`), over the days from the first to the second."""


class Deciding(Protocol):
    """Runs a decision of what people may do: `kernel.decide.Decider`."""

    async def settle(
        self, decision: Decision[Any], subject: str, command: Any, actor: Actor, id_: str | None = None
    ) -> Settled:
        """What was stated (nothing when it had been done already), and what the decision answers."""


class Telling(Protocol):
    """Lets rows that were folded from the journal pass the gate: `kernel.disclosure.Gate`."""

    async def tell(
        self, viewer: Viewer, view: View, rows: Iterable[Mapping[str, Any]], relations: Iterable[str]
    ) -> list[dict[str, Any]]:
        """What the viewer may see of them, logged; a viewer without a relation sees nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Begun:
    """A request under way: the id that its fact gets, and the answer once there is one."""

    fact: str
    status: int | None = None
    answer: bytes = b""


class FirstAnswers(Protocol):
    """Keeps the first answers of a day, by organisation and key."""

    async def begin(self, org: str, key: str, request: bytes, ref: str | None) -> Begun:
        """Begin, or go on with, a request; Refused 422 when the key was used for another one (`request`: a digest).

        `ref` is the person whom it is about: what is kept goes when she is erased.
        """
        ...

    async def finish(self, org: str, key: str, status: int, answer: bytes) -> Begun:
        """Keep an answer unless there is one; answers the one that is kept."""
        ...


class Clock:
    """The instance's clock as the door uses it: the machine's when it is real, else the row, read now and then."""

    def __init__(self, records: Records, driven: bool) -> None:
        self._records, self._driven = records, driven
        self._read, self._at = datetime.min.replace(tzinfo=UTC), float("-inf")
        self._asked: asyncio.Future[None] | None = None

    async def now(self, fresh: bool = False) -> datetime:
        """The instant. A driven clock only moves forward: what looks too early is asked again with `fresh`."""
        if not self._driven:
            return datetime.now(UTC)
        if fresh:
            await soon(self._ask())
        elif time.monotonic() - self._at > FRESH:
            if self._asked is None or self._asked.done():  # one question for all who find the reading old together
                self._asked = asyncio.ensure_future(self._ask())
            await soon(self._asked)
        return self._read

    async def _ask(self) -> None:
        begun = time.monotonic()
        now = await self._records.now()
        if now >= self._read:
            self._read, self._at = now, begun


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that the door needs to answer."""

    settings: Settings
    access: Access
    rulebook: Rulebook
    records: Records
    stating: Stating
    lapsed: Lapsed
    reading: Reading
    feeding: Feeding
    asking: Asking
    deciding: Deciding
    telling: Telling
    first_answers: FirstAnswers
    refusals: Refusals
    clock: Clock
    resolving: Limiter
    views: Sequence[tuple[str, View]] = ()
    decisions: Sequence[Decision[Any]] = ()
    concluded: Sequence[Any] = ()
    cursor_key: bytes = b""
    working: Limiter = field(default_factory=lambda: Limiter(WORK))
    row_key: bytes = b""
    """Makes the ids of rows without one; must stay for ever, as a file that is sent again must meet itself."""
