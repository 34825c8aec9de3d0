"""A fact as it lies in the journal and travels through Kafka: still encrypted, with its place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import orjson

COLUMNS = (
    "lane, seq, source, id, type, subject, stated, time, recorded, appended, corrects, org_type, attributes, key, data,"
    " digest"
)


FOLDED = "lane, seq, source, id, type, subject, time, recorded, appended, corrects, org_type, key, data"
"""The same without what no fold reads."""


class Stored(NamedTuple):  # a tuple, because it is made for every fact of every lane, and again when one is rebuilt
    """One row of `journal.fact`. `key` names the data key (None: clear data); instants are aware UTC."""

    lane: int
    seq: int
    source: str
    id: str
    type: str
    subject: str | None
    stated: str | None
    time: datetime
    recorded: datetime
    appended: datetime
    corrects: str | None
    org_type: str
    attributes: dict[str, Any]
    key: int | None
    data: bytes
    digest: bytes


def dense_after(rows: Mapping[int, Stored], position: int, most: int) -> list[Stored]:
    """Rows by seq that follow a position without a gap, at most so many."""
    run: list[Stored] = []
    while len(run) < most and (row := rows.get(position + 1 + len(run))) is not None:
        run.append(row)
    return run


def from_row(row: Any) -> Stored:
    """A record selected with COLUMNS."""
    lane, seq, source, id_, type_, subject, stated, time, recorded, appended = row[:10]
    corrects, org_type, attributes, key, data, digest = row[10:]
    ref, by, more = str(subject) if subject else None, str(stated) if stated else None, orjson.loads(attributes)
    return Stored(
        lane, seq, source, id_, type_, ref, by, time, recorded, appended, corrects, org_type, more, key, data, digest
    )


def from_folded(row: Any) -> Stored:
    """A record selected with FOLDED."""
    lane, seq, source, id_, type_, subject, time, recorded, appended, corrects, org_type, key, data = row
    ref = str(subject) if subject else None
    return Stored(
        lane, seq, source, id_, type_, ref, None, time, recorded, appended, corrects, org_type, {}, key, data, b""
    )
