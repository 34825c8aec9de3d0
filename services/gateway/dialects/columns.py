"""Which place in the data of a type of fact a column fills, read from the type's own JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from kernel.facts import Event
from schemas.catalogue import json_schema
from services.gateway.dialects import names
from services.gateway.dialects.cells import Form, form_of

Schema = Mapping[str, Any]
MOST_PARTS = 50
"""Parts of a list, as many as any schema takes."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cell goes in the data, and what it must be; numbers are places in lists."""

    path: tuple[str | int, ...]
    form: Form

    @property
    def pointer(self) -> str:
        """The same as a JSON Pointer into the event."""
        return "/data/" + "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in self.path)


@lru_cache(maxsize=4_096)
def place(cls: type[Event], column: str) -> Place | None:
    """The place of a column in a type of fact: `reason`, `Poissaolon syy`, `participants.2.role_code`, `data.id`."""
    parts = column.removeprefix("data.").split(".")
    if column == parts[0] and _heading(column) in names.envelope_columns():
        return None
    if (begins := _beginnings(cls)) is not None and _heading(parts[0]) not in begins:
        return None
    schema = _schema(cls)
    found = _walk([schema], parts, schema.get("$defs", {}), ())
    if found is None or isinstance(found[0][-1], int):
        return None
    path, options, euros = found
    many = [o for o in options if o.get("type") == "array"]
    form = form_of(list(_options(many[0]["items"], schema.get("$defs", {}))) if many else options, names.words)
    return Place(path, replace(form, many=bool(many), hundredths=euros))


@lru_cache(maxsize=512)
def required(cls: type[Event]) -> Sequence[str]:
    """The fields that a type cannot do without."""
    return tuple(_schema(cls).get("required", ()))


@lru_cache(maxsize=512)
def _schema(cls: type[Event]) -> Schema:
    return json_schema(cls)


_heading = lru_cache(maxsize=1_024)(names.plain)
"""The columns of a file are asked for with every type of fact."""


@cache
def _beginnings(cls: type[Event]) -> frozenset[str] | None:
    """What a column of this type may begin with, so that a stranger's is known at once; None: with anything."""
    members = _schema(cls).get("properties", {})
    called = {name for name, fields in names.field_names().items() if not fields.isdisjoint(members)}
    return frozenset({names.plain(member) for member in members} | called) if members else None


def _walk(
    options: Sequence[Schema], parts: Sequence[str], defs: Schema, path: tuple[str | int, ...]
) -> tuple[tuple[str | int, ...], Sequence[Schema], bool] | None:
    """Follow the parts of a column's name down; answers path, options of the field, and whether it holds euros."""
    if not parts:
        fillable = [o for o in options if o.get("type") != "object"]
        return (path, fillable, False) if fillable and not _of_objects(fillable, defs) else None
    first, *rest = parts
    for option in options:
        if option.get("type") == "array" and re.fullmatch(r"[1-9][0-9]?", first) and int(first) <= MOST_PARTS:
            return _walk(list(_options(option["items"], defs)), rest, defs, (*path, int(first) - 1)) if rest else None
        if (named := _field(option, first)) is not None:
            name, euros = named
            found = _walk(list(_options(_member(option, name), defs)), rest, defs, (*path, name))
            return (*found[:2], found[2] or euros) if found else None
    return None


def _field(option: Schema, column: str) -> tuple[str, bool] | None:
    """The member of an object that a column names, and whether its cells are euros where the field counts cents."""
    members = option.get("properties", {})
    asked = names.plain(column)
    if own := next((m for m in members if names.plain(m) == asked), None):
        return own, False
    fitting = [m for m in members if m in names.field_names().get(asked, ())]
    if fitting:
        return fitting[0], fitting[0] in names.in_euros()
    open_ended = option.get("patternProperties") or isinstance(option.get("additionalProperties"), dict)
    return (column, False) if open_ended and not members else None


def _member(option: Schema, name: str) -> Schema:
    if name in option.get("properties", {}):
        found: Schema = option["properties"][name]
        return found
    patterns = option.get("patternProperties")
    other: Schema = next(iter(patterns.values())) if patterns else option["additionalProperties"]
    return other


def _options(schema: Schema, defs: Schema) -> Iterator[Schema]:
    """What a field may be, references followed and null left out."""
    if "$ref" in schema:
        yield from _options(defs[schema["$ref"].rpartition("/")[2]], defs)
    elif "anyOf" in schema:
        for option in schema["anyOf"]:
            yield from _options(option, defs)
    elif schema.get("type") != "null":
        yield schema


def _of_objects(options: Sequence[Schema], defs: Schema) -> bool:
    return any(
        o.get("type") == "object" for option in options if "items" in option for o in _options(option["items"], defs)
    )
