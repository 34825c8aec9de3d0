"""Decisions over facts in memory, and first answers in memory: what the door needs when there is no PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from kernel.decide import Actor, Decision, NotThere, Settled
from kernel.disclosure import Policy, Viewer, disclose
from kernel.facts import Event, Fact
from kernel.journal import NewFact, Receipt
from kernel.person import Person, Units
from kernel.views import View
from services.gateway.parts import Begun
from services.gateway.pg_lapsed import lapsed
from services.gateway.problem import refuse

OPERATOR = "9000001-1"
DOOR = f"urn:polku:{OPERATOR}:polku-door"


@dataclass
class Prepared:
    """A decision between reading and stating, with the instant and the newest fact that it saw."""

    decision: Decision[Any]
    ref: str
    command: Any
    actor: Actor
    id: str
    now: datetime
    head: int
    person: Person
    events: Sequence[Event]


@dataclass
class Facts:
    """The facts of persons in memory, with the clock; as `Decider` with a journal that nobody disturbs."""

    now: datetime
    known: dict[str, list[Fact]] = field(default_factory=dict)

    def add(self, ref: str, event: Event, org: str, at: datetime | None = None) -> Fact:
        """Somebody states something about a person."""
        return self._keep(ref, event, f"urn:polku:{org}:s", str(uuid4()), at or self.now, own=False)

    def _keep(self, ref: str, event: Event, source: str, id_: str, at: datetime, own: bool) -> Fact:
        facts = self.known.setdefault(ref, [])
        fact = Fact(1, len(facts) + 1, ref, source, id_, event.meta.type, at, self.now, event, own=own)
        facts.append(fact)
        return fact

    def person(self, decision: Decision[Any], ref: str) -> Person:
        """A person as a decision sees her."""
        if ref not in self.known:
            raise NotThere(ref)
        return Person(Units.of("", decision.fold, (), decision.beside), self.known[ref])

    def prepare(self, decision: Decision[Any], ref: str, command: Any, actor: Actor, id_: str) -> Prepared:
        """Read and decide; what comes of it is not stated yet."""
        person = self.person(decision, ref)
        events = decision.decide(person.state, command, actor, self.now)
        return Prepared(decision, ref, command, actor, id_, self.now, len(self.known[ref]), person, events)

    def commit(self, made: Prepared) -> Settled | None:
        """State it; None when the person has newer facts by now, as `Conflict` tells."""
        if made.events and made.head != len(self.known[made.ref]):
            return None
        ids = [made.id, *(str(uuid5(UUID(made.id), str(n))) for n in range(1, len(made.events)))]
        facts = [self._keep(made.ref, e, DOOR, i, made.now, own=True) for e, i in zip(made.events, ids, strict=False)]
        for fact in facts:
            if fact.name in made.decision.fold.listens:
                made.decision.fold.evolve(made.person.state, fact)
        answering = made.decision.answer
        answer = answering(made.person.state, made.command, made.actor, made.now) if answering else {}
        receipts = [Receipt(f.source, f.id, f.lane, f.seq, "0" * 64) for f in facts]
        return Settled(made.ref, receipts, answer, made.person.rows)

    async def settle(
        self, decision: Decision[Any], subject: str, command: Any, actor: Actor, id_: str | None = None
    ) -> Settled:
        settled = self.commit(self.prepare(decision, subject, command, actor, id_ or str(uuid4())))
        assert settled is not None
        return settled

    def whose(self, claim: str, org: str) -> str | None:
        """The person of an organisation's claim."""
        claims = ((ref, f) for ref, facts in self.known.items() for f in facts if f.name == "work.claimed")
        return next((ref for ref, f in claims if (f.id, f.data.holder_org) == (claim, org)), None)


@dataclass
class Answers:
    """First answers in memory."""

    kept: dict[tuple[str, str], tuple[bytes, Begun]] = field(default_factory=dict)

    async def begin(self, org: str, key: str, request: bytes, _: str | None) -> Begun:
        before, begun = self.kept.setdefault((org, key), (request, Begun(str(uuid4()))))
        if before != request:
            raise refuse(422, "key_reused", "this Idempotency-Key has been used for another request")
        return begun

    async def finish(self, org: str, key: str, status: int, answer: bytes) -> Begun:
        request, begun = self.kept[org, key]
        if begun.status is None:
            begun = Begun(begun.fact, status, answer)
            self.kept[org, key] = (request, begun)
        return begun


@dataclass
class Teller:
    """The gate over a policy in memory; `told` is its log."""

    policy: Policy
    facts: Facts
    told: list[tuple[str, str]] = field(default_factory=list)
    asked: int = 0

    async def tell(
        self, viewer: Viewer, view: View, rows: Iterable[Mapping[str, Any]], relations: Iterable[str]
    ) -> list[dict[str, Any]]:
        self.asked += 1
        related = list(relations)
        day = self.facts.now.date()
        shown = [a[0] for row in rows if (a := disclose(self.policy, viewer, related, view, row, day))]
        self.told += [(viewer.org, row["client_ref"]) for row in shown]
        return shown


class Lapsed:
    """What no longer counts of the facts of a journal in memory."""

    def __init__(self, stored: Sequence[NewFact], types: Mapping[str, type[Event]]) -> None:
        self._stored, self._types = stored, types

    async def of(self, facts: Sequence[NewFact]) -> Set[tuple[str, str]]:
        told = [
            Fact(
                0,
                n,
                f.subject,
                f.source,
                f.id,
                f.type,
                f.time,
                f.recorded,
                self._types[f.type].model_validate_json(f.data),
            )
            for n, f in enumerate(self._stored)
        ]
        return {(f.source, f.id) for f in facts} & lapsed(told)
