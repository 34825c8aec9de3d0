"""A stored fact as a Kafka record: CloudEvents binary mode with its place, and back, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from kernel.stored import Stored

TOPIC = "polku.journal.v1"

Header = tuple[str, bytes]


def to_record(row: Stored, era: str) -> tuple[bytes | None, bytes, list[Header]]:
    """(key, value, headers); the era is that of sending, never that of the row."""
    headers = [
        ("content-type", b"application/json"),
        ("ce_specversion", b"1.0"),
        ("ce_id", row.id.encode()),
        ("ce_source", row.source.encode()),
        ("ce_type", row.type.encode()),
        ("ce_time", _text(row.time)),
        ("ce_recordedtime", _text(row.recorded)),
        ("era", era.encode()),
        ("lane", b"%d" % row.lane),
        ("seq", b"%d" % row.seq),
        ("appended", _text(row.appended)),
        ("digest", row.digest),
        ("orgtype", row.org_type.encode()),
        ("attributes", orjson.dumps(row.attributes)),
    ]
    if row.subject:
        headers += [("ce_subject", row.subject.encode()), ("ce_partitionkey", row.subject.encode())]
    if row.stated:
        headers.append(("stated", row.stated.encode()))
    if row.corrects:
        headers.append(("ce_corrects", row.corrects.encode()))
    if row.key is not None:
        headers.append(("keyref", b"%d" % row.key))
    return row.subject.encode() if row.subject else None, row.data, headers


def from_record(value: bytes, headers: Iterable[Header]) -> tuple[str, Stored]:
    """(era, row) of a record; KeyError or ValueError when it is not one of ours."""
    found = dict(headers)
    text = {k: v.decode() for k, v in found.items() if k != "digest"}
    row = Stored(
        lane=int(text["lane"]),
        seq=int(text["seq"]),
        source=text["ce_source"],
        id=text["ce_id"],
        type=text["ce_type"],
        subject=text.get("ce_subject"),
        stated=text.get("stated"),
        time=_instant(text["ce_time"]),
        recorded=_instant(text["ce_recordedtime"]),
        appended=_instant(text["appended"]),
        corrects=text.get("ce_corrects"),
        org_type=text["orgtype"],
        attributes=orjson.loads(found["attributes"]),
        key=int(text["keyref"]) if "keyref" in text else None,
        data=value,
        digest=found["digest"],
    )
    return text["era"], row


def rows_of(records: Sequence[Any]) -> list[tuple[str, Stored]]:
    """(era, row) of consumed records; one that is not ours is passed over, since the journal has the truth."""
    out = []
    for record in records:
        try:
            out.append(from_record(record.value or b"", record.headers))
        except (KeyError, ValueError):
            continue
    return out


def _text(instant: datetime) -> bytes:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z").encode()


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
