"""CloudEvents 1.0 as they come in: structured, batched, binary or through Kafka, always the same envelope."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson

from kernel.errors import Problem, Refused
from kernel.percent import header_value
from kernel.strict import parse, refuse

MAX_EVENT = 64 * 1024
MAX_BATCH_BYTES = 1024 * 1024
NAME = re.compile(r"[a-z0-9]+", re.ASCII)
MEDIA = re.compile(r"[!#$&^_.+\-a-z0-9]+/[!#$&^_.+\-a-z0-9]+(?:\s*;\s*[^;=\s]+=[^;]+)*", re.ASCII | re.IGNORECASE)
TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)", re.ASCII)
REQUIRED = ("specversion", "id", "source", "type")
STRINGS = (*REQUIRED, "subject", "datacontenttype", "dataschema", "partitionkey", "correlationid", "causationid")
KNOWN = (*STRINGS, "corrects", "traceparent", "tracestate")
TIMES = ("time", "recordedtime")
INT32 = 2**31


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event: attributes, extensions by name (text, whole number or boolean), and its data. Times are aware."""

    id: str
    source: str
    type: str
    specversion: str = "1.0"
    time: datetime | None = None
    subject: str | None = None
    datacontenttype: str | None = None
    dataschema: str | None = None
    partitionkey: str | None = None
    recordedtime: datetime | None = None
    correlationid: str | None = None
    causationid: str | None = None
    corrects: str | None = None
    traceparent: str | None = None
    tracestate: str | None = None
    extensions: Mapping[str, str | int | bool] = field(default_factory=dict)
    data: Any = None


def structured(body: bytes) -> Envelope:
    """One event as a JSON document."""
    return from_object(parse(body, max_bytes=MAX_EVENT))


def batch(body: bytes) -> list[Envelope | Refused]:
    """A JSON array of events; what is wrong with one stands in its place, with pointers inside that event."""
    found = parse(body, max_bytes=MAX_BATCH_BYTES)
    if not isinstance(found, list):
        refuse(400, "not_a_batch", "a batch is a JSON array of events")
    out: list[Envelope | Refused] = []
    for item in found:
        try:
            if len(orjson.dumps(item)) > MAX_EVENT:
                refuse(413, "too_large", f"an event is at most {MAX_EVENT} bytes")
            out.append(from_object(item))
        except Refused as refused:
            out.append(refused)
    return out


def from_object(value: Any) -> Envelope:
    """The envelope of a parsed event; Refused 400 or 422 with everything that is wrong with its attributes."""
    if not isinstance(value, dict):
        refuse(400, "not_an_event", "an event is a JSON object")
    given = {k: v for k, v in value.items() if v is not None or k == "data"}
    data, problems = _data(given)
    attributes = {k: v for k, v in given.items() if k not in ("data", "data_base64")}
    return _envelope(attributes, data, problems)


def binary(headers: Iterable[tuple[str, str]], body: bytes) -> Envelope:
    """HTTP binary mode: attributes in `ce-` headers (quoted, percent-encoded once), the data alone in the body."""
    attributes: dict[str, Any] = {}
    for name, value in headers:
        lower = name.lower()
        if lower == "content-type":
            attributes["datacontenttype"] = value
        elif lower.startswith("ce-"):
            key = lower[3:]
            if key in attributes or key in ("datacontenttype", "data", "data_base64"):
                refuse(400, "header_twice", "a ce- header that may not stand here, or twice", f"/{key}")
            attributes[key] = header_value(value, f"/{key}")
    data = parse(body, max_bytes=MAX_EVENT) if body else None
    return _envelope(attributes, data, [], texts=True)


def kafka(headers: Iterable[tuple[str, bytes]], key: bytes | None, value: bytes | None) -> Envelope:
    """A Kafka record in binary or structured mode; its key, where there is one, is the partition key."""
    found: dict[str, str] = {}
    for name, raw in headers:
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            refuse(400, "header", "a header is not UTF-8", f"/{name[:40]}")
        if name in found:
            refuse(400, "header_twice", "a header stands twice", f"/{name[:40]}")
        found[name] = text
    media = found.get("content-type", "").lower()
    if value is None:
        refuse(400, "empty", "a record without a value is no event")
    if media.startswith("application/cloudevents+json"):
        envelope = structured(value)
    elif media.startswith("application/cloudevents"):
        refuse(400, "content_type", "of the CloudEvents formats only single events in JSON are taken")
    else:
        attributes: dict[str, Any] = {k[3:]: v for k, v in found.items() if k.startswith("ce_")}
        if "content-type" in found:
            attributes["datacontenttype"] = found["content-type"]
        envelope = _envelope(attributes, parse(value, max_bytes=MAX_EVENT), [], texts=True)
    if key is not None and key.decode("utf-8", "replace") != (envelope.partitionkey or envelope.subject or ""):
        refuse(400, "key", "the record's key is not the event's partition key", "/partitionkey")
    return envelope


