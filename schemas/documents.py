"""What is published of the types: one JSON Schema each, and one page of documentation for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from kernel.facts import Event
from schemas.catalogue import catalogue, example_event, json_schema

FOLDER = "schemas/published"
PAGE = "docs/facts.md"
ANNOTATIONS = frozenset({"title", "description", "examples", "default", "x-label", "x-data-class", "x-known-codes"})
HEAD = """# Facts

Every type of fact, with its fields and one complete example. This page is written by `polku schemas`; the classes in
`schemas/` decide. Unknown fields are kept. A list of codes that ends in *other* is open: an unknown code counts as
`other` and is kept as it was stated; every other list is closed.

A type without *stated by* is stated by nobody outside: Polku writes it itself, or for people at its own pages.
"""


def documents() -> dict[str, str]:
    """Everything published: path below the project's root → text."""
    found = {f"{FOLDER}/{type_}.json": _text(json_schema(cls)) for type_, cls in catalogue().items()}
    return {**found, PAGE: page()}


def shape(schema: Any) -> Any:
    """A JSON Schema without what only explains it: two schemas of one shape accept the same data."""
    if isinstance(schema, list):
        return [shape(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        k: {name: shape(part) for name, part in v.items()} if k in ("properties", "$defs") else shape(v)
        for k, v in schema.items()
        if k not in ANNOTATIONS
    }


def page() -> str:
    """The page on all types of facts, in Markdown."""
    return "\n".join([HEAD, *(line for cls in catalogue().values() for line in _section(cls))])


def _text(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _section(cls: type[Event]) -> Iterator[str]:
    meta, schema = cls.meta, json_schema(cls)
    yield f"## `{meta.type}`\n"
    yield f"{meta.label['en']} · {meta.label['fi']} · {meta.label['sv']}\n"
    yield f"{' '.join((cls.__doc__ or '').split())}\n"
    about = {True: "a person", False: "no person", None: "a person or none"}[meta.person]
    yield f"- about {about}; data class {meta.data_class}"
    if meta.stated_by:
        yield f"- stated by {', '.join(f'`{code}`' for code in sorted(meta.stated_by))}"
    if meta.rank:
        ranked = sorted(meta.rank.items(), key=lambda r: (-r[1], r[0]))
        yield f"- of two statements the greater rank wins: {', '.join(f'`{code}` {rank}' for code, rank in ranked)}"
    yield ""
    if schema.get("properties"):
        yield "| Field | | Kind |\n|---|---|---|"
        for name, field in schema["properties"].items():
            must = "required" if name in schema.get("required", ()) else ""
            yield f"| `{name}` | {must} | {_kind(field, schema.get('$defs', {}))} |"
        yield ""
    yield f"```json\n{json.dumps(example_event(cls), ensure_ascii=False, indent=2)}\n```\n"


def _kind(field: Mapping[str, Any], parts: Mapping[str, Any]) -> str:
    """A field in a few words."""
    if "$ref" in field:
        return _kind(parts[field["$ref"].rpartition("/")[2]], parts)
    if "anyOf" in field:
        return " or ".join(_kind(one, parts) for one in field["anyOf"] if one.get("type") != "null")
    if "const" in field:
        return f"`{field['const']}`"
    if codes := field.get("enum") or field.get("x-known-codes"):
        return " ".join(f"`{code}`" for code in codes)
    if "properties" in field:
        inner = (f"{name}: {_kind(part, parts)}" for name, part in field["properties"].items())
        return "{" + "; ".join(inner) + "}"
    if field.get("type") == "array":
        return "list of " + _kind(field.get("items", {}), parts)
    return str(field.get("format") or field.get("type") or "any")
