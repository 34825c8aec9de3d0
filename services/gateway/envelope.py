"""The envelope of an event: CloudEvents 1.0, read exactly as its JSON format says, whoever sent it."""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache

import orjson
from msgspec import Struct

from kernel.errors import Problem, Refused
from services.gateway.strict import pointer, read

MAX_EVENT = 64 * 1024
"""Bytes of one event."""

REQUIRED = ("specversion", "id", "source", "type")
INSTANTS = ("time", "recordedtime")
NAMED = (
    *("specversion", "id", "source", "type", "time", "subject", "datacontenttype", "dataschema", "partitionkey"),
    *("recordedtime", "correlationid", "causationid", "corrects", "traceparent", "tracestate"),
)
_NAMED, _REQUIRED = frozenset(NAMED), frozenset(REQUIRED)

_NAME = re.compile(r"[a-z0-9]+")
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef]")
_URI_REFERENCE = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
_WORD = r"[A-Za-z0-9!#$&^_.+-]{1,127}"
_MEDIA = re.compile(rf'{_WORD}/{_WORD}(?:\s*;\s*{_WORD}=(?:{_WORD}|"[^"\\]*"))*')
_JSON = re.compile(r'(?:[a-z0-9.-]+/json|[a-z0-9.-]+/[a-z0-9.-]+\+json)(?:\s*;\s*charset="?utf-?8"?)?')
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_DETAILS = {
    "missing": "this attribute is required",
    "empty_attribute": "an attribute that is given is not empty",
    "attribute_type": "attributes are texts; extensions may also be 32-bit integers or booleans",
    "attribute_name": "names of attributes consist of a–z and 0–9",
    "attribute_characters": "control characters and non-characters are not taken",
    "specversion": "specversion must be 1.0",
    "uri": "not a URI of the form that is asked for here",
    "media_type": "not a media type",
    "instant": "an existing instant in RFC 3339 form with seconds, at most 9 decimals and Z or an offset",
    "base64": "not base64 (RFC 4648, padded, without white space)",
    "data_twice": "give data or data_base64, not both",
    "not_an_object": "an event is a JSON object",
}


class Envelope(Struct, frozen=True, kw_only=True):
    """One event. Instants are aware UTC, exact to the microsecond; what was absent or null is None.

    `extensions` holds every other attribute; `data` is parsed JSON, or bytes when the content type is not JSON.
    """

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
    extensions: Mapping[str, str | int | bool] = {}
    data: object = None


def from_json(value: object) -> tuple[Envelope, list[Problem]]:
    """One event of the JSON format, and what is wrong with it (then the envelope holds what could be read).

    Refused 400 when it is no object.
    """
    if type(value) is not dict:
        raise Refused(400, [_problem("", "not_an_object")])
    problems: list[Problem] = []
    given = value.copy()
    data = given.pop("data", None)
    encoded = given.pop("data_base64", None)
    if encoded is not None:
        if data is not None:
            problems.append(_problem("/data_base64", "data_twice"))
        data = _decoded(encoded, given.get("datacontenttype"), problems)
    return from_attributes(given, data, problems, _plain(value)), problems


def _plain(value: object) -> bool:
    """Whether no text in it can hold anything but printable ASCII; costs less than to ask each text."""
    raw = orjson.dumps(value)
    return raw.isascii() and 0x5C not in raw and 0x7F not in raw


def from_attributes(
    given: Mapping[str, object], data: object, problems: list[Problem], plain: bool = False
) -> Envelope:
    """An envelope of attributes in any mode; what is wrong is added to `problems`.

    `plain` tells that all texts are known to be printable ASCII.
    """
    named: dict[str, object] = {}
    extensions: dict[str, str | int | bool] = {}
    for name, value in given.items():
        if (type(value) is not str or not plain) and (value is None or not _fits(name, value, problems)):
            continue
        if name in _NAMED:
            named[name] = value if type(value) is str else text_of(value)  # type: ignore[arg-type]  # a scalar by now
        elif _NAME.fullmatch(name) and name != "data":
            extensions[name] = value  # type: ignore[assignment]  # a scalar by now
        else:
            problems.append(_problem(pointer("", name), "attribute_name"))
    if not (named.keys() >= _REQUIRED and "" not in named.values() and _usual(named)):
        _check(named, problems)
        named = {"id": "", "source": "", "type": "", **named}
    for name in INSTANTS:
        if (text := named.get(name)) is not None:
            named[name] = moment = instant(str(text))
            if moment is None and text:
                problems.append(_problem(f"/{name}", "instant"))
    return Envelope(**named, extensions=extensions, data=data)  # type: ignore[arg-type]  # checked above


