"""What columns and codes are called: by their own names, by the labels of the pages, and by the words of a table."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from schemas.labels.lookup import LABELS

TABLE = Path(__file__).with_name("csv_fi.toml")


def plain(text: str) -> str:
    """A name as it is compared: without case, accents and anything but letters and digits between."""
    found = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(sign if sign.isalnum() else " " for sign in found if not unicodedata.combining(sign))
    return "_".join(letters.split())


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


@cache
def envelope_columns() -> Mapping[str, str]:
    """Attributes of an event by the plain names of their columns."""
    return {plain(name): attribute for attribute, names in _table()["event"].items() for name in (attribute, *names)}


@cache
def field_names() -> Mapping[str, frozenset[str]]:
    """Fields of facts by the plain Finnish name of their column; one name may serve different types differently."""
    found: dict[str, set[str]] = {}
    for field, names in {**_table()["field"], **_table()["euros"]}.items():
        for name in names:
            found.setdefault(plain(name), set()).add(field)
    return {name: frozenset(fields) for name, fields in found.items()}


@cache
def finnish(field: str) -> str | None:
    """The first Finnish name of a field's column."""
    named = {**_table()["field"], **_table()["euros"]}.get(field)
    return str(named[0]) if named else None


@cache
def in_euros() -> frozenset[str]:
    """Fields that count cents: under their Finnish name the column holds euros."""
    return frozenset(_table()["euros"])


@cache
def happened_on() -> tuple[str, ...]:
    """Fields that tell on which day something happened, the likeliest first."""
    return tuple(_table()["happened_on"])


@cache
def words(known: frozenset[str]) -> Mapping[str, str]:
    """Codes of a list by everything that they are called: the code, its labels, and the words of the table."""
    found = {plain(code): code for code in known}
    for labels in sorted(LABELS.values(), key=lambda labels: set(labels) == known):  # its own list speaks last
        if labels.keys() <= known:
            found |= {plain(text): code for code, texts in labels.items() for text in texts}
    for code, more in _table()["word"].items():
        if code in known:
            found |= {plain(text): code for text in more}
    return found
