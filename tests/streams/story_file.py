"""Reads a history that a social worker can read: `tests/streams/*.story`, one statement a line.

A line is `day | who | what (in Finnish) | type and details`. The day is that on which it was told; `happened=` gives
another one on which it came to pass. Ids are names (`plan_id=suunnitelma`), organisations too. `as=` names a statement,
so that `corrects=` or a retraction can point at it; `ref=` is a second record of the same client. A line about many
days (`days=first..last weekdays=mon,tue`) is told week by week on Fridays with `told=weekly`, else at once.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from kernel.calendar import is_working_day, midnight
from kernel.discover import events
from kernel.facts import Event, Fact
from kernel.organisations import Organisations, load

ROOT = Path(__file__).parents[2]
STREAMS = ROOT / "tests/streams"
SPACE = UUID("6f0a3a52-60f4-5c8e-9b0f-9d6b9a1d7c11")
WHO: Mapping[str, tuple[str, str]] = {
    "Kela": ("9000006-2", "kela"),
    "TE-toimisto": ("9000007-0", "te_office"),
    "Kuntakokeilu": ("9000008-9", "municipal_employment_trial"),
    "Työllisyysalue": ("9000004-6", "employment_authority"),
    "TYP": ("9000009-7", "typ"),
    "Monialainen": ("9000009-7", "multisector_model"),
    "Seinäjoki": ("9000011-8", "municipality"),
    "JIK": ("9000016-9", "joint_municipal_enterprise"),
    "Hyvinvointialue": ("9000003-8", "wellbeing_county"),
    "Työpaja": ("9000012-6", "workshop"),
    "Ilmajoen-paja": ("9000013-4", "workshop"),
    "Lapuan-paja": ("9000023-0", "workshop"),
    "Buusti": ("9000014-2", "association"),
    "Ohjaamo": ("9000019-3", "ohjaamo"),
    "Polku": ("9000001-1", "operator"),
}
"""How the stories call the organisations: business id, and as what they state."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ROLES, TEXT = ("signed_by", "participants"), ("from", "to", "home_municipality", "municipality")
OUTSIDE = frozenset({"as", "corrects", "ref", "happened", "told", "about"})
HER, OTHER = str(uuid5(SPACE, "her")), str(uuid5(SPACE, "the other record"))


@dataclass(frozen=True)
class Line:
    """One line of a story: who told what on which day, and its words in Finnish."""

    n: int
    day: date
    who: str
    label: str
    type: str
    details: Mapping[str, str]


@dataclass(frozen=True)
class Story:
    """A history: its head for people, its lines, and the last day that is looked at."""

    name: str
    head: tuple[str, ...]
    lines: tuple[Line, ...]
    until: date

    def facts(self) -> list[Fact]:
        """Every fact in the order in which it was told; those of no person have no subject."""
        return sorted((f for line in self.lines for f in told(line)), key=lambda f: (f.recorded, f.seq))


@cache
def organisations() -> Organisations:
    """Who takes part."""
    return load(ROOT / "deploy/organisations.toml")


@cache
def newest() -> dict[str, type[Event]]:
    """The newest version of each type of fact by its name."""
    found: dict[str, type[Event]] = {}
    for event in events("schemas").values():
        known = found.get(event.meta.name)
        if known is None or known.meta.version < event.meta.version:
            found[event.meta.name] = event
    return found


def read(path: Path) -> Story:
    """The story of a file."""
    head, lines, until = [], [], date.min
    for n, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if text.startswith("#"):
            head.append(text[1:].strip())
        elif text.startswith("until "):
            until = date.fromisoformat(text[6:].strip())
        elif text.strip():
            lines.append(_line(n, text))
    return Story(path.stem, tuple(head), tuple(lines), until)


def _line(n: int, text: str) -> Line:
    day, who, label, said = (part.strip() for part in text.split("|"))
    type_, *details = shlex.split(said)
    return Line(n, date.fromisoformat(day), who, label, type_, dict(d.split("=", 1) for d in details))


def told(line: Line) -> Iterator[Fact]:
    """The facts of a line: one, or one for each of its days."""
    if not _ranges(line):
        yield _fact(line, 0, {}, date.fromisoformat(line.details.get("happened", str(line.day))), line.day)
        return
    first, last = (date.fromisoformat(d) for d in line.details["days"].split(".."))
    weekdays = line.details["weekdays"].split(",")
    every = (first + timedelta(days=n) for n in range((last - first).days + 1))
    for n, day in enumerate(d for d in every if WEEKDAYS[d.weekday()] in weekdays and is_working_day(d)):
        friday = day + timedelta(days=4 - day.weekday())
        yield _fact(line, n, {"date": str(day)}, day, friday if line.details.get("told") == "weekly" else line.day)


def _ranges(line: Line) -> bool:
    return ".." in line.details.get("days", "")


def _fact(line: Line, n: int, more: Mapping[str, Any], happened: date, recorded: date) -> Fact:
    org, org_type = WHO[line.who]
    kind = newest()[line.type]
    data = {**_data(line), **more}
    personal = kind.meta.person or "about" in line.details or line.type == "fact.retracted"
    step = timedelta(hours=12, milliseconds=line.n, microseconds=n)
    fact = Fact(
        lane=1 if personal else 0,
        seq=line.n * 1000 + n,
        subject=(OTHER if "ref" in line.details else HER) if personal else None,
        source=f"urn:polku:{org}:s",
        id=line.details.get("as", f"line-{line.n}-{n}"),
        type=kind.meta.type,
        time=midnight(happened) + step,
        recorded=midnight(recorded) + step,
        data=kind.model_validate_json(json.dumps(data)),
        org_type=org_type,
    )
    return replace(fact, corrects=line.details.get("corrects"))


def _data(line: Line) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key, text in line.details.items():
        if key in OUTSIDE or (key in {"days", "weekdays"} and _ranges(line)):
            continue
        *way, last = key.split(".")
        inner = data
        for step in way:
            inner = inner.setdefault(step, {})
        inner[last] = _value(line, last, text)
    return data


def _value(line: Line, key: str, text: str) -> Any:
    if key in ROLES:
        return [_party(line, key, one) for one in text.split(",")]
    if "," in text:
        return [_value(line, key, one) for one in text.split(",") if one]
    if text in WHO:
        return WHO[text][0]
    if key.endswith("_ref") and line.type == "client.merged":
        return HER if text == "A" else OTHER
    if (key.endswith("_id") or key in {"successor", "site"}) and line.type != "fact.retracted":
        return str(uuid5(SPACE, text))
    if text in {"true", "false"}:
        return text == "true"
    return int(text) if re.fullmatch(r"\d+", text) and key not in TEXT else text


def _party(line: Line, key: str, text: str) -> dict[str, str]:
    role, _, org = text.partition("@")
    named = {"role": role, **({"org": WHO[org][0]} if org else {})}
    return {**named, "on": line.details.get("happened", str(line.day))} if key == "signed_by" else named


def names(story: Story) -> dict[str, str]:
    """What each id is called in the story."""
    said = (v for line in story.lines for k, v in line.details.items() if k.split(".")[-1].endswith(("_id", "site")))
    sources = {f"urn:polku:{org}:s/": "" for org, _ in WHO.values()}
    return {str(uuid5(SPACE, name)): name for name in said} | {HER: "", OTHER: "toinen viite"} | sources
