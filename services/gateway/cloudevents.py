"""Events as they come over HTTP or Kafka: structured, binary and batch mode of CloudEvents 1.0, one envelope out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote_to_bytes

import orjson

from kernel.errors import Problem, Refused
from services.gateway.envelope import (
    MAX_EVENT,
    Envelope,
    canonical,
    from_attributes,
    from_json,
    is_json,
    json_data,
    to_json,
)
from services.gateway.house import form, house_rules
from services.gateway.strict import MAX_PROBLEMS, parse, pointer, read, status_of

__all__ = ["Envelope", "batch", "binary", "canonical", "house_rules", "kafka", "structured", "to_json"]

STRUCTURED = "application/cloudevents+json"
MAX_BATCH = 500
MAX_BATCH_BYTES = 1024 * 1024

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def structured(body: bytes) -> Envelope:
    """One event as a JSON document. Refused 400, 413 or 422 with everything that is wrong."""
    return _whole(*from_json(parse(body, max_bytes=MAX_EVENT)))


def batch(body: bytes) -> list[Envelope | Refused]:
    """A JSON array of events: for each its envelope or why it is refused, with pointers inside that event.

    Refused 400 or 413 when the batch as such cannot be taken.
    """
    value, problems = read(body, max_bytes=MAX_BATCH_BYTES)
    if not isinstance(value, list):
        raise Refused(400, [*problems, Problem("", "not_a_list", "a batch is a JSON array of events")])
    if len(value) > MAX_BATCH:
        raise Refused(413, [Problem("", "too_many", f"a batch holds at most {MAX_BATCH} events")])
    if len(problems) >= MAX_PROBLEMS:  # not all were looked for, so no event counts as clean
        raise Refused(status_of(problems), problems)
    inside: dict[int, list[Problem]] = {}
    for problem in problems:
        index, _, rest = problem.pointer[1:].partition("/")
        inside.setdefault(int(index), []).append(Problem(f"/{rest}" if rest else "", problem.code, problem.detail))
    large = len(body) > MAX_EVENT
    return [_item(event, inside.get(index, []), large) for index, event in enumerate(value)]


def written(events: Sequence[object]) -> bytes:
    """Events of another format as a batch, so that one reader looks at all."""
    return orjson.dumps(events)


def binary(headers: Iterable[tuple[str, str]], body: bytes) -> Envelope:
    """One event with its attributes in `ce-` headers and its data alone in the body (empty: none).

    Values are unquoted and then percent-decoded once, as the HTTP binding says. Refused like `structured`.
    """
    given: dict[str, object] = {}
    problems: list[Problem] = []
    for header, value in headers:
        name = header.lower()
        if name == "content-type":
            _put(given, "datacontenttype", value.strip(), problems)
        elif name.startswith("ce-"):
            _attribute(given, name[3:], _from_header(value), problems)
    return _with_body(given, body, problems)


def kafka(headers: Iterable[tuple[str, bytes]], key: bytes | None, value: bytes | None) -> Envelope:
    """One record in binary (`ce_` headers) or structured mode; its key, if any, must be its subject.

    A record without a value is refused: on a compacted topic it would be a tombstone. Refused like `structured`.
    """
    headers = list(headers)
    if value is None:
        raise Refused(400, [Problem("", "empty", "a record without a value is not taken")])
    if len(value) + sum(len(name) + len(text or b"") for name, text in headers) > MAX_EVENT:
        raise Refused(413, [Problem("", "too_large", f"at most {MAX_EVENT} bytes are taken here")])
    media = [bytes(text or b"").decode("latin-1").lower() for name, text in headers if name == "content-type"]
    if media and media[0].startswith("application/cloudevents"):
        if len(media) > 1 or media[0].partition(";")[0].strip() != STRUCTURED:
            raise Refused(400, [Problem("", "mode", f"of the CloudEvents formats only {STRUCTURED} is taken here")])
        envelope = structured(value)
    else:
        envelope = _kafka_binary(headers, value)
    if key is not None and envelope.subject is not None and key != envelope.subject.encode():
        raise Refused(422, [Problem("/partitionkey", "not_subject", "the key of the record must equal subject")])
    return envelope


def _kafka_binary(headers: Iterable[tuple[str, bytes]], value: bytes) -> Envelope:
    given: dict[str, object] = {}
    problems: list[Problem] = []
    for name, raw in headers:
        try:
            text = bytes(raw).decode()
        except (UnicodeDecodeError, TypeError):
            text = None
        if name == "content-type":
            _put(given, "datacontenttype", text, problems)
        elif name.startswith("ce_"):
            _attribute(given, name[3:], text, problems)
    return _with_body(given, value, problems)


def _item(event: object, problems: list[Problem], large: bool) -> Envelope | Refused:
    try:
        if large and len(orjson.dumps(event)) > MAX_EVENT:
            raise Refused(413, [Problem("", "too_large", f"an event has at most {MAX_EVENT} bytes")])
        envelope, found = from_json(event)
        return _whole(envelope, problems + found)
    except Refused as error:
        return error


def _attribute(given: dict[str, object], name: str, value: str | None, problems: list[Problem]) -> None:
    if name in ("datacontenttype", "data", "data_base64"):
        problems.append(Problem(f"/{name}", "not_in_this_mode", "in binary mode this is the content type or the body"))
    else:
        _put(given, name, value, problems)


def _put(given: dict[str, object], name: str, value: str | None, problems: list[Problem]) -> None:
    if name in given:
        problems.append(Problem(pointer("", name), "duplicate", "this header stands twice"))
    elif value is None:
        problems.append(Problem(pointer("", name), "header_value", "not encoded as the CloudEvents binding says"))
    given.setdefault(name, value)


def _from_header(value: str) -> str | None:
    """What a header says: quotes first, then one round of percent-decoding; None when it is not encoded so."""
    text = value.strip(" \t")
    if quoted := _QUOTED.fullmatch(text):
        text = re.sub(r"\\(.)", r"\1", quoted[1])
    elif '"' in text:
        return None
    if not (text.isascii() and text.isprintable()) or _BAD_PERCENT.search(text):
        return None
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        return None


def _with_body(given: dict[str, object], body: bytes, problems: list[Problem]) -> Envelope:
    media = given.get("datacontenttype")
    data: object = None
    if body:
        data = json_data(body, "/data", problems) if is_json(media if isinstance(media, str) else None) else body
    return _whole(from_attributes(given, data, problems), problems)


def _whole(envelope: Envelope, problems: list[Problem]) -> Envelope:
    """The envelope when nothing is wrong with it; else also say what the house would say, so one answer tells all."""
    if not problems:
        return envelope
    told = {p.pointer for p in problems}
    found = [*problems, *(p for p in form(envelope) if p.pointer not in told)]
    raise Refused(status_of(found), found[:MAX_PROBLEMS])
