"""Looks at what was sent, event by event, and finds everything wrong before anything is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson
from starlette.requests import Request

from kernel.errors import Problem, Refused
from kernel.journal import MAX_BATCH, MERGED, NewFact
from services.gateway import cloudevents
from services.gateway.access import Caller
from services.gateway.body import MAX_BATCH_BYTES, MAX_EVENT, content_type, read
from services.gateway.cloudevents import Envelope
from services.gateway.filing import Sheet, dialects, few, filed
from services.gateway.parts import Parts
from services.gateway.problem import Rejected, as_list, header, refuse, traceparent
from services.gateway.waiting import soon

TIMES = frozenset({"/time", "/recordedtime"})


@dataclass(slots=True)
class Item:
    """One event of a request: its envelope, or why it could not be read or taken."""

    envelope: Envelope | None = None
    error: Refused | None = None

    @property
    def id(self) -> str | None:
        """What its source calls it, when that could be read; never what holds an identity code."""
        if self.error and any(p.pointer == "/id" and p.code == "identity_code" for p in self.error.problems):
            return None
        return self.envelope.id if self.envelope else None


@dataclass(slots=True)
class Batch:
    """One request: who sent it, its events in order, how it wants to be answered, and the file if they are rows."""

    caller: Caller
    items: list[Item]
    single: bool
    lenient: bool
    trace: str
    sheet: Sheet | None = None

    def told(self, index: int, fate: Mapping[str, Any], outcome: str) -> Mapping[str, Any]:
        """The fate of one event; of a row also its number, and in which columns something is wrong."""
        return self.sheet.told(index, fate, outcome) if self.sheet else fate


async def read_request(parts: Parts, request: Request) -> Batch:
    """Authenticate, read and parse; Refused 401, 403, 400, 408, 413 or 415."""
    caller = parts.access.caller(request, await parts.clock.now())
    media = content_type(request).media
    trace = traceparent(header(request, b"traceparent"))
    lenient = "handling=lenient" in header(request, b"prefer").replace(" ", "").lower()
    if media == "application/cloudevents-batch+json":
        raw = await read(request, MAX_BATCH_BYTES)
        return Batch(caller, _parsed(parts, caller, request, raw), False, lenient, trace)
    if media in dialects():
        sheet = await _sheet(parts, caller, request, media)
        items = [Item(error=f) if isinstance(f, Refused) else Item(f) for f in sheet.items()]
        return Batch(caller, items, False, lenient, trace, sheet)
    raw = await read(request, MAX_EVENT)
    try:
        envelope = _one(request, media, raw)
    except Refused as error:
        parts.refusals.count(caller.org, "", error.problems)
        raise
    return Batch(caller, [Item(envelope)], True, False, trace)


async def _sheet(parts: Parts, caller: Caller, request: Request, media: str) -> Sheet:
    _no_binary_headers(request)
    try:
        return await filed(dialects()[media], request, caller.org, parts.rulebook.events, parts.row_key)
    except Refused as error:
        parts.refusals.count(caller.org, "", error.problems)
        raise


def _one(request: Request, media: str, raw: bytes) -> Envelope:
    if media == "application/cloudevents+json":
        _no_binary_headers(request)
        return cloudevents.structured(raw)
    if media.startswith("application/cloudevents"):
        raise refuse(415, "content_type", "of the CloudEvents formats only JSON is taken")
    if media != "application/json":
        raise refuse(415, "content_type", "data must be application/json")
    if not any(name.startswith("ce-") for name in request.headers):
        raise refuse(415, "content_type", "send application/cloudevents+json, or ce- headers with the data alone")
    headers = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in request.headers.raw]
    return cloudevents.binary(headers, raw)


def _parsed(parts: Parts, caller: Caller, request: Request, raw: bytes) -> list[Item]:
    _no_binary_headers(request)
    try:
        found = cloudevents.batch(raw)
    except Refused as error:
        parts.refusals.count(caller.org, "", error.problems)
        raise
    if len(found) > MAX_BATCH:
        raise refuse(413, "too_many", f"a batch holds at most {MAX_BATCH} events")
    return [Item(error=f) if isinstance(f, Refused) else Item(f) for f in found]


def _no_binary_headers(request: Request) -> None:
    if any(name.startswith(b"ce-") for name, _ in request.scope["headers"]):
        raise refuse(400, "mixed_modes", "an event comes as one JSON document or with ce- headers, never as both")


class Inspection:
    """Admits the events of a request."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def facts(self, batch: Batch) -> list[NewFact]:
        """Facts ready for the journal, all of them; Refused with every event's problems when one is not."""
        facts = await self.each(batch)
        if any(item.error for item in batch.items):
            raise self.verdict(batch)
        return [fact for fact in facts if fact is not None]

    async def each(self, batch: Batch) -> list[NewFact | None]:
        """A fact for each good event, None for the others, whose error then stands in the batch."""
        now = await self._parts.clock.now()
        facts = [self._admit(item, batch, now) for item in batch.items]
        if any(_about_time(item) for item in batch.items):  # perhaps the clock has moved since it was read
            now = await self._parts.clock.now(fresh=True)
            for index, item in enumerate(batch.items):
                if _about_time(item):
                    item.error = None
                    facts[index] = self._admit(item, batch, now)
        await self._known_persons(batch, facts)
        _in_order(batch.items, facts, now)
        if batch.sheet:
            few(batch.items)
        return facts

    def _admit(self, item: Item, batch: Batch, now: datetime) -> NewFact | None:
        if item.envelope is None or item.error is not None:
            return None
        try:
            return self._parts.rulebook.admit(item.envelope, batch.caller, now, batch.trace)
        except Refused as error:
            item.error = error
            return None

    async def _known_persons(self, batch: Batch, facts: list[NewFact | None]) -> None:
        """An unknown person is refused here, so that one such event does not cost others their common append."""
        await self._merged_persons(batch, facts)
        remembered = self._parts.records.remembered
        subjects = {f.subject for f in facts if f is not None and f.subject is not None and not remembered(f.subject)}
        if not subjects:
            return
        known = await soon(self._parts.records.known(subjects))
        for index, fact in enumerate(facts):
            if fact is not None and fact.subject in subjects and fact.subject not in known:
                detail = "no such client_ref; resolve the person first"
                batch.items[index].error = Refused(422, [Problem("/subject", "unknown_subject", detail)])
                facts[index] = None

    async def _merged_persons(self, batch: Batch, facts: list[NewFact | None]) -> None:
        """Who is merged into another must exist and live: her lane takes a fact of its own, which nobody stated."""
        olds = {i: orjson.loads(f.data)["old_ref"] for i, f in enumerate(facts) if f is not None and f.type == MERGED}
        if not olds:
            return
        known = await soon(self._parts.records.known(olds.values()))
        known -= await soon(self._parts.records.erased(known))
        for index, old in olds.items():
            if old not in known:
                detail = "no such client_ref, or erased"
                batch.items[index].error = Refused(422, [Problem("/data/old_ref", "unknown_subject", detail)])
                facts[index] = None

    async def would_be_stored(self, batch: Batch, facts: Sequence[NewFact]) -> None:
        """The journal's own refusals, without storing: an id with other content (422), a person erased (410)."""
        erased = await soon(self._parts.records.erased({f.subject for f in facts if f.subject}))
        for item, fact in zip(batch.items, facts, strict=True):
            if await soon(self._parts.records.reused(fact)):
                detail = "this source has stated something else under this id"
                item.error = Refused(422, [Problem("/id", "id_reused", detail)])
            elif fact.subject in erased:
                item.error = Refused(410, [Problem("/subject", "erased", "this person's data has been erased")])
        if any(item.error for item in batch.items):
            raise self.verdict(batch)

    def verdict(self, batch: Batch) -> Rejected:
        """Everything wrong with a request; in a batch each event is told whether it failed or only shared the fate."""
        self.count(batch)
        failed = [(i, item.error) for i, item in enumerate(batch.items) if item.error]
        if batch.single:
            error = failed[0][1]
            if isinstance(error, Rejected):
                return error
            return Rejected(error.status, error.problems)
        problems = [Problem(f"/{i}{p.pointer}", p.code, p.detail) for i, e in failed for p in e.problems]
        items = [
            batch.told(
                i,
                {
                    "index": i,
                    "id": item.id,
                    "status": "failed" if item.error else "aborted",
                    "errors": as_list(item.error.problems) if item.error else [],
                },
                "refused" if item.error else "not_stored",
            )
            for i, item in enumerate(batch.items)
        ]
        return Rejected(422, problems[:500], more={"items": items})

    def count(self, batch: Batch) -> None:
        """Count what was refused: known types by name, anything else without one."""
        for item in batch.items:
            if item.error:
                type_ = item.envelope.type if item.envelope else ""
                known = type_ if type_ in self._parts.rulebook.events else ""
                self._parts.refusals.count(batch.caller.org, known, item.error.problems)


def _in_order(items: Sequence[Item], facts: list[NewFact | None], now: datetime) -> None:
    """What does not say when it was recorded is newer than what stands before it: of two about one thing it counts."""
    for index, (item, fact) in enumerate(zip(items, facts, strict=True)):
        if index and fact is not None and item.envelope and item.envelope.recordedtime is None:
            facts[index] = replace(fact, recorded=now + timedelta(microseconds=index))


def _about_time(item: Item) -> bool:
    """Whether a moved clock could change the verdict; an event that could not even be read stays refused."""
    return bool(item.envelope and item.error and any(p.pointer in TIMES for p in item.error.problems))
