"""Which message of X-Road stated which facts: evidence that leads back to what the security servers have signed."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import orjson
from starlette.requests import Request

from kernel.journal import Receipt
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal
from services.gateway.body import BODY
from services.gateway.identity import looks_like_identity_code
from services.gateway.problem import Rejected, header, refuse
from services.gateway.waiting import soon
from services.gateway.xroad import CLIENT, VOUCHED, Subsystems, client_of

ID = b"x-road-id"
_ID = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)
SAID = (b"content-type", b"polku-type", b"polku-source")
"""Headers that change what a body says; with those of an event in binary mode."""


class Message(NamedTuple):
    """One message: its client, what X-Road calls it, and a keyed digest of what was sent."""

    client: str
    id: str
    digest: bytes


class Evidence(Protocol):
    """Keeps messages."""

    async def begin(self, message: Message, org: str) -> bool:
        """Note that a message wants to state something; False when its id stands for another one."""
        ...

    async def finish(self, message: Message, facts: Sequence[tuple[str, str]]) -> None:
        """Note the facts (source, id) that are stored of it, those that had been stored before among them."""
        ...


@dataclass(frozen=True, slots=True)
class SecurityServers:
    """All that the door knows of X-Road: for whom subsystems speak, and where their messages are kept."""

    subsystems: Subsystems
    evidence: Evidence
    key: bytes

    async def begin(self, request: Request, org: str) -> Message | None:
        """The message of a request that is about to state facts; None when it did not come through X-Road.

        A message is seen once: again with the same content it goes on, with another one it is Refused 422.
        """
        if VOUCHED not in request.scope:
            return None
        message = Message(str(client_of(header(request, CLIENT))), _id_of(request), _digest(self.key, request))
        if not await soon(self.evidence.begin(message, org)):
            raise refuse(422, "xroad_id_reused", "this X-Road-Id has been used for another message")
        return message

    async def finish(self, message: Message | None, receipts: Iterable[Receipt]) -> None:
        """Keep what a message has stated."""
        if message is not None:
            await soon(self.evidence.finish(message, [receipt[:2] for receipt in receipts]))


def _id_of(request: Request) -> str:
    given = header(request, ID)
    if not _ID.fullmatch(given) or looks_like_identity_code(given):
        raise _wrong_id()
    return given


def _wrong_id() -> Rejected:
    return refuse(400, "xroad_id", "facts are stated with an X-Road-Id: 1 to 255 printable ASCII signs, a UUID at best")


def _digest(key: bytes, request: Request) -> bytes:
    """Keyed, since few bytes about a person could be guessed; nothing that a proxy on the way may change is in it."""
    scope = request.scope
    said = sorted(pair for pair in scope["headers"] if pair[0] in SAID or pair[0].startswith(b"ce-"))
    parts = [scope["method"].encode(), scope["path"].encode(), *(part for pair in said for part in pair), scope[BODY]]
    return hmac.digest(key, b"xroad" + b"".join(len(p).to_bytes(4, "big") + p for p in parts), "sha256")


class PgEvidence:
    """In `door.xroad`; it stays as long as the facts do."""

    def __init__(self, journal: PgJournal) -> None:
        self._pool = journal.pool

    async def begin(self, message: Message, org: str) -> bool:
        """See `Evidence.begin`. Of two at once with one id the second waits for the first."""
        with translated():
            kept: bytes | None = await self._pool.fetchval(
                """WITH new AS (INSERT INTO door.xroad (client, message, org, digest) VALUES ($1, $2, $3, $4)
                                    ON CONFLICT DO NOTHING RETURNING digest)
                   SELECT digest FROM new UNION ALL SELECT digest FROM door.xroad WHERE client = $1 AND message = $2""",
                *(message.client, message.id, org, message.digest),
            )
            if kept is None:  # another door has kept it since this statement began
                kept = await self._pool.fetchval(
                    "SELECT digest FROM door.xroad WHERE client = $1 AND message = $2", message.client, message.id
                )
        return kept is not None and hmac.compare_digest(kept, message.digest)

    async def finish(self, message: Message, facts: Sequence[tuple[str, str]]) -> None:
        """See `Evidence.finish`. A repetition never takes away what is known already."""
        if not facts:
            return
        stated = orjson.dumps([{"source": source, "id": id_} for source, id_ in facts]).decode()
        with translated():
            await self._pool.execute(
                """UPDATE door.xroad SET facts = (SELECT jsonb_agg(DISTINCT fact)
                                                 FROM jsonb_array_elements(coalesce(facts, '[]') || $3::jsonb) fact)
                    WHERE client = $1 AND message = $2 AND (facts @> $3::jsonb) IS NOT TRUE""",
                *(message.client, message.id, stated),
            )
