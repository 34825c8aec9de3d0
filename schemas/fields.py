"""The kinds of fields that statements are made of, each with the widest limits that still make sense."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Annotated, Any, get_args
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, GetCoreSchemaHandler
from pydantic import GetJsonSchemaHandler as JsonHandler
from pydantic_core import core_schema

from kernel.organisations import is_business_id

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})")
PLAIN_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
CODE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
DIAGNOSIS = re.compile(r"[a-z][0-9]{2}([._-]?[0-9]{1,3})?", re.ASCII | re.IGNORECASE)
"""What a code of the ICD looks like: none is taken, not even as an unknown one (decision 8)."""


class Part(BaseModel):
    """A structured piece inside a statement; strict and frozen like the statement, unknown fields are kept."""

    model_config = ConfigDict(frozen=True, strict=True, extra="allow", serialize_by_alias=True)


@dataclass(frozen=True)
class Open:
    """Marks a code list that grows outside Polku: an unknown code counts as `other`, and is kept as it was stated."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        known = frozenset(get_args(source))

        def to_known(value: object) -> object:
            if not isinstance(value, str) or value in known or DIAGNOSIS.fullmatch(value):
                return value
            return "other" if CODE.fullmatch(value) else value

        return core_schema.no_info_before_validator_function(to_known, handler(source))

    def __get_pydantic_json_schema__(self, schema: core_schema.CoreSchema, handler: JsonHandler) -> dict[str, Any]:
        known = handler(schema)
        return {"type": "string", "pattern": f"^{CODE.pattern}$", "x-known-codes": known.get("enum", [])}


def _written(form: re.Pattern[str], name: str, read: Callable[[str], object]) -> BeforeValidator:
    """Take one way of writing and no other (numbers as text, prefixes, braces): what is stored is what others read."""

    @lru_cache(maxsize=16_384)
    def known(value: str) -> object:
        if not form.fullmatch(value):
            raise ValueError(f"not {name}")
        return read(value)

    def check(value: object) -> object:
        return known(value) if type(value) is str else value

    return BeforeValidator(check)


def _business_id(value: str) -> str:
    if not is_business_id(value):
        raise ValueError("not a Finnish business id: seven digits, a hyphen and the right check digit")
    return value


BusinessId = Annotated[str, Field(pattern=r"^[0-9]{7}-[0-9]$"), AfterValidator(_business_id)]
"""Business id (Y-tunnus) of an organisation, with the right check digit."""

Day = Annotated[
    date, Field(ge=date(1990, 1, 1), le=date(2100, 12, 31)), _written(DAY, "YYYY-MM-DD", date.fromisoformat)
]
"""A day in Helsinki."""

Instant = Annotated[
    AwareDatetime,
    Field(ge=datetime(1990, 1, 1, tzinfo=UTC), le=datetime(2101, 1, 1, tzinfo=UTC)),
    _written(INSTANT, "an RFC 3339 instant with its offset", datetime.fromisoformat),
]
"""An instant with its offset."""


@dataclass(frozen=True)
class Plain:
    """Takes a UUID written in the usual way and in no other; it is read where that is fastest, outside Python."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        def check(value: object) -> object:
            if isinstance(value, str) and not PLAIN_UUID.fullmatch(value):
                raise ValueError("not a UUID in 8-4-4-4-12 hexadecimal digits")
            return value

        read: Any = {**handler(source), "strict": False}
        return core_schema.no_info_before_validator_function(check, read)


Id = Annotated[UUID, Plain()]
"""A random id, given by whoever began the matter that it names."""

Municipality = Annotated[str, Field(pattern=r"^[0-9]{3}$")]
"""Municipality code of Statistics Finland, such as `743` for Seinäjoki."""

PersonRef = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""An employee's reference in her own organisation; never a name and never an identity code."""

Reference = Annotated[str, Field(pattern=r"^[^\s\x00-\x1f\x7f]{1,200}$")]
"""Opaque reference to something that stays in the source system: a document, an agreement, a note."""

SiteRef = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
"""A site's id as lower-case text, where sites and other scopes stand side by side."""

EventId = Annotated[str, Field(min_length=1, max_length=255)]
"""`id` attribute of an event."""

ShortText = Annotated[str, Field(pattern=r"^[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]{0,199}$")]
"""A code or a few words for operators, never about a person; no line breaks."""

Minutes = Annotated[int, Field(ge=0, le=1440)]
Months = Annotated[int, Field(ge=1, le=12)]
DaysPerWeek = Annotated[int, Field(ge=1, le=7)]
Count = Annotated[int, Field(ge=0, le=100_000)]
Cents = Annotated[int, Field(ge=0, le=1_000_000_000)]
Kilometres = Annotated[int, Field(ge=0, le=5_000)]

FEW = Field(default=(), max_length=50)
"""A list that may be left out and never grows long."""


class Scope(BaseModel):
    """Where a policy or a pause holds: the narrowest one given counts; none: all that the stating organisation runs.

    Unknown keys are refused, because one that is passed over would make the scope wider than was meant.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    region: Annotated[str, Field(pattern=r"^[0-9]{2}$")] | None = None
    organiser: BusinessId | None = None
    site: SiteRef | None = None


def in_order(first: date | None, last: date | None, name: str) -> None:
    """Refuse a span that ends before it begins; `name` is the field that is wrong."""
    if first is not None and last is not None and last < first:
        raise ValueError(f"{name} is before the first day")


def orgs(relation: str, *ids: str | None) -> Sequence[tuple[str, str]]:
    """The organisations that were named, each with the relation that it has to the person."""
    return tuple((id_, relation) for id_ in ids if id_)
