"""From the text of a cell, as Finns write it, to the JSON value that the schema of a field asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.gateway.dialects.names import plain

HELSINKI = ZoneInfo("Europe/Helsinki")
BETWEEN = "|"
"""Stands between the values of a list in one cell."""

_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(r"([01]?[0-9]|2[0-3])[.:]([0-5][0-9])(?:[.:]([0-5][0-9]))?")
_NUMBER = re.compile(r"-?[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+(?:,[0-9]+)?|-?[0-9]+(?:,[0-9]+)?")
_YES = frozenset({"kylla", "k", "x", "tosi", "ja", "yes", "true", "1"})
_NO = frozenset({"ei", "e", "epatosi", "nej", "no", "false", "0"})


class CellError(Exception):
    """A cell that cannot be read; holds a stable code and a sentence, never what stands in the cell."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


@dataclass(frozen=True, slots=True)
class Form:
    """What a cell must be: one of the kinds below, a list of them, a hundredth of what is written (cents of euros).

    `codes` are words by which people call the codes of the field.
    """

    kind: str
    many: bool = False
    hundredths: bool = False
    codes: Mapping[str, str] = field(default_factory=dict)


def value(cell: str, form: Form) -> object:
    """The JSON value of a cell that is not empty; CellError when it is none of this form."""
    if form.many:
        return [_one(part.strip(), form) for part in cell.split(BETWEEN)]
    return _one(cell, form)


def _one(text: str, form: Form) -> object:
    if form.hundredths:
        return _whole(text, 100)
    return _READ.get(form.kind, _text)(text, form)


def day(text: str) -> date:
    """A day as `4.3.2026` or `2026-03-04`; CellError when there is no such day."""
    found = _DAY.fullmatch(text) or _ISO_DAY.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        year, month, on = found.groups() if "-" in text else reversed(found.groups())
        return date(int(year), int(month), int(on))
    except ValueError as error:
        raise CellError("day", "an existing day as DD.MM.YYYY is asked for") from error


def midnight(on: date) -> datetime:
    """When a day begins in Helsinki."""
    return datetime(on.year, on.month, on.day, tzinfo=HELSINKI)


def instant(text: str) -> datetime:
    """An instant as `4.3.2026 14:05` in Helsinki, or in RFC 3339 form with its offset; a day alone begins at midnight.

    Of the hour that comes twice in autumn the first is meant; one that the clocks pass over in spring does not exist.
    """
    first, _, rest = text.partition(" ")
    if not _DAY.fullmatch(first):
        return _with_offset(text)
    found = _TIME.fullmatch(rest.strip().removeprefix("klo").strip()) if rest.strip() else None
    if rest.strip() and not found:
        raise CellError("instant", "an instant as DD.MM.YYYY HH:MM in Helsinki is asked for")
    hour, minute, second = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    on = day(first)
    local = datetime(on.year, on.month, on.day, hour, minute, second, tzinfo=HELSINKI)
    if on.year > 1 and local.astimezone(UTC).astimezone(HELSINKI).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise CellError("instant", "the clocks pass over this hour: it does not exist")
    return local


def written(moment: datetime) -> str:
    """The instant in RFC 3339 form, in UTC; CellError for one that is out of all time."""
    try:
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except OverflowError as error:
        raise CellError("instant", "an instant between the years 1 and 9999 is asked for") from error


def _with_offset(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or "T" not in text or moment.tzinfo is None:
        raise CellError("instant", "an instant as DD.MM.YYYY HH:MM in Helsinki is asked for")
    return moment


def _whole(text: str, times: int = 1) -> int:
    if not _NUMBER.fullmatch(text):
        raise CellError("number", "a number with a comma before its decimals, and no sign but minus, is asked for")
    units, _, decimals = re.sub(r"[ \u00a0\u202f]", "", text).partition(",")
    places = len(str(times)) - 1
    if len(units) > 15 or decimals[places:].strip("0"):
        raise CellError("number", f"at most 15 digits and {places} decimals are taken here")
    sign = -1 if units.startswith("-") else 1
    return int(units) * times + sign * int(decimals[:places].ljust(places, "0") or 0)


def _integer(text: str, _: Form) -> object:
    return _whole(text)


def _decimal(text: str, _: Form) -> object:
    if not _NUMBER.fullmatch(text):
        raise CellError("number", "a number with a comma before its decimals, and no sign but minus, is asked for")
    return float(re.sub(r"[ \u00a0\u202f]", "", text).replace(",", "."))


def _flag(text: str, _: Form) -> object:
    word = plain(text)
    if word not in _YES | _NO:
        raise CellError("yes_or_no", "kyllä or ei is asked for")
    return word in _YES


def _code(text: str, form: Form) -> object:
    known = form.codes.get(plain(text))
    if known is None:
        raise CellError("unknown_word", "a word or code that this column knows is asked for")
    return known


def _open_code(text: str, form: Form) -> object:
    """A list that grows outside Polku: a code that it does not know is passed on as it is, and counts as other."""
    return form.codes.get(plain(text), text)


def _text(text: str, _: Form) -> object:
    return text


_READ: Mapping[str, Callable[[str, Form], object]] = {
    "day": lambda text, _: day(text).isoformat(),
    "instant": lambda text, _: written(instant(text)),
    "integer": _integer,
    "number": _decimal,
    "boolean": _flag,
    "code": _code,
    "open_code": _open_code,
    "text": _text,
}


def form_of(options: Sequence[Mapping[str, Any]], codes: Callable[[frozenset[str]], Mapping[str, str]]) -> Form:
    """The form of a field from the options that its JSON Schema gives (null left out)."""
    known = frozenset(str(code) for o in options for code in o.get("enum", (*o.get("x-known-codes", ()), *_const(o))))
    if known:
        closed = all("enum" in o or "const" in o for o in options)
        return Form("code" if closed else "open_code", codes=codes(known))
    only = options[0]
    if only.get("type") in ("integer", "number", "boolean"):
        return Form(str(only["type"]))
    return Form({"date": "day", "date-time": "instant"}.get(str(only.get("format")), "text"))


def _const(option: Mapping[str, Any]) -> Sequence[object]:
    return [option["const"]] if "const" in option else []
