"""The door itself: an event comes in, and goes out as a receipt that counts, or as everything that is wrong with it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import orjson
from starlette.requests import Request
from starlette.responses import Response

from kernel import tally
from kernel.errors import Problem, Refused
from kernel.journal import NewFact, Receipt
from services.gateway.evidence import Message
from services.gateway.inspection import Batch, Inspection, Item, read_request
from services.gateway.parts import Parts
from services.gateway.problem import RETRY_AFTER, Rejected, as_list
from services.gateway.waiting import soon

ACCEPTED = ("application/cloudevents+json", "application/cloudevents-batch+json", "application/json", "text/csv")
OFFER = {"Allow": "OPTIONS, POST", "Accept-Post": ", ".join(ACCEPTED), "Polku-Max-Batch": "500"}


class Door:
    """`POST /v1/events` and `POST /v1/validate`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._inspection = Inspection(parts)

    def options(self) -> Response:
        """What may be sent here."""
        return Response(status_code=204, headers=OFFER)

    async def state(self, request: Request) -> Response:
        """Take an event or a batch: 202 with what never changes, or a problem and nothing stored."""
        batch = await read_request(self._parts, request)
        if batch.lenient:
            return await self._each_alone(batch, request)
        facts = await self._inspection.facts(batch)
        now = await self._parts.clock.now()
        message = await self._begun(batch, request)
        try:
            receipts = await soon(self._parts.stating.state(facts))
        except Refused as error:
            raise self._refused_late(batch, error) from error
        tally.accepted("xroad" if message else "http", zip(facts, receipts, strict=True), now)
        await self._kept(message, receipts)
        if batch.single:
            return _single(receipts[0])
        return _many(batch, receipts, await self._lapsed(batch, zip(facts, receipts, strict=True)))

    async def _begun(self, batch: Batch, request: Request) -> Message | None:
        """The message of X-Road that is about to state this, noted before anything of it is stored; None without."""
        xroad = self._parts.access.xroad
        return await xroad.begin(request, batch.caller.org) if xroad else None

    async def _kept(self, message: Message | None, receipts: Iterable[Receipt]) -> None:
        """What the message has stated, as evidence: nothing is acknowledged before it stands there."""
        if message and (xroad := self._parts.access.xroad):
            await xroad.finish(message, receipts)

    async def _lapsed(self, batch: Batch, stored: Iterable[tuple[NewFact, Receipt]]) -> Set[tuple[str, str]]:
        """Rows that were there before and no longer count: whoever changed one back must learn that nothing changed."""
        again = [fact for fact, receipt in stored if receipt.replayed] if batch.sheet else []
        return await soon(self._parts.lapsed.of(again)) if again else frozenset()

    async def validate(self, request: Request) -> Response:
        """The same verdict without any effect."""
        batch = await read_request(self._parts, request)
        facts = await self._inspection.facts(batch)
        await self._inspection.would_be_stored(batch, facts)
        verdicts = [
            batch.told(i, {"index": i, "id": f.id, "status": "accepted"}, "acceptable") for i, f in enumerate(facts)
        ]
        return _json({"verdict": "accepted", "id": facts[0].id} if batch.single else verdicts)

    def _refused_late(self, batch: Batch, error: Refused) -> Rejected:
        """What the journal itself refused: an id with other content, or a person erased."""
        by_item: dict[int, list[Problem]] = {}
        for problem in error.problems:
            first, _, rest = problem.pointer[1:].partition("/")
            index, pointer = (int(first), f"/{rest}") if first.isdigit() else (0, problem.pointer)
            by_item.setdefault(index, []).append(Problem(pointer, problem.code, problem.detail))
        for index, problems in by_item.items():
            batch.items[index].error = Refused(error.status, problems)
        return self._inspection.verdict(batch)

    async def _each_alone(self, batch: Batch, request: Request) -> Response:
        """`Prefer: handling=lenient`: what is good is stored, and each item is told its own fate."""
        facts = await self._inspection.each(batch)
        good = [i for i, fact in enumerate(facts) if fact is not None]
        now = await self._parts.clock.now()
        message = await self._begun(batch, request) if good else None
        answers = await asyncio.gather(
            *(soon(self._parts.stating.state([fact])) for fact in facts if fact is not None), return_exceptions=True
        )
        fates: dict[int, Mapping[str, Any]] = {}
        pairs = [(facts[i], a[0]) for i, a in zip(good, answers, strict=True) if isinstance(a, list)]
        stored = [(fact, receipt) for fact, receipt in pairs if fact is not None]
        tally.accepted("xroad" if message else "http", stored, now)
        await self._kept(message, [receipt for _, receipt in stored])
        lapsed = await self._lapsed(batch, stored)
        for index, answered in zip(good, answers, strict=True):
            fates[index] = self._fate(batch.items[index], answered, lapsed)
        told = [(fates.get(i) or _failed(item), item.id) for i, item in enumerate(batch.items)]
        body = [batch.told(i, {"index": i, "id": id_, **fate}, _outcome(fate)) for i, (fate, id_) in enumerate(told)]
        self._inspection.count(batch)
        headers = {"Preference-Applied": "handling=lenient"}
        if any(fate["status"] == "aborted" for fate in fates.values()):
            headers["Retry-After"] = str(RETRY_AFTER)
        return Response(orjson.dumps(body), 207, headers, "application/json")

    def _fate(
        self, item: Item, answered: list[Receipt] | BaseException, lapsed: Set[tuple[str, str]]
    ) -> Mapping[str, Any]:
        if isinstance(answered, list):
            known = {"replayed": True} if answered[0].replayed else {}
            known |= {"superseded": True} if answered[0][:2] in lapsed else {}
            return {"status": "submitted", "step": "stored", "receipt": _plain(answered[0]), **known}
        if isinstance(answered, Refused):
            alone = [Problem(p.pointer.removeprefix("/0"), p.code, p.detail) for p in answered.problems]
            item.error = Refused(answered.status, alone)
            return _failed(item)
        return {"status": "aborted", "step": "storing", "errors": []}


