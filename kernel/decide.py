"""A decision at the door: read the person from the journal itself, decide, append only if nothing new came between."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4, uuid5
from weakref import WeakValueDictionary

from pydantic import BaseModel

from kernel.decode import Catalogue, Decoder
from kernel.errors import Conflict, Poison, PolkuError, Unavailable
from kernel.facts import Event, Fact
from kernel.journal import NewFact, Receipt, own_source
from kernel.person import Person, Units
from kernel.person_reader import PersonReader
from kernel.pg_journal import PgJournal
from kernel.pg_prepare import load_persons, resolve_ref
from kernel.rules import Fold
from kernel.views import Rows, View

C = TypeVar("C", bound=BaseModel)

TRIES = 30
"""How often one decision may meet newer facts before it is told to come again."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who decides: organisation, person inside it, roles, and a name that colleagues know."""

    org: str
    user: str
    roles: frozenset[str]
    display: str = ""


class NotAllowed(PolkuError):
    """The decision may not be taken as things stand (409); `code` is stable, `detail` a plain sentence."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail


class Stale(PolkuError):
    """Somebody else has done something since the screen was drawn (412)."""


class NotThere(PolkuError):
    """No such thing, or not for this actor: both look the same (404)."""


@dataclass(frozen=True)
class Decision(Generic[C]):
    """A pure unit: `decide(state, command, actor, now)` answers events to state ("already done" answers none).

    `answer`, with the same arguments and the state after those events, says what has come of it, as plain data. Rows
    of `shows` in it pass the gate before anybody reads them; `beside` are views to fold along (who is related).
    """

    name: str
    command: type[C]
    fold: Fold[Any]
    decide: Callable[[Any, C, Actor, datetime], Sequence[Event]]
    answer: Callable[[Any, C, Actor, datetime], Mapping[str, Any]] | None = None
    shows: View | None = None
    beside: tuple[View, ...] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """What a decision has led to: what was stated, what it answers, and the rows folded beside, by view."""

    ref: str
    receipts: Sequence[Receipt]
    answer: Mapping[str, Any]
    rows: Mapping[str, Rows]


class Decider:
    """Runs decisions against the journal. One per process."""

    def __init__(self, journal: PgJournal, catalogue: Catalogue) -> None:
        self._journal = journal
        self._decoder = Decoder(catalogue, journal.keys, journal.instance.operator)
        # Those who decide about one person in one process go one after the other: 200 at once would conflict for ever.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def run(self, decision: Decision[C], subject: str, command: C, actor: Actor) -> list[Receipt]:
        """Decide and append. NotThere, NotAllowed and Stale come from the decision; Unavailable after many tries."""
        return list((await self.settle(decision, subject, command, actor)).receipts)

    async def settle(
        self, decision: Decision[C], subject: str, command: C, actor: Actor, id_: str | None = None
    ) -> Settled:
        """The same with what it answers; `id_` (a UUID) becomes the id of the first fact, so that a retry finds it."""
        turn = self._turns.setdefault(subject, asyncio.Lock())
        async with turn:
            for attempt in range(TRIES):
                try:
                    return await self._once(decision, subject, command, actor, id_ or str(uuid4()))
                except Conflict:  # another process was quicker; give it room, so that nobody loses for ever
                    await asyncio.sleep(random.random() * 0.002 * attempt)  # noqa: S311 - jitter, not a secret
        raise Unavailable("this person's facts change too quickly to decide")

    async def _once(self, decision: Decision[C], subject: str, command: C, actor: Actor, id_: str) -> Settled:
        persons = await load_persons(self._journal.pool, {subject})
        if subject not in persons:
            raise NotThere(subject)
        ref = resolve_ref(subject, persons)
        person, head = await self._person(decision.fold, ref, decision.beside)
        now = await self._journal.now()
        events = decision.decide(person.state, command, actor, now)
        ids = [id_, *(str(uuid5(UUID(id_), str(n))) for n in range(1, len(events)))]
        facts = [self._fact(e, i, ref, actor, now) for e, i in zip(events, ids, strict=False)]
        receipts = await self._journal.append(facts, {ref: head}) if facts else []
        if len(receipts) < len(facts):  # dropped: she was merged or erased a moment ago
            raise Conflict(ref)
        for event, fact, receipt in zip(events, facts, receipts, strict=True):
            if event.meta.name in decision.fold.listens:
                decision.fold.evolve(person.state, _stated(event, fact, receipt))
        answer = decision.answer(person.state, command, actor, now) if decision.answer else {}
        return Settled(ref, receipts, answer, person.rows)

    async def state(self, fold: Fold[Any], ref: str) -> tuple[Any, int]:
        """A person's state at the head of her lane, and the seq of her newest fact."""
        person, head = await self._person(fold, ref, ())
        return person.state, head

    async def _person(self, fold: Fold[Any], ref: str, beside: Sequence[View]) -> tuple[Person, int]:
        units = Units.of("", fold, (), beside)
        reader = PersonReader(self._journal.pool, self._decoder, units)
        head = (await reader.heads([ref]))[ref]
        history = (await reader.histories([ref], head))[ref]
        if history.dead:
            raise NotThere(ref)
        try:
            return Person(units, history.facts), head
        except Poison as poison:  # she is held: nobody can say how things stand until a person has mended it
            raise Unavailable(f"a fact of this person cannot be read: {poison.cause}") from poison

    def _fact(self, event: Event, id_: str, ref: str, actor: Actor, now: datetime) -> NewFact:
        return NewFact(
            source=own_source(self._journal.instance.operator, "door"),
            id=id_,
            type=event.meta.type,
            subject=ref,
            time=now,
            recorded=now,
            data=event.model_dump_json(exclude_none=True).encode(),
            attributes={"orgid": actor.org, "actorref": actor.user, "actorrole": ",".join(sorted(actor.roles))},
        )


def _stated(event: Event, fact: NewFact, receipt: Receipt) -> Fact:
    return Fact(
        receipt.lane,
        receipt.seq,
        fact.subject,
        fact.source,
        fact.id,
        fact.type,
        fact.time,
        fact.recorded,
        event,
        own=True,
    )
