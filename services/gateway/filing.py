"""A file of rows instead of events: what a dialect is given, what it answers, and how each row is told its fate."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

from starlette.requests import Request

from kernel.discover import units
from kernel.errors import Problem, Refused
from kernel.facts import Event
from services.gateway import cloudevents
from services.gateway.body import MAX_BATCH_BYTES, content_type, read
from services.gateway.problem import Rejected, header

PACKAGE = "services.gateway.dialects"
MOST_FLAWS = 100
MOST_A_ROW, MOST_A_FILE = 10, 500
"""Problems that are told: of one row, and of a file before each further row is told its first alone."""
SUPERSEDED = (
    "stated before and replaced since, so nothing has changed; "
    "if the row was changed back, say when in a column Kirjattu, or give it a Tunniste of its own"
)


@dataclass(frozen=True, slots=True)
class Filing:
    """What stands beside a file: who sends it, in which encoding (empty: not said), and what its rows have in common.

    `fact` is the type of every row (empty: each says its own). `key` makes the ids of rows that bring none: the same
    row has the same id for ever, and nobody else can guess it.
    """

    org: str
    charset: str
    source: str
    fact: str
    events: Mapping[str, type[Event]]
    key: bytes


@dataclass(slots=True)
class Row:
    """One row: its number as a spreadsheet shows it, the event that it states, and what could not be read.

    `columns` tells in which column a JSON Pointer of the event stands.
    """

    number: int
    event: dict[str, object]
    columns: dict[str, str]
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a file as such cannot be taken. `column` is a name that the dialect knows, else the letter of the column."""

    row: int
    column: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way of writing files. `read` raises `refused` when no row of the file can be relied upon."""

    media: str
    read: Callable[[bytes, Filing], list[Row]]


@cache
def dialects() -> Mapping[str, Dialect]:
    """Every dialect by its media type."""
    return {d.media: d for d in units(PACKAGE, Dialect)}


def refused(status: int, flaws: Sequence[Flaw]) -> Rejected:
    """The whole file is refused; nothing that stands in it is repeated."""
    told = flaws[:MOST_FLAWS]
    problems = [Problem("", f.code, f"{_where(f)}: {f.detail}") for f in told]
    rows = [{"row": f.row, "column": f.column, "code": f.code, "detail": f.detail} for f in told]
    return Rejected(status, problems, more={"rows": rows})


def _where(flaw: Flaw) -> str:
    return f"row {flaw.row}, column {flaw.column}" if flaw.column else f"row {flaw.row}"


async def filed(dialect: Dialect, request: Request, org: str, events: Mapping[str, type[Event]], key: bytes) -> Sheet:
    """Read the file of a request; Refused 400, 408, 413 or 422 when it cannot be taken as such."""
    raw = await read(request, MAX_BATCH_BYTES)
    source = header(request, b"polku-source").strip() or f"urn:polku:{org}:file"
    filing = Filing(org, content_type(request).charset, source, header(request, b"polku-type").strip(), events, key)
    return Sheet(await asyncio.to_thread(dialect.read, raw, filing))  # others are served meanwhile


class Wrong(Protocol):
    """One row with what is wrong in it."""

    error: Refused | None


def few(rows: Iterable[Wrong]) -> None:
    """Keep so few problems of each row that the answer to any file stays small; one that hides the row's id is kept."""
    told = 0
    for row in rows:
        if row.error:
            found = sorted(row.error.problems, key=lambda p: p.pointer != "/id")
            row.error = Refused(row.error.status, found[: MOST_A_ROW if told < MOST_A_FILE else 1])
            told += len(row.error.problems)


class Sheet:
    """The rows of one file, and where in it each problem stands."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows

    def items(self) -> list[cloudevents.Envelope | Refused]:
        """The rows as events, read by the very same reader as those of a batch."""
        good = [row.event for row in self.rows if not row.problems]
        read = iter(cloudevents.batch(cloudevents.written(good)) if good else ())
        return [Refused(422, row.problems) if row.problems else next(read) for row in self.rows]

    def told(self, index: int, fate: Mapping[str, Any], outcome: str) -> dict[str, Any]:
        """The fate of a row with its number, its outcome and the column of each problem."""
        row = self.rows[index]
        found = {**fate, "row": row.number, "outcome": outcome}
        if outcome == "superseded":
            found["detail"] = SUPERSEDED
        if errors := fate.get("errors"):
            found["errors"] = [{**e, "column": self.column(index, e["pointer"])} for e in errors]
        return found

    def column(self, index: int, pointer: str) -> str:
        """The column that a pointer into the event of a row comes from; empty when it is none of the file's."""
        columns = self.rows[index].columns
        while pointer and pointer not in columns:
            pointer = pointer.rpartition("/")[0]
        return columns.get(pointer, "")