def _usual(named: Mapping[str, object]) -> bool:
    source = named["source"]  # one that is long is looked at with all others: it is refused, and not worth remembering
    known = named["specversion"] == "1.0" and len(str(source)) <= 256 and _is_uri_reference(source)
    return (
        known and named.get("datacontenttype", "application/json") == "application/json" and "dataschema" not in named
    )


@lru_cache(maxsize=1024)
def _is_uri_reference(text: str) -> bool:
    return _URI_REFERENCE.fullmatch(text) is not None


def _check(named: Mapping[str, object], problems: list[Problem]) -> None:
    reported = {p.pointer for p in problems}
    for name in REQUIRED:
        if name not in named and f"/{name}" not in reported:
            problems.append(_problem(f"/{name}", "missing"))
    for name, value in named.items():
        if value == "":
            problems.append(_problem(f"/{name}", "empty_attribute"))
    if named.get("specversion", "1.0") not in ("1.0", ""):
        problems.append(_problem("/specversion", "specversion"))
    for name, form, code in _FORMS:
        if (text := named.get(name)) and not form.fullmatch(str(text)):
            problems.append(_problem(f"/{name}", code))


_FORMS = (("source", _URI_REFERENCE, "uri"), ("dataschema", _URI, "uri"), ("datacontenttype", _MEDIA, "media_type"))


def _fits(name: str, value: object, problems: list[Problem]) -> bool:
    """Whether a value is one that an attribute may have: a text of characters, or a small integer or boolean."""
    code = "attribute_type"
    if isinstance(value, str):
        unfit = _UNFIT.search(value) or (not value.isascii() and any(ord(sign) & 0xFFFE == 0xFFFE for sign in value))
        code = "attribute_characters" if unfit else ""
    elif name not in REQUIRED and (type(value) is bool or (type(value) is int and -(2**31) <= value < 2**31)):
        code = ""
    if code:
        problems.append(_problem(pointer("", name), code))
    return not code


def _problem(at: str, code: str) -> Problem:
    return Problem(at, code, _DETAILS[code])


def text_of(value: str | int | bool) -> str:
    """An attribute's value in the string form of CloudEvents, the only one that headers know."""
    if type(value) is bool:
        return "true" if value else "false"
    return str(value)


def is_json(media: str | None) -> bool:
    """Whether a content type means JSON in UTF-8; none means so too."""
    return media is None or media == "application/json" or _JSON.fullmatch(media.lower()) is not None


def instant(text: str) -> datetime | None:
    """An RFC 3339 instant in UTC, or None when it is none that exists; decimals beyond microseconds are cut."""
    return _instant(text) if len(text) <= 35 else None


@lru_cache(maxsize=4096)  # facts of one batch share their instants
def _instant(text: str) -> datetime | None:
    if not _INSTANT.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def json_data(body: bytes, at: str, problems: list[Problem]) -> object:
    """Data as JSON, strictly; problems are placed under `at`."""
    try:
        value, found = read(body, max_bytes=MAX_EVENT)
    except Refused as error:
        if error.status == 413:
            raise
        value, found = None, list(error.problems)
    problems += [Problem(at + p.pointer, p.code, p.detail) for p in found]
    return value


def _decoded(encoded: object, media: object, problems: list[Problem]) -> object:
    try:
        if not isinstance(encoded, str):
            raise ValueError
        raw = binascii.a2b_base64(encoded.encode("ascii"), strict_mode=True)
    except ValueError:
        problems.append(_problem("/data_base64", "base64"))
        return None
    return json_data(raw, "/data_base64", problems) if is_json(media if isinstance(media, str) else None) else raw


def canonical(envelope: Envelope) -> bytes:
    """The bytes that a digest is taken over, the same in every mode: instants in UTC, extensions as texts, sorted."""
    e = envelope
    extensions = {name: text_of(value) for name, value in e.extensions.items()} if e.extensions else {}
    media = None if is_json(e.datacontenttype) else e.datacontenttype
    parts = (e.id, e.source, e.type, e.time, e.subject, e.recordedtime, e.corrects, e.correlationid, e.causationid)
    more = (e.partitionkey, e.dataschema, media, e.traceparent, e.tracestate, extensions)
    options = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z
    return orjson.dumps((*parts, *more, e.data), default=bytes.hex, option=options)


def to_json(envelope: Envelope) -> dict[str, object]:
    """The event in the JSON format, absent attributes left out; JSON data only."""
    found: dict[str, object] = {name: getattr(envelope, name) for name in NAMED}
    for name in INSTANTS:
        moment = found[name]
        found[name] = moment.isoformat().replace("+00:00", "Z") if isinstance(moment, datetime) else None
    found |= {**envelope.extensions, "data": envelope.data}
    return {name: value for name, value in found.items() if value is not None}
