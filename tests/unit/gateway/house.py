"""A door over a journal in memory, with two organisations and the sample domain."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
from fastapi import FastAPI

from kernel.disclosure import load_policy
from kernel.errors import Problem, Refused, Unavailable
from kernel.facts import lane_of
from kernel.journal import NewFact, Receipt
from kernel.organisations import Kind, Organisation, Organisations, Region, TypeSpan
from kernel.settings import Settings
from services.gateway.access import Access
from services.gateway.admit import Rulebook
from services.gateway.app import build, fields
from services.gateway.feeding import Page, Place
from services.gateway.limits import Limiter, Quota
from services.gateway.parts import Answer, Clock, Found, Parts
from services.gateway.refusals import Key, Refusals, Tally
from services.gateway.suppress import Cell, Columns, Counted, Table
from tests.sample.domain import VisitRecorded, rule, view
from tests.unit.gateway.memory import Answers, Facts, Lapsed, Teller

KNOWN, ERASED = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
POLICY = Path(__file__).parents[3] / "deploy" / "disclosure.toml"
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def business_id(seven: str) -> str:
    """Seven digits with their check digit."""
    rest = sum(w * int(d) for w, d in zip((7, 9, 10, 5, 8, 4, 2), seven, strict=True)) % 11
    return f"{seven}-{(11 - rest) % 11}"


WORKSHOP, OTHER, OPERATOR, SCHOOL = (business_id(s) for s in ("1234567", "7654321", "2345678", "3456788"))


@dataclass
class Store:
    """Journal, vault and refusals in memory; `down` makes it refuse, `silent` never answer."""

    stored: dict[tuple[str, str], tuple[Receipt, bytes]] = field(default_factory=dict)
    heads: dict[int, int] = field(default_factory=dict)
    persons: set[str] = field(default_factory=lambda: {KNOWN, ERASED})
    codes: dict[str, str] = field(default_factory=dict)
    refused: dict[Key, Tally] = field(default_factory=dict)
    facts: list[NewFact] = field(default_factory=list)
    down: bool = False
    silent: bool = False
    clock: datetime = NOW
    whose: Callable[[str, str], str | None] = lambda *_: None

    def _serves(self) -> None:
        if self.down:
            raise Unavailable("away")

    async def now(self) -> datetime:
        self._serves()
        return self.clock

    async def known(self, refs: Iterable[str]) -> Set[str]:
        self._serves()
        return frozenset(refs) & self.persons

    def remembered(self, _: str) -> bool:
        return False

    async def erased(self, refs: Iterable[str]) -> Set[str]:
        self._serves()
        return frozenset(refs) & {ERASED}

    async def state(self, facts: Sequence[NewFact]) -> list[Receipt]:
        self._serves()
        if self.silent:
            await asyncio.Event().wait()
        done: list[Receipt] = []
        new: list[tuple[NewFact, Receipt]] = []
        for index, fact in enumerate(facts):
            digest = hashlib.sha256(fact.digested()).hexdigest()
            hit = self.stored.get((fact.source, fact.id))
            if hit and hit[0].digest != digest:
                raise Refused(422, [Problem(f"/{index}/id", "id_reused", "something else under this id")])
            if hit:
                done.append(Receipt(fact.source, fact.id, hit[0].lane, hit[0].seq, digest, replayed=True))
                continue
            if fact.subject == ERASED:
                raise Refused(410, [Problem(f"/{index}/subject", "erased", "erased")])
            lane = lane_of(fact.subject, 4) if fact.subject else 0
            seq = self.heads.get(lane, 0) + 1 + sum(r.lane == lane for _, r in new)
            done.append(Receipt(fact.source, fact.id, lane, seq, digest))
            new.append((fact, done[-1]))
        for fact, receipt in new:
            self.stored[fact.source, fact.id] = (receipt, fact.digested())
            self.heads[receipt.lane] = receipt.seq
            self.facts.append(fact)
        return done

    async def find(self, source: str, id_: str) -> Found | None:
        hit = self.stored.get((source, id_))
        return Found(hit[0], {"referrals": True, "placements": False}, ["placements"]) if hit else None

    async def reused(self, fact: NewFact) -> bool:
        hit = self.stored.get((fact.source, fact.id))
        return hit is not None and hit[1] != fact.digested()

    async def person_of(self, claim: str, org: str) -> str | None:
        return self.whose(claim, org)

    async def resolve(self, code: str, *_: str) -> str:
        return self.codes.setdefault(code, str(uuid4()))

    async def ready(self) -> str:
        self._serves()
        return ""

    async def add(self, tallies: dict[Key, Tally]) -> None:
        self._serves()
        for key, tally in tallies.items():
            self.refused.setdefault(key, Tally(0, tally.first, tally.last)).count += tally.count


@dataclass
class Told:
    """What a token says."""

    org: str
    user: str | None = None
    roles: frozenset[str] = frozenset()
    expires: datetime = datetime(2100, 1, 1, tzinfo=UTC)


class Tokens:
    """Good tokens are `good-<organisation>` of a system and `good-<organisation>/<user>`."""

    def verify(self, token: str, *_: datetime) -> Told:
        if not token.startswith("good-"):
            raise Refused(401, [Problem("", "token", "no good token")])
        org, _, user = token.removeprefix("good-").partition("/")
        return Told(org, user or None)


class Rows:
    """Answers every question with the rows that it was given."""

    rows: Sequence[Mapping[str, Any]] = ()
    more: Sequence[str] | None = None

    async def read(self, *asked: Any) -> Answer:
        self.asked = asked
        return Answer(self.rows, self.more, {"position": "p", "time": NOW}, [])

    async def wait(self, *asked: Any) -> bool:
        return bool(asked[2] <= 5)

    async def timeline(self, *asked: Any) -> Answer | None:
        self.asked = asked
        return Answer(self.rows, self.more, {"position": "p", "time": NOW}, []) if self.rows else None


@dataclass
class Pages:
    """Answers with the pages of a feed that it was given, one after another; then with its end."""

    era: str = str(UUID(int=7))
    pages: list[Page] = field(default_factory=list)
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)

    async def ends(self) -> Place:
        return {1: 300, 2: 7}

    async def page(self, *asked: Any) -> Page:
        self.asked.append(asked)
        return self.pages.pop(0) if self.pages else Page([], asked[2], more=False)

    async def wait(self, _: Place, seconds: float) -> bool:
        self.waited.append(seconds)
        return bool(self.pages)


class Numbers:
    """Answers every question beside the views with the rows that it was given."""

    rows: Sequence[Mapping[str, Any]] = ()
    more: Sequence[str] | None = None
    cube: Mapping[Columns, Table] = {}
    beside: Mapping[Cell, Mapping[str, Any]] = {}

    async def access_log(self, *asked: Any) -> Answer:
        self.asked = asked
        return Answer(self.rows, self.more, {"position": "", "time": NOW}, [])

    async def streams(self) -> Answer:
        return Answer(self.rows, None, {"position": "", "time": NOW}, [])

    async def figures(self, *asked: Any) -> Answer:
        self.asked = asked
        return Answer(self.rows, None, {"position": "", "time": NOW}, [])

    async def counts(self, *asked: Any) -> Counted:
        self.asked = asked
        return Counted(self.cube, {"position": "", "time": NOW}, self.beside)


def organisations() -> Organisations:
    """A workshop, a second one, a school, and the operator."""
    kinds = {WORKSHOP: "workshop", OTHER: "workshop", OPERATOR: "operator", SCHOOL: "educational_institution"}
    made = [
        Organisation(id=i, name=t, types=(TypeSpan(code=t),), systems=("app",), kind=Kind(profile="B"))
        for i, t in kinds.items()
    ]
    return Organisations(operator=OPERATOR, organiser=OPERATOR, region=Region(code="14"), organisation=tuple(made))


def settings() -> Settings:
    """Settings that point nowhere."""
    nowhere = Path("nowhere")
    return Settings(profile="development", database="", secrets=nowhere, kms=nowhere, issuer=nowhere)


@dataclass
class House:
    """The door with everything behind it."""

    store: Store = field(default_factory=Store)
    rows: Rows = field(default_factory=Rows)
    numbers: Numbers = field(default_factory=Numbers)
    pages: Pages = field(default_factory=Pages)
    facts: Facts = field(default_factory=lambda: Facts(NOW))
    quota: Quota = field(default_factory=lambda: Quota(burst=5, rate=1, daily=100))

    def __post_init__(self) -> None:
        self.facts.known.setdefault(KNOWN, [])
        self.store.whose = self.facts.whose
        book = Rulebook(
            {VisitRecorded.meta.type: VisitRecorded}, organisations(), {rule.id: rule}, "http://127.0.0.1/schemas/"
        )
        self.parts = Parts(
            settings=settings(),
            access=Access(Tokens(), book.organisations),
            rulebook=book,
            records=self.store,
            stating=self.store,
            lapsed=Lapsed(self.store.facts, book.events),
            reading=self.rows,
            feeding=self.pages,
            asking=self.numbers,
            deciding=self.facts,
            telling=Teller(load_policy(POLICY), self.facts),
            first_answers=Answers(),
            refusals=Refusals(self.store, fields(book)),
            clock=Clock(self.store, driven=True),
            resolving=Limiter(self.quota),
            views=[("referrals", view)],
            concluded=[rule],
            cursor_key=b"k" * 32,
        )
        self._app: FastAPI | None = None

    @property
    def app(self) -> FastAPI:
        """The application, put together when it is first needed."""
        self._app = self._app or build(self.parts)
        return self._app

    @app.setter
    def app(self, app: FastAPI) -> None:
        self._app = app

    def client(self, org: str = WORKSHOP) -> httpx.AsyncClient:
        """A client of one organisation."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False),
            base_url="http://door",
            headers={"Authorization": f"Bearer good-{org}"} if org else {},
        )

    async def post(self, body: bytes, org: str = WORKSHOP, **headers: str) -> httpx.Response:
        """Post bytes as one structured event, unless headers say otherwise."""
        given = {"content-type": "application/cloudevents+json", **{k.replace("_", "-"): v for k, v in headers.items()}}
        async with self.client(org) as client:
            return await client.post("/v1/events", content=body, headers=given)


async def get(house: House, path: str, org: str = WORKSHOP, **headers: str) -> httpx.Response:
    """Ask as an organisation; names of headers with underscores."""
    async with house.client(org) as client:
        return await client.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})


def event(**changed: Any) -> dict[str, Any]:
    """A good event; None takes an attribute away."""
    good = {
        "specversion": "1.0",
        "id": "e-1",
        "source": f"urn:polku:{WORKSHOP}:app",
        "type": VisitRecorded.meta.type,
        "time": (NOW - timedelta(hours=1)).isoformat(),
        "subject": KNOWN,
        "data": {"day": date(2026, 3, 2).isoformat(), "came": True},
    }
    return {k: v for k, v in {**good, **changed}.items() if v is not None}


def raw(**changed: Any) -> bytes:
    """The same as bytes."""
    return orjson.dumps(event(**changed))


def uuid(number: int) -> str:
    """A UUID that can be told apart."""
    return str(UUID(int=number))
