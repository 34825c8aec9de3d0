"""Who takes part: organisations, what they were when, which systems speak for them, and their people."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kernel.settings import SettingsError


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


class PersonOfOrganisation(_Part):
    """Somebody who works there; `team` is a municipality code or a name."""

    ref: str
    name: str
    roles: frozenset[str]
    email: str = ""
    team: str = ""


class Organisation(_Part):
    """One organisation by its business id."""

    id: str
    name: str
    types: tuple[TypeSpan, ...]
    systems: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
    topic: bool = False
    profile: str = "B"
    contact_email: str = ""
    person: tuple[PersonOfOrganisation, ...] = ()

    def types_at(self, day: date) -> frozenset[str]:
        """The types held on a day."""
        return frozenset(t.code for t in self.types if t.covers(day))


class Organisations(_Part):
    """All of them, with the operating and the organising one."""

    operator: str
    organiser: str
    region: str = ""
    organisation: tuple[Organisation, ...]

    def org(self, id_: str) -> Organisation | None:
        """One organisation, or None."""
        return next((o for o in self.organisation if o.id == id_), None)

    def types_at(self, id_: str, day: date) -> frozenset[str]:
        """The types that an organisation held on a day; none for a stranger."""
        found = self.org(id_)
        return found.types_at(day) if found else frozenset()

    def org_type_for(self, id_: str, day: date, stated_by: Iterable[str]) -> str | None:
        """The type under which an organisation may state something on a day, or None."""
        return min(self.types_at(id_, day) & frozenset(stated_by), default=None)

    def source_belongs(self, source: str) -> bool:
        """Whether a source names one of an organisation's own systems."""
        parts = source.split(":")
        found = self.org(parts[2]) if len(parts) == 4 else None
        return found is not None and parts[3] in found.systems


def load(path: Path) -> Organisations:
    """Read the file; SettingsError names the entry and the rule that is broken."""
    try:
        return Organisations.model_validate(tomllib.loads(path.read_text()))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise SettingsError(f"POLKU_ORGANISATIONS: {path.name}: {error}") from error
