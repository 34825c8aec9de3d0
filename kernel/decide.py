"""A decision at the door: read the person from the journal itself, decide, append only if nothing new came between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import uuid4

from pydantic import BaseModel

from kernel.decode import Catalogue, Decoder
from kernel.errors import Conflict, PolkuError, Unavailable
from kernel.facts import Event
from kernel.journal import NewFact, Receipt, own_source
from kernel.person import Person, Units
from kernel.person_reader import PersonReader
from kernel.pg_journal import PgJournal
from kernel.pg_prepare import load_persons, resolve_ref
from kernel.rules import Fold

C = TypeVar("C", bound=BaseModel)


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
    """A pure unit: `decide(state, command, actor, now)` answers events to state ("already done" answers none)."""

    name: str
    command: type[C]
    fold: Fold[Any]
    decide: Callable[[Any, C, Actor, datetime], Sequence[Event]]


class Decider:
    """Runs decisions against the journal. One per process."""

    def __init__(self, journal: PgJournal, catalogue: Catalogue) -> None:
        self._journal = journal
        self._decoder = Decoder(catalogue, journal.keys, journal.instance.operator)

    async def run(self, decision: Decision[C], subject: str, command: C, actor: Actor) -> list[Receipt]:
        """Decide and append. NotThere, NotAllowed and Stale come from the decision; Unavailable after many tries."""
        for _ in range(10):
            persons = await load_persons(self._journal.pool, {subject})
            if subject not in persons:
                raise NotThere(subject)
            ref = resolve_ref(subject, persons)
            state, head = await self.state(decision.fold, ref)
            now = await self._journal.now()
            events = decision.decide(state, command, actor, now)
            if not events:
                return []
            try:
                return await self._journal.append([self._fact(e, ref, actor, now) for e in events], {ref: head})
            except Conflict:
                continue
        raise Unavailable("this person's facts change too quickly to decide")

    async def state(self, fold: Fold[Any], ref: str) -> tuple[Any, int]:
        """A person's state at the head of her lane, and the seq of her newest fact."""
        units = Units.of("", fold, (), ())
        reader = PersonReader(self._journal.pool, self._decoder, units)
        head = (await reader.heads([ref]))[ref]
        history = (await reader.histories([ref], head))[ref]
        if history.dead:
            raise NotThere(ref)
        return Person(units, history.facts).state, head

    def _fact(self, event: Event, ref: str, actor: Actor, now: datetime) -> NewFact:
        return NewFact(
            source=own_source(self._journal.instance.operator, "door"),
            id=str(uuid4()),
            type=event.meta.type,
            subject=ref,
            time=now,
            recorded=now,
            data=event.model_dump_json(exclude_none=True).encode(),
            attributes={"orgid": actor.org, "actorref": actor.user, "actorrole": ",".join(sorted(actor.roles))},
        )
