"""A partner's own system at the door: states facts with its token or through X-Road, and tries again with its ids."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx

from simulator.report import TOKEN, XROAD, Problem, Report
from simulator.security_server import SecurityServer
from simulator.statement import Statement

SINGLE = "application/cloudevents+json; charset=UTF-8"
BATCH = "application/cloudevents-batch+json; charset=UTF-8"
MOST_IN_BATCH = 400
PATIENCE = 120.0
"""Seconds for which a partner goes on trying before it gives up."""
AGAIN = frozenset({408, 429, 500, 502, 503, 504})

TokenFor = Callable[..., str]
Errors = Sequence[Mapping[str, str]]


class DoorError(Exception):
    """The door did not do what a door does; the message says what was asked and what came back."""


class Door:
    """Requests of all partners to one door, with few connections; `token_for(org, user=…, roles=…)` makes tokens.

    The systems of authorities need none: with a security server (`xroad`) they come by it, and people never do.
    """

    def __init__(
        self,
        address: str,
        token_for: TokenFor,
        report: Report,
        connections: int = 12,
        xroad: SecurityServer | None = None,
    ) -> None:
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        self._client = httpx.AsyncClient(base_url=address, timeout=30, limits=limits, trust_env=False)
        self._xroad, self._server = xroad, self._client
        if xroad:
            self._server = httpx.AsyncClient(
                base_url=xroad.address, timeout=30, limits=limits, trust_env=False, verify=xroad.tls()
            )
        self._few = asyncio.Semaphore(connections)
        self._token_for, self._tokens, self.report = token_for, dict[tuple[str, str], str](), report

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()
        await self._server.aclose()

    def channel(self, org: str) -> str:
        """How an organisation's system comes to the door."""
        return XROAD if self._xroad and org in self._xroad.clients else TOKEN

    async def ask(
        self,
        method: str,
        path: str,
        org: str,
        *,
        user: str = "",
        roles: Sequence[str] = (),
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """One request in the name of an organisation, or of one of its people; DoorError when it never answers."""
        by = TOKEN if user else self.channel(org)
        client = self._server if by == XROAD else self._client
        end, pause, why = time.monotonic() + PATIENCE, 0.1, ""
        while time.monotonic() < end:
            sent = {**self._named(by, org, user, roles), **(headers or {})}
            try:
                async with self._few:
                    answer = await client.request(method, path, content=body, headers=sent, params=params)
                if answer.status_code not in AGAIN:
                    return answer
                why = f"{answer.status_code} {answer.text[:200]}"
                pause = max(pause, float(answer.headers.get("retry-after", 0)))
            except httpx.TransportError as error:
                why = type(error).__name__
            self.report.retries += 1
            await asyncio.sleep(min(pause, 10))
            pause = min(pause * 2, 5)
        raise DoorError(f"{method} {path}: no use after {PATIENCE:g} s of trying: {why}")

    def _named(self, by: str, org: str, user: str, roles: Sequence[str]) -> dict[str, str]:
        """The headers that tell who asks."""
        if by == XROAD and self._xroad:
            return self._xroad.message(org)
        token = self._tokens.get((org, user)) or self._token_for(org, user=user, roles=tuple(roles))
        self._tokens[org, user] = token
        return {"Authorization": f"Bearer {token}"}

    async def resolve(self, code: str, org: str) -> str:
        """The client reference of an identity code."""
        body = json.dumps({"identity_code": code}).encode()
        answer = await self.ask("POST", "/v1/clients/resolve", org, body=body, headers=_json())
        if answer.status_code != 200:
            raise DoorError(f"POST /v1/clients/resolve: {answer.status_code} {answer.text[:300]}")
        return str(answer.json()["client_ref"])

    async def state(self, statement: Statement, refs: Mapping[int, str]) -> tuple[int, int] | None:
        """State one fact; answers lane and seq of a new one."""
        begun = time.perf_counter()
        body, headers = statement.body(refs), {"Content-Type": SINGLE}
        answer = await self.ask("POST", "/v1/events", statement.org, body=body, headers=headers)
        self.report.latencies.append(time.perf_counter() - begun)
        if answer.status_code == 202:
            replayed = answer.headers.get("idempotent-replayed") == "true"
            self.report.took(statement, replayed=replayed, by=self.channel(statement.org))
            receipt = answer.json()
            if not replayed:
                self.report.feeds.stated(statement, receipt)
            return None if replayed else (receipt["lane"], receipt["seq"])
        self.report.refused(statement, answer.status_code, problems_of(answer))
        return None

    async def state_batch(self, statements: Sequence[Statement], refs: Mapping[int, str]) -> tuple[int, int] | None:
        """State a batch; what the door finds wrong is taken out, and the rest sent again. Answers the last place."""
        left, place = list(statements), None
        while left:
            now, later = left[:MOST_IN_BATCH], left[MOST_IN_BATCH:]
            body = json.dumps([s.event(refs) for s in now], ensure_ascii=False).encode()
            answer = await self.ask("POST", "/v1/events", now[0].org, body=body, headers={"Content-Type": BATCH})
            if answer.status_code == 202:
                replayed = answer.headers.get("idempotent-replayed") == "true"
                receipts = answer.json()
                for statement, receipt in zip(now, receipts, strict=True):
                    self.report.took(statement, replayed=replayed, by=self.channel(statement.org))
                    if not replayed:
                        self.report.feeds.stated(statement, receipt)
                last = receipts[-1]
                left, place = later, (last["lane"], last["seq"])
                continue
            left = [*self._without_wrong(now, answer), *later]
        return place

    def _without_wrong(self, sent: Sequence[Statement], answer: httpx.Response) -> list[Statement]:
        failed: dict[int, Errors] = {}
        for item in _body(answer).get("items", []):
            if item.get("status") == "failed":
                failed[int(item["index"])] = item.get("errors", [])
        if not failed:
            raise DoorError(f"POST /v1/events, a batch: {answer.status_code} {answer.text[:300]}")
        for index, errors in failed.items():
            self.report.refused(sent[index], answer.status_code, _problems(errors))
        return [s for n, s in enumerate(sent) if n not in failed]


def problems_of(answer: httpx.Response) -> list[Problem]:
    """What a problem document says."""
    return _problems(_body(answer).get("errors", []))


def _problems(errors: Errors) -> list[Problem]:
    return [Problem(e.get("pointer", ""), e.get("code", ""), e.get("detail", "")) for e in errors]


def _body(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _json() -> dict[str, str]:
    return {"Content-Type": "application/json"}
