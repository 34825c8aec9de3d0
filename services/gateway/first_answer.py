"""A request that names an Idempotency-Key gets its first answer again, for a day."""

from __future__ import annotations

import hmac
import re
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import orjson
from starlette.requests import Request
from starlette.responses import Response

from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal
from services.gateway.access import Caller
from services.gateway.parts import Begun, Parts
from services.gateway.problem import MEDIA_TYPE, Rejected, of_error, refuse
from services.gateway.waiting import soon

HEADER = "idempotency-key"
_KEY = re.compile(
    r'"(?P<quoted>(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})"|(?P<plain>[\x21\x23-\x2b\x2d-\x7e]{1,255})'
)


def key_of(request: Request) -> str | None:
    """The key of a request, quoted as the standard wants it or plain; None without one, Refused 400 for a wrong one."""
    given = request.headers.get(HEADER)
    if given is None:
        return None
    found = _KEY.fullmatch(given.strip())
    if found is None:
        raise refuse(400, "idempotency_key", "Idempotency-Key is a text of 1 to 255 printable ASCII signs in quotes")
    return re.sub(r"\\(.)", r"\1", found["quoted"]) if found["quoted"] else found["plain"]


async def as_it_is(kept: Begun) -> Begun:
    """For an answer that tells of nobody but the asker."""
    return kept


async def once(
    parts: Parts,
    request: Request,
    caller: Caller,
    asked: object,
    work: Callable[[str], Awaitable[Response]],
    ref: str | None,
    again: Callable[[Begun], Awaitable[Begun]] = as_it_is,
) -> Response:
    """Do the work (given the id for its fact) and keep its answer, or give the first answer again.

    What was kept goes through `again` first, which asks the gate anew where the answer tells of others; `ref` is the
    person whom the request is about. A key is the caller's alone: its organisation's and its user's.

    Two requests with one key at the same time both run: they state the same fact, so one is taken and both hear of it.
    What could not be stored or read at all is no answer and is not kept.
    """
    key = key_of(request)
    if key is None:
        return await work(str(uuid4()))
    name = _mac(parts.cursor_key, caller.user, key).hex()
    content = _mac(parts.cursor_key, f"{request.method} {request.url.path}", _canonical(asked))
    begun = await soon(parts.first_answers.begin(caller.org, name, content, ref))
    if begun.status is not None:
        return _again(await again(begun))
    try:
        response = await work(begun.fact)
    except Rejected as error:
        response = of_error(request, error)
    kept = await soon(parts.first_answers.finish(caller.org, name, response.status_code, bytes(response.body)))
    if (kept.status, kept.answer) == (response.status_code, bytes(response.body)):
        return response
    return _again(await again(kept))


def _canonical(asked: object) -> str:
    return orjson.dumps(asked, option=orjson.OPT_SORT_KEYS).decode()


def _mac(key: bytes, *texts: str) -> bytes:
    body = b"".join(len(t.encode()).to_bytes(4, "big") + t.encode() for t in texts)
    return hmac.digest(key, b"first answer" + body, "sha256")


def _again(kept: Begun) -> Response:
    status = kept.status or 200
    media = MEDIA_TYPE if status >= 400 else "application/json"
    return Response(kept.answer, status, {"Idempotent-Replayed": "true"}, media if kept.answer else None)


class PgFirstAnswers:
    """In `door.idempotency`; what is older than a day is taken away by whoever comes next."""

    def __init__(self, journal: PgJournal) -> None:
        self._pool = journal.pool

    async def begin(self, org: str, key: str, request: bytes, ref: str | None) -> Begun:
        """See `FirstAnswers.begin`. Keys live in real time, as retries do."""
        with translated():
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(
                    """DELETE FROM door.idempotency WHERE ctid = ANY (ARRAY(
                           SELECT ctid FROM door.idempotency WHERE at < clock_timestamp() - interval '24 hours'
                            ORDER BY at LIMIT 50 FOR UPDATE SKIP LOCKED))"""
                )
                await connection.execute(
                    """INSERT INTO door.idempotency (org, key, request, subject) VALUES ($1, $2, $3, $4)
                           ON CONFLICT DO NOTHING""",
                    *(org, key, request, UUID(ref) if ref else None),
                )
                row = await connection.fetchrow(
                    "SELECT request, fact, status, answer FROM door.idempotency WHERE org = $1 AND key = $2", org, key
                )
        if not hmac.compare_digest(row["request"], request):
            raise refuse(422, "key_reused", "this Idempotency-Key has been used for another request")
        return _begun(row["fact"], row["status"], row["answer"])

    async def finish(self, org: str, key: str, status: int, answer: bytes) -> Begun:
        """See `FirstAnswers.finish`."""
        with translated():
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(
                    """UPDATE door.idempotency SET status = $3, answer = $4
                        WHERE org = $1 AND key = $2 AND status IS NULL""",
                    *(org, key, status, answer),
                )
                row = await connection.fetchrow(
                    "SELECT fact, status, answer FROM door.idempotency WHERE org = $1 AND key = $2", org, key
                )
        return _begun(row["fact"], row["status"], row["answer"]) if row else Begun("", status, answer)


def _begun(fact: UUID, status: int | None, answer: bytes | None) -> Begun:
    return Begun(str(fact), status, answer or b"")