def _failed(item: Item) -> Mapping[str, Any]:
    errors = as_list(item.error.problems) if item.error else []
    return {"status": "failed", "step": "validating", "errors": errors}


def _outcome(fate: Mapping[str, Any]) -> str:
    """What became of a row, in one word."""
    if fate.get("superseded"):
        return "superseded"
    if fate["status"] == "submitted":
        return "duplicate" if fate.get("replayed") else "accepted"
    return "refused" if fate["status"] == "failed" else "not_stored"


def _stored(receipt: Receipt, lapsed: Set[tuple[str, str]]) -> str:
    if receipt.replayed and receipt[:2] in lapsed:
        return "superseded"
    return "duplicate" if receipt.replayed else "accepted"


def _plain(receipt: Receipt) -> dict[str, Any]:
    """What a receipt says: nothing that could change."""
    return {
        "source": receipt.source,
        "id": receipt.id,
        "lane": receipt.lane,
        "seq": receipt.seq,
        "digest": receipt.digest,
    }


@lru_cache(maxsize=1_024)
def _quoted(source: str) -> str:
    return quote(source, safe="")


def _single(receipt: Receipt) -> Response:
    headers = {"Location": f"/v1/receipts/{_quoted(receipt.source)}/{quote(receipt.id, safe='')}"}
    if receipt.replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(orjson.dumps(_plain(receipt)), 202, headers, "application/json")


def _many(batch: Batch, receipts: Sequence[Receipt], lapsed: Set[tuple[str, str]]) -> Response:
    headers = {"Idempotent-Replayed": "true"} if receipts and all(r.replayed for r in receipts) else {}
    told = [batch.told(i, _plain(r), _stored(r, lapsed)) for i, r in enumerate(receipts)]
    return Response(orjson.dumps(told), 202, headers, "application/json")


def _json(body: Any) -> Response:
    return Response(orjson.dumps(body), 200, media_type="application/json")
