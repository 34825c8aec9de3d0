"""The pages as a client of the door: what somebody fills in is stated there like everything else, in her name."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson

from kernel.errors import Unavailable
from kernel.organisations import Organisation, PersonOfOrganisation
from kernel.settings import Settings
from services.issuer import Issuer

BATCH = {"Content-Type": "application/cloudevents-batch+json", "Prefer": "handling=lenient"}
LIFE = timedelta(minutes=5)
SEEN_WITHIN = 3
"""Seconds for which a page waits until what was stated can be read."""


class AtTheDoor:
    """Requests in the name of people who are signed in; the door decides what they may."""

    def __init__(self, settings: Settings) -> None:
        self._issuer = Issuer.from_file(settings.issuer)
        address = f"http://{settings.host}:{settings.port_door}"
        self._client = httpx.AsyncClient(base_url=address, timeout=20, trust_env=False)

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()

    async def state(
        self, organisation: Organisation, person: PersonOfOrganisation, events: Sequence[Mapping[str, Any]]
    ) -> list[Mapping[str, Any]]:
        """The fate of each event. Unavailable when it is not known whether they were stored: sending again is safe."""
        answer = await self._ask(
            organisation, person, "POST", "/v1/events", content=orjson.dumps(events), headers=BATCH
        )
        if answer.status_code != 207:
            raise Unavailable(f"the door answered {answer.status_code}")
        fates: list[Mapping[str, Any]] = answer.json()
        if any(fate["status"] == "aborted" for fate in fates):
            raise Unavailable("the door could not store everything")
        return fates

    async def seen(
        self, organisation: Organisation, person: PersonOfOrganisation, path: str, receipts: Sequence[Mapping[str, Any]]
    ) -> None:
        """Wait a moment until a list holds what was just stated; a page that is older says so by its time."""
        heads: dict[int, int] = {}
        for receipt in receipts:
            heads[receipt["lane"]] = max(receipt["seq"], heads.get(receipt["lane"], 0))
        headers = {"Prefer": f"wait={SEEN_WITHIN}"}
        asked = [{"after": f"{lane}:{seq}", "limit": "1"} for lane, seq in heads.items()]
        await asyncio.gather(
            *(self._ask(organisation, person, "GET", path, params=params, headers=headers) for params in asked)
        )

    async def _ask(
        self, organisation: Organisation, person: PersonOfOrganisation, method: str, path: str, **sent: Any
    ) -> httpx.Response:
        now = datetime.now(UTC)
        token = self._issuer.mint(organisation.id, now=now, user=person.ref, roles=person.roles, valid=LIFE)
        headers = {"Authorization": f"Bearer {token}", **sent.pop("headers")}
        try:
            return await self._client.request(method, path, headers=headers, **sent)
        except httpx.TransportError as error:
            raise Unavailable(f"the door does not answer: {type(error).__name__}") from error
