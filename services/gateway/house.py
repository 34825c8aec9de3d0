"""What Polku asks of an event beyond CloudEvents: who speaks, of whom, when, and nothing that names a person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from kernel.errors import Problem, Refused
from services.gateway.envelope import INSTANTS, NAMED, Envelope, canonical, is_json, text_of
from services.gateway.identity import is_business_id, looks_like_identity_code, may_hold_identity_code
from services.gateway.strict import MAX_PROBLEMS, pointer, status_of

MAX_ATTRIBUTE = 1024
MAX_ID = 255
LONGEST_NAME = 160
AHEAD = timedelta(minutes=5)
OLDEST = datetime(1900, 1, 1, tzinfo=UTC)
UNDERSTOOD = {
    "dataclass": frozenset({"operational", "benefit", "sensitive"}),
    "dataclassification": frozenset({"operational", "benefit", "sensitive"}),
    "dataregulation": frozenset({"GDPR"}),
    "datacategory": frozenset[str](),
}
"""Values of attributes that whoever supports them must refuse when they say something it does not know."""

_SOURCE = re.compile(r"urn:polku:([0-9]{7}-[0-9]):[a-z0-9][a-z0-9._-]{0,62}")
_TYPE = re.compile(r"fi\.polku\.[a-z][a-z0-9_]{0,62}\.[a-z][a-z0-9_]{0,62}\.v[1-9][0-9]{0,2}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TRACE = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_DOTS = re.compile(r"(?:^|[/\\])\.{1,2}(?:$|[/\\])")
_INVISIBLE = frozenset({"Cf", "Co", "Cn", "Zl", "Zp"})


def house_rules(envelope: Envelope, now: datetime, *, dataschema: str = "", person: bool | None = None) -> bytes:
    """The canonical bytes; Refused 400 or 422 with everything that breaks a rule. `now` is the instance's clock.

    `dataschema` is the only value that the attribute of that name may have (nothing is ever fetched); `person` tells
    whether the type speaks of a person and so needs a subject (None: either).
    """
    problems = [*form(envelope), *_times(envelope, now), *_content(envelope, dataschema, person)]
    raw = canonical(envelope)
    if len(raw) > MAX_ATTRIBUTE or not raw.isascii():
        problems += _texts(envelope)
    if may_hold_identity_code(raw) or envelope.datacontenttype not in (None, "application/json"):  # it is not in raw
        problems += _codes(envelope)
    if problems:
        raise Refused(status_of(problems), problems[:MAX_PROBLEMS])
    return raw


def form(envelope: Envelope) -> Iterator[Problem]:
    """What can be said of the naming attributes alone, also when others could not be read."""
    id_, subject = envelope.id, envelope.subject
    if len(envelope.source) > LONGEST_NAME or not _source_is_ours(envelope.source):
        yield Problem("/source", "source_form", "source must be urn:polku:<business id>:<system>")
    if len(envelope.type) > LONGEST_NAME or not _type_is_ours(envelope.type):
        yield Problem("/type", "type_form", "type must be fi.polku.<aggregate>.<fact>.v<n>")
    if len(id_) > MAX_ID:
        yield Problem("/id", "too_long", f"an id has at most {MAX_ID} characters")
    if "." in id_ and _DOTS.search(id_):
        yield Problem("/id", "id_path", "an id is not a path with . or ..")
    if id_ != id_.strip():
        yield Problem("/id", "white_space", "an id has no white space at its ends")
    if subject is not None and not _UUID.fullmatch(subject):
        yield Problem("/subject", "subject_form", "subject must be a client_ref: a UUID in lower case")
    if envelope.partitionkey is not None and envelope.partitionkey != subject:
        yield Problem("/partitionkey", "not_subject", "partitionkey, if given, must equal subject")
    for name, value in envelope.extensions.items():
        if name in UNDERSTOOD and value not in UNDERSTOOD[name]:
            yield Problem(f"/{name}", "not_understood", "this value is not known here, so the event is not taken")


@lru_cache(maxsize=1024)
def _source_is_ours(source: str) -> bool:
    match = _SOURCE.fullmatch(source)
    return match is not None and is_business_id(match[1])


@lru_cache(maxsize=1024)
def _type_is_ours(type_: str) -> bool:
    return _TYPE.fullmatch(type_) is not None


def _times(envelope: Envelope, now: datetime) -> Iterator[Problem]:
    if envelope.time is None:
        yield Problem("/time", "missing", "time is required: when the fact happened")
    latest = now + AHEAD
    for name, moment in (("time", envelope.time), ("recordedtime", envelope.recordedtime)):
        if moment is not None and moment > latest:
            yield Problem(f"/{name}", "in_the_future", "more than 5 minutes ahead of the clock here")
        elif moment is not None and moment < OLDEST:
            yield Problem(f"/{name}", "too_old", "before the year 1900")


def _content(envelope: Envelope, dataschema: str, person: bool | None) -> Iterator[Problem]:
    if person is not None and person is not (envelope.subject is not None):
        detail = "this type speaks of a person: subject is required" if person else "this type speaks of no person"
        yield Problem("/subject", "missing" if person else "unexpected", detail)
    if envelope.dataschema is not None and envelope.dataschema != dataschema:
        yield Problem("/dataschema", "dataschema", "dataschema, if given, must be the address of this type's schema")
    if not is_json(envelope.datacontenttype):
        yield Problem("/datacontenttype", "datacontenttype", "data must be application/json in UTF-8")
    elif type(envelope.data) is not dict:
        yield Problem("/data", "data_object", "data is required and must be a JSON object")


def _attributes(envelope: Envelope) -> Iterator[tuple[str, str]]:
    for name in NAMED:
        value = getattr(envelope, name)
        if value is not None and name not in INSTANTS:
            yield name, value
    yield from ((name, text_of(value)) for name, value in envelope.extensions.items())


def _texts(envelope: Envelope) -> Iterator[Problem]:
    for name, text in _attributes(envelope):
        if len(text.encode()) > MAX_ATTRIBUTE:
            yield Problem(pointer("", name), "too_long", f"an attribute has at most {MAX_ATTRIBUTE} bytes")
        if text.isascii():
            continue
        if not unicodedata.is_normalized("NFC", text):
            yield Problem(pointer("", name), "not_nfc", "attributes are compared byte by byte: send them in NFC")
        if any(unicodedata.category(sign) in _INVISIBLE for sign in text):
            yield Problem(pointer("", name), "invisible", "invisible and direction-changing characters are not taken")


def _codes(envelope: Envelope) -> Iterator[Problem]:
    """Identity codes stand in the vault only, so no text of an event may hold one."""
    detail = "this holds a personal identity code; use the client_ref"
    for name, text in _attributes(envelope):
        # A trace is hexadecimal with dashes and would look like a code once in a million.
        if not (name == "traceparent" and _TRACE.fullmatch(text)) and looks_like_identity_code(text):
            yield Problem(pointer("", name), "identity_code", detail)
    for at, text in _strings(envelope.data, "/data"):
        if looks_like_identity_code(text):
            yield Problem(at, "identity_code", detail)


def _strings(value: object, at: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, dict):
        for key, member in value.items():
            yield f"{at}/*", key
            yield from _strings(member, pointer(at, key))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _strings(member, f"{at}/{index}")
