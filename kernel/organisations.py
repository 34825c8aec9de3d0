"""Who takes part: organisations, what they were when, which systems speak for them, their sites and people."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kernel.settings import SettingsError

BUSINESS_ID = re.compile(r"\d{7}-\d", re.ASCII)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2)
SYSTEM = r"^[a-z0-9][a-z0-9-]{0,39}$"


@lru_cache(maxsize=4_096)
def is_business_id(text: str) -> bool:
    """Whether this is a Finnish business id (Y-tunnus) with the right check digit."""
    if not BUSINESS_ID.fullmatch(text):
        return False
    rest = sum(w * int(d) for w, d in zip(WEIGHTS, text, strict=False)) % 11
    return rest != 1 and int(text[8]) == (11 - rest) % 11


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TypeSpan(_Part):
    """An `org_type` held from a day to a day, both inclusive."""

    code: str
    from_: date | None = Field(default=None, alias="from")
    to: date | None = None

    def covers(self, day: date) -> bool:
        """Whether it was held on that day."""
        return (self.from_ is None or self.from_ <= day) and (self.to is None or day <= self.to)


class Site(_Part):
    """A place where days are spent; facts name it by its id."""

    id: str = Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
    name: str
    municipality: str = Field(default="", pattern=r"^(\d{3})?$")


class PersonOfOrganisation(_Part):
    """Somebody who works there; `team` is the code of the municipality that her team serves, or a team's name."""

    ref: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
    name: str
    roles: frozenset[str] = Field(min_length=1)
    email: str = ""
    team: str = ""


class Kind(_Part):
    """How the organisation is connected: A authority, B vendor system, C files, D people at a form."""

    profile: Literal["A", "B", "C", "D"]


class Organisation(_Part):
    """One organisation by its business id; of several types held at once the first listed speaks."""

    id: str
    name: str
    types: tuple[TypeSpan, ...] = Field(min_length=1)
    systems: tuple[str, ...] = Field(min_length=1)
    municipalities: tuple[str, ...] = ()
    topic: bool = False
    kind: Kind = Kind(profile="B")
    contact_email: str = ""
    site: tuple[Site, ...] = ()
    person: tuple[PersonOfOrganisation, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not is_business_id(self.id):
            raise ValueError(f"{self.id} is no business id")
        for span in self.types:
            if span.from_ and span.to and span.to < span.from_:
                raise ValueError(f"the type {span.code} ends before it begins")
        if wrong := [s for s in self.systems if not re.fullmatch(SYSTEM, s)]:
            raise ValueError(f"a system is lower-case letters, digits and hyphens: {wrong[0]}")
        if wrong := [m for m in self.municipalities if not re.fullmatch(r"\d{3}", m)]:
            raise ValueError(f"a municipality is three digits: {wrong[0]}")
        _once(p.ref for p in self.person)
        return self

    def types_at(self, day: date) -> frozenset[str]:
        """The types held on a day."""
        return frozenset(t.code for t in self.types if t.covers(day))


class Region(_Part):
    """The region by its code in Statistics Finland's classification."""

    code: str = Field(pattern=r"^\d{2}$")
    name: str = ""


class Organisations(_Part):
    """All of them, with the operating and the organising one."""

    operator: str
    organiser: str
    region: Region
    municipality_names: Mapping[str, str] = {}
    organisation: tuple[Organisation, ...]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        _once(o.id for o in self.organisation)
        _once(s.id for o in self.organisation for s in o.site)
        for name, id_ in (("operator", self.operator), ("organiser", self.organiser)):
            if id_ not in self._by_id:
                raise ValueError(f"{name}: {id_} is none of the organisations")
        return self

    @cached_property
    def _by_id(self) -> dict[str, Organisation]:
        return {o.id: o for o in self.organisation}

    @cached_property
    def sites(self) -> Mapping[str, tuple[Site, Organisation]]:
        """Every site by its id, with the organisation that runs it."""
        return {s.id: (s, o) for o in self.organisation for s in o.site}

    def org(self, id_: str) -> Organisation | None:
        """One organisation, or None."""
        return self._by_id.get(id_)

    def types_at(self, id_: str, day: date) -> frozenset[str]:
        """The types that an organisation held on a day; none for a stranger."""
        found = self.org(id_)
        return found.types_at(day) if found else frozenset()

    def org_type_for(
        self, id_: str, day: date, stated_by: Iterable[str], rank: Mapping[str, int] | None = None
    ) -> str | None:
        """The type under which an organisation may state something on a day, or None.

        Of several the one whose word weighs most in `rank` speaks, then the one listed first in the file.
        """
        found, allowed = self.org(id_), frozenset(stated_by)
        held = [t.code for t in found.types if t.covers(day) and t.code in allowed] if found else []
        return max(held, key=lambda code: (rank or {}).get(code, 0), default=None)

    def people(self, id_: str) -> tuple[PersonOfOrganisation, ...]:
        """Those who work in an organisation; none for a stranger."""
        found = self.org(id_)
        return found.person if found else ()

    def person(self, id_: str, ref: str) -> PersonOfOrganisation | None:
        """One worker of an organisation, or None."""
        return next((p for p in self.people(id_) if p.ref == ref), None)

    def municipality_org(self, code: str, day: date, types: Iterable[str]) -> Organisation | None:
        """The organisation of one of these types that serves a municipality on a day; the first listed counts."""
        wanted = frozenset(types)
        return next((o for o in self.organisation if code in o.municipalities and o.types_at(day) & wanted), None)


def load(path: Path) -> Organisations:
    """Read the file; SettingsError names the entry and the rule that is broken."""
    try:
        return Organisations.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise SettingsError(f"POLKU_ORGANISATIONS: {path.name}: {'; '.join(lines)}") from error
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"POLKU_ORGANISATIONS: {path.name}: {error}") from error


def _once(ids: Iterable[str]) -> None:
    for id_, count in Counter(ids).items():
        if count > 1:
            raise ValueError(f"{id_} stands {count} times")
