"""All types of facts in one place, each with its JSON Schema and one complete event as a partner would send it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

from pydantic import BaseModel

from kernel.discover import events
from kernel.facts import Event
from schemas import examples

DIALECT = "https://json-schema.org/draft/2020-12/schema"
WITHOUT_DATES = date(2025, 2, 10)
"""The day of an example whose data names none."""


@cache
def catalogue() -> Mapping[str, type[Event]]:
    """Every type of fact by its full name, in name order."""
    return dict(sorted(events("schemas").items()))


@cache
def json_schema(cls: type[Event]) -> Mapping[str, Any]:
    """The JSON Schema (2020-12) of a type's `data`; made once, so nobody may change it."""
    schema = cls.model_json_schema(by_alias=True)
    return {
        "$schema": DIALECT,
        **schema,
        "title": cls.meta.type,
        "x-label": dict(cls.meta.label),
        "x-data-class": cls.meta.data_class,
    }


def example_data(cls: type[Event]) -> dict[str, Any]:
    """The data of a type's example, as it stands in JSON."""
    return cls.example().model_dump(mode="json", by_alias=True, exclude_none=True)


def example_event(
    cls: type[Event], source: str | None = None, id: str | None = None, subject: str | None = None
) -> dict[str, Any]:
    """One complete CloudEvent; what is not given is always the same.

    `source` is a demo organisation's that may state the type; a type that no organisation may state gets the
    county's. A type that is never about a person has no `subject`.
    """
    instant = datetime.combine(min(_days(cls.example()), default=WITHOUT_DATES), time(13), UTC)
    event = {
        "specversion": "1.0",
        "id": id or f"example-{cls.meta.name}",
        "source": source or example_source(cls),
        "type": cls.meta.type,
        "subject": subject or examples.CLIENT,
        "time": _rfc3339(instant),
        "recordedtime": _rfc3339(instant.replace(hour=14)),
        "datacontenttype": "application/json",
        "data": example_data(cls),
    }
    if cls.meta.person is False:
        del event["subject"]
    return event


def example_source(cls: type[Event]) -> str:
    """The source that speaks in a type's example. LookupError when no demo organisation may state the type."""
    if not cls.meta.stated_by:
        return f"urn:polku:{examples.COUNTY}:case-system"
    for types, source in examples.SOURCES:
        if types & cls.meta.stated_by:
            return source
    raise LookupError(f"{cls.meta.type}: no organisation of the demo may state it")


def _days(value: object) -> Iterator[date]:
    """Every day that a statement names, however deep."""
    if isinstance(value, datetime):
        yield value.date()
    elif isinstance(value, date):
        yield value
    elif isinstance(value, BaseModel):
        for _, part in value:
            yield from _days(part)
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _days(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _days(part)


def _rfc3339(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
