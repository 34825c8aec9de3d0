"""What Polku asks of an event beyond CloudEvents, and the canonical form that its digest is taken over."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import orjson

from kernel.cloudevents import Envelope
from kernel.errors import Problem, Refused
from kernel.identity import is_business_id, looks_like_identity_code

AHEAD = timedelta(minutes=5)
FIRST_YEAR = 1990
MAX_ATTRIBUTE = 1024
MAX_ID = 255
SOURCE = re.compile(r"urn:polku:([0-9]{7}-[0-9]):([a-z0-9][a-z0-9-]{0,62})", re.ASCII)
TYPE = re.compile(r"fi\.polku\.[a-z0-9_]+\.[a-z0-9_]+\.v[1-9][0-9]{0,3}", re.ASCII)
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
HIDDEN = frozenset(
    "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
CLASSES = frozenset({"operational", "benefit", "sensitive"})
BAD_REQUEST = frozenset(
    {"missing", "identifier", "source_form", "type_form", "content_type", "dataschema", "not_object"}
)


def house_rules(envelope: Envelope, now: datetime, *, dataschema: str = "") -> None:
    """Refused 400 or 422 with everything that breaks a rule of the house. `now` is the instance's clock."""
    problems = [*_required(envelope), *_names(envelope), *_times(envelope, now), *_content(envelope, dataschema)]
    problems += _lengths(envelope)
    if problems:
        raise Refused(400 if any(p.code in BAD_REQUEST for p in problems) else 422, problems)


def _required(envelope: Envelope) -> Iterator[Problem]:
    if envelope.time is None:
        yield Problem("/time", "missing", "time is required: when the fact happened")
    if envelope.partitionkey is not None and envelope.partitionkey != envelope.subject:
        yield Problem("/partitionkey", "partitionkey", "partitionkey equals subject or is left out")


def _names(envelope: Envelope) -> Iterator[Problem]:
    source = SOURCE.fullmatch(envelope.source)
    if source is None or not is_business_id(source.group(1)):
        yield Problem("/source", "source_form", "source is urn:polku:<business id>:<system>")
    if not TYPE.fullmatch(envelope.type):
        yield Problem("/type", "type_form", "type is fi.polku.<aggregate>.<fact>.v<n>")
    if envelope.subject is not None and not UUID.fullmatch(envelope.subject):
        yield Problem("/subject", "subject_form", "subject is a client_ref: a lower-case UUID")
    for name, value in (("id", envelope.id), ("corrects", envelope.corrects)):
        if value is not None:
            yield from _identifier(name, value)


def _identifier(name: str, value: str) -> Iterator[Problem]:
    if unicodedata.normalize("NFC", value) != value:
        yield Problem(f"/{name}", "not_nfc", "identifiers are in Unicode normal form C")
    if not HIDDEN.isdisjoint(value):
        yield Problem(f"/{name}", "hidden_characters", "identifiers hold no invisible or direction-changing characters")
    if "/../" in value or value.startswith("../") or value != value.strip():
        yield Problem(f"/{name}", "identifier", "identifiers are no paths and have no blanks around them")
    if len(value) > MAX_ID:
        yield Problem(f"/{name}", "too_long", f"at most {MAX_ID} characters")


def _times(envelope: Envelope, now: datetime) -> Iterator[Problem]:
    for name, instant in (("time", envelope.time), ("recordedtime", envelope.recordedtime)):
        if instant is None:
            continue
        if instant > now + AHEAD:
            yield Problem(f"/{name}", "in_future", "more than five minutes ahead of the clock")
        if instant.year < FIRST_YEAR:
            yield Problem(f"/{name}", "too_old", f"nothing before {FIRST_YEAR} is taken")


def _content(envelope: Envelope, dataschema: str) -> Iterator[Problem]:
    media = (envelope.datacontenttype or "application/json").lower().replace(" ", "")
    if media not in ("application/json", "application/json;charset=utf-8"):
        yield Problem("/datacontenttype", "content_type", "data is application/json")
    if not isinstance(envelope.data, dict):
        yield Problem("/data", "not_object", "data is a JSON object")
    if envelope.dataschema is not None and envelope.dataschema != dataschema:
        yield Problem("/dataschema", "dataschema", "not the schema of this type here; leave it out")
    declared = envelope.extensions.get("dataclass", envelope.extensions.get("dataclassification"))
    if declared is not None and declared not in CLASSES:
        yield Problem("/dataclass", "data_class", "dataclass is operational, benefit or sensitive")


def _lengths(envelope: Envelope) -> Iterator[Problem]:
    named = {n: getattr(envelope, n) for n in ("id", "source", "type", "subject", "corrects", "correlationid")}
    named |= {n: getattr(envelope, n) for n in ("causationid", "traceparent", "tracestate", "dataschema")}
    for name, value in {**named, **envelope.extensions}.items():
        if not isinstance(value, str):
            continue
        if len(value.encode()) > MAX_ATTRIBUTE:
            yield Problem(f"/{name}", "too_long", f"an attribute is at most {MAX_ATTRIBUTE} bytes")
        elif looks_like_identity_code(value):
            yield Problem(f"/{name}", "identity_code", "an identity code may not stand in an attribute")


def canonical(envelope: Envelope) -> bytes:
    """The same bytes for the same event however it came: sorted keys, instants in UTC, absent attributes absent."""
    attributes = {
        name: value
        for name in ("id", "source", "type", "subject", "correlationid", "causationid", "corrects", "dataschema")
        if (value := getattr(envelope, name)) is not None
    }
    for name in ("time", "recordedtime"):
        instant = getattr(envelope, name)
        if instant is not None:
            attributes[name] = instant.astimezone(UTC).isoformat()
    content = {"attributes": attributes, "extensions": dict(envelope.extensions), "data": envelope.data}
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
