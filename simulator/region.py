"""The region that is played: its organisations, their sites and the people who work there."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

INSTRUCTOR = "social_instructor"


class RegionError(Exception):
    """The file of organisations cannot be played; the message names file and rule."""


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Held(_Read):
    """An organisation type from a day to a day, both inclusive."""

    code: str
    from_: date | None = Field(default=None, alias="from")
    to: date | None = None

    def at(self, day: date) -> bool:
        """Whether it is held on that day."""
        return (self.from_ is None or self.from_ <= day) and (self.to is None or day <= self.to)


class Site(_Read):
    """A place where days are spent."""

    id: str
    name: str = ""
    municipality: str = ""


class Worker(_Read):
    """Somebody who works in an organisation; `team` is mostly a municipality's code."""

    ref: str
    name: str
    roles: frozenset[str]
    team: str = ""


class Kind(_Read):
    """How the organisation is connected: A authority, B vendor system, C files, D people at a form."""

    profile: str = "B"


class Org(_Read):
    """One organisation with its own systems; the first one is what it mostly speaks through."""

    id: str
    name: str
    types: tuple[Held, ...]
    systems: tuple[str, ...] = Field(min_length=1)
    municipalities: tuple[str, ...] = ()
    topic: bool = False
    kind: Kind = Kind()
    site: tuple[Site, ...] = ()
    person: tuple[Worker, ...] = ()

    def source(self, system: int = 0) -> str:
        """The CloudEvents source of one of its systems."""
        return f"urn:polku:{self.id}:{self.systems[min(system, len(self.systems) - 1)]}"

    def types_at(self, day: date) -> list[str]:
        """Types held on a day, as listed."""
        return [t.code for t in self.types if t.at(day)]

    def workers(self, role: str, team: str = "") -> list[Worker]:
        """Those of a role in a team; of any team when that team has none."""
        of_role = [w for w in self.person if role in w.roles]
        return [w for w in of_role if team and w.team == team] or of_role


@dataclass(frozen=True)
class Region:
    """Everybody who takes part, with the operating organisation and the one that organises the service."""

    operator: str
    organiser: str
    names: Mapping[str, str]
    orgs: tuple[Org, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Org]:
        """Organisations by business id."""
        return {o.id: o for o in self.orgs}

    @cached_property
    def _known(self) -> dict[tuple[date, frozenset[str]], tuple[Org, ...]]:
        """What `having` has answered, since every person of a play asks the same."""
        return {}

    def having(self, day: date, types: Iterable[str]) -> Sequence[Org]:
        """Organisations that hold one of these types on a day."""
        asked = day, frozenset(types)
        if asked not in self._known:
            self._known[asked] = tuple(o for o in self.orgs if asked[1].intersection(o.types_at(day)))
        return self._known[asked]

    @property
    def county(self) -> Org:
        """Who organises the service."""
        return self.by_id[self.organiser]

    @cached_property
    def localities(self) -> tuple[str, ...]:
        """Municipalities with a social instructor of their own; without any, all that the organiser serves."""
        teams = {w.team for w in self.county.workers(INSTRUCTOR) if w.team.isdigit()}
        served = self.county.municipalities or tuple(self.names)
        return tuple(m for m in served if m in teams) or served

    def municipality(self, code: str) -> str:
        """Its name, else its code."""
        return self.names.get(code, code)


class _File(_Read):
    operator: str
    organiser: str
    municipality_names: Mapping[str, str] = {}
    organisation: tuple[Org, ...]


def load(path: Path) -> Region:
    """Read a file of organisations; RegionError when it cannot be played."""
    try:
        read = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise RegionError(f"{path}: {error}") from error
    region = Region(read.operator, read.organiser, read.municipality_names, read.organisation)
    if read.organiser not in region.by_id:
        raise RegionError(f"{path}: organiser: {read.organiser} is none of the organisations")
    if not region.localities:
        raise RegionError(f"{path}: the organiser {read.organiser} serves no municipality")
    return region
