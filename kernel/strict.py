"""Strict JSON: what two readers could understand differently is refused before anything is promised."""

from __future__ import annotations

import json
import unicodedata
from typing import Any, NoReturn

import orjson

from kernel.errors import Problem, Refused

MOST = 2**53 - 1
MAX_DEPTH = 32
MAX_MARKS = 8
"""Combining marks in a row; more is not a language but a way to break a page."""
MAX_MEMBERS = 10_000


def refuse(status: int, code: str, detail: str, pointer: str = "") -> NoReturn:
    """Raise Refused with one problem."""
    raise Refused(status, [Problem(pointer, code, detail)])


def parse(body: bytes, *, max_bytes: int, max_depth: int = MAX_DEPTH) -> Any:
    """The one meaning of a JSON text. Refused: 413 too long, 400 not strict JSON, 422 characters nobody can store.

    Exact where it matters: duplicate keys (also by escape), numbers beyond ±(2^53-1), numbers that overflow or
    vanish, lone surrogates, byte order marks, NUL, depth, and trailing text are found; values are never echoed.
    """
    if len(body) > max_bytes:
        refuse(413, "too_large", f"at most {max_bytes} bytes are taken")
    if not body.strip():
        refuse(400, "empty", "the body is empty")
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        refuse(400, "not_json", "not strict JSON in UTF-8 without a byte order mark")
    walk = _Walk(max_depth)
    walk.value(value, "", 0)
    if walk.suspicious or walk.colons + walk.keys != body.count(b":") or b"\\u003" in body.lower():
        _slowly(body)
    return value


class _Walk:
    """One pass over what was read; counts what duplicate keys would have hidden."""

    def __init__(self, max_depth: int) -> None:
        self._deepest = max_depth
        self.keys = 0
        self.colons = 0
        self.members = 0
        self.suspicious = False

    def value(self, value: Any, pointer: str, depth: int) -> None:
        kind = type(value)
        if kind is str:
            self.text(value, pointer)
        elif kind is dict or kind is list:
            self._inside(value, pointer, depth)
        elif kind is int:
            if not -MOST <= value <= MOST:
                refuse(400, "number_too_large", "whole numbers beyond 2^53-1 are not exact everywhere", pointer)
        elif kind is float:
            if not -MOST <= value <= MOST:
                refuse(400, "number_too_large", "numbers beyond 2^53-1 are not exact everywhere", pointer)
            self.suspicious = self.suspicious or value == 0.0

    def _inside(self, value: Any, pointer: str, depth: int) -> None:
        if depth >= self._deepest:
            refuse(400, "too_deep", f"at most {self._deepest} levels are taken", pointer[:200])
        self.members += len(value)
        if self.members > MAX_MEMBERS:
            refuse(422, "too_many", f"at most {MAX_MEMBERS} members and elements are taken", pointer[:200])
        if type(value) is list:
            for index, item in enumerate(value):
                self.value(item, f"{pointer}/{index}", depth + 1)
            return
        self.keys += len(value)
        for key, item in value.items():
            self.text(key, pointer)
            self.value(
                item, f"{pointer}/{key}" if "/" not in key and "~" not in key else _joined(pointer, key), depth + 1
            )

    def text(self, value: str, pointer: str) -> None:
        self.colons += value.count(":")
        if value.isascii():
            if "\0" in value:
                refuse(422, "nul", "the character NUL cannot be stored", pointer)
        else:
            _check_text(value, pointer)


def _joined(pointer: str, key: str) -> str:
    return f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"


def _check_text(value: str, pointer: str) -> None:
    if "\0" in value:
        refuse(422, "nul", "the character NUL cannot be stored", pointer)
    row = 0
    for character in value:
        row = row + 1 if unicodedata.combining(character) else 0
        if row > MAX_MARKS:
            refuse(422, "marks", f"more than {MAX_MARKS} combining marks in a row", pointer)


def _slowly(body: bytes) -> None:
    """The exact reading, for bodies that looked suspicious to the fast one."""

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        seen = dict(found)
        if len(seen) != len(found):
            refuse(400, "duplicate_key", "an object has the same key twice")
        return seen

    def number(text: str) -> float:
        value = float(text)
        mantissa = text.lower().partition("e")[0]
        if value == 0.0 and mantissa.strip("-0.") != "":
            refuse(400, "number_too_small", "a number vanishes when read")
        return value

    json.loads(body.decode(), object_pairs_hook=pairs, parse_float=number)