def _data(given: Mapping[str, Any]) -> tuple[Any, list[Problem]]:
    if "data_base64" not in given:
        return given.get("data"), []
    if given.get("data") is not None:
        return None, [Problem("/data_base64", "data_twice", "data and data_base64 exclude each other")]
    text = given["data_base64"]
    try:
        if not isinstance(text, str):
            raise ValueError
        return base64.b64decode(text, validate=True), []
    except (ValueError, binascii.Error):
        return None, [Problem("/data_base64", "base64", "not base64")]


def _envelope(attributes: Mapping[str, Any], data: Any, problems: list[Problem], *, texts: bool = False) -> Envelope:
    for name in REQUIRED:
        if name not in attributes:
            problems.append(Problem(f"/{name}", "missing", "this attribute is required"))
    values: dict[str, Any] = {}
    extensions: dict[str, Any] = {}
    for name, value in attributes.items():
        if not NAME.fullmatch(name):
            detail = "attribute names are lower-case letters and digits"
            problems.append(Problem(f"/{name[:40]}", "attribute_name", detail))
        elif name in TIMES:
            values[name] = _time(name, value, problems)
        elif name in KNOWN:
            values[name] = _string(name, value, problems)
        else:
            extensions[name] = _extension(name, value, problems, texts)
    _formats(values, problems)
    if problems:
        bad = any(p.code not in ("time", "too_long") for p in problems)
        raise Refused(400 if bad else 422, problems, "Not a valid CloudEvent")
    return Envelope(**values, extensions=extensions, data=data)


def _string(name: str, value: Any, problems: list[Problem]) -> Any:
    if not isinstance(value, str) or not value:
        problems.append(Problem(f"/{name}", "string", "this attribute is a non-empty text"))
    elif any(_forbidden(c) for c in value):
        problems.append(Problem(f"/{name}", "characters", "control characters and noncharacters are forbidden"))
    return value


def _forbidden(character: str) -> bool:
    code = ord(character)
    return code < 0x20 or 0x7F <= code <= 0x9F or 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE


def _extension(name: str, value: Any, problems: list[Problem], texts: bool) -> Any:
    if isinstance(value, str) and not any(_forbidden(c) for c in value):
        return value
    if not texts and (isinstance(value, bool) or (isinstance(value, int) and -INT32 <= value < INT32)):
        return value
    problems.append(Problem(f"/{name}", "extension", "an extension is a text, a 32-bit whole number or a boolean"))
    return value


def _formats(values: Mapping[str, Any], problems: list[Problem]) -> None:
    if values.get("specversion", "1.0") != "1.0":
        problems.append(Problem("/specversion", "specversion", "only CloudEvents 1.0 is taken"))
    media = values.get("datacontenttype")
    if isinstance(media, str) and media and not MEDIA.fullmatch(media):
        problems.append(Problem("/datacontenttype", "media_type", "not a media type"))


def _time(name: str, value: Any, problems: list[Problem]) -> datetime | None:
    instant = read_time(value) if isinstance(value, str) else None
    if instant is None:
        problems.append(
            Problem(f"/{name}", "time", "not an RFC 3339 time with seconds and an offset, such as …T10:00:00Z")
        )
    return instant


def read_time(text: str) -> datetime | None:
    """An RFC 3339 time as an aware UTC instant (to the microsecond), or None."""
    found = TIME.fullmatch(text)
    if found is None:
        return None
    *parts, fraction, offset = found.groups()
    micro = int((fraction or "").ljust(6, "0")[:6] or 0)
    try:
        zone = timezone.utc if offset == "Z" else _offset(offset)  # noqa: UP017 - beside a made one
        year, month, day, hour, minute, second = map(int, parts)
        return datetime(year, month, day, hour, minute, second, micro, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _offset(text: str) -> timezone:
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 23 or minutes > 59:
        raise ValueError(text)
    return timezone((1 if text[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))
