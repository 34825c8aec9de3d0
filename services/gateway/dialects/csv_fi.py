"""Files of Finnish systems: semicolons, decimal commas, DD.MM.YYYY, Finnish or English headers, one fact a row."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson

from kernel.errors import Problem
from kernel.facts import PREFIX, Event
from services.gateway.dialects import cells, columns, names
from services.gateway.dialects.cells import CellError
from services.gateway.dialects.columns import Place
from services.gateway.dialects.table import Line, letter, table, wrong_with
from services.gateway.filing import MOST_A_ROW, Dialect, Filing, Flaw, Row, refused
from services.gateway.identity import looks_like_identity_code

LONGEST_NAME = 100
INSTANTS = ("time", "recordedtime")
UNKNOWN_COLUMN = "no column of this name is known here; leave it out of the file"
NO_SUCH_TYPE = "there is no such type that a partner may state"


def read(raw: bytes, filing: Filing) -> list[Row]:
    """Every row as an event, or with what is wrong in it; refused as a whole when the header cannot be understood."""
    header, lines = table(raw, filing.charset)
    whole = _File(header.cells, filing)
    return [whole.row(line) for line in lines]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the columns of a file mean for one type of fact: for each its place and pointer, and the way back."""

    places: Sequence[tuple[Place, str] | None]
    named: Mapping[str, str]


class _File:
    """One file: its columns, and how its rows are read."""

    def __init__(self, header: Sequence[str], filing: Filing) -> None:
        self._filing, self._header = filing, header
        self._types, self._plans = _named_types(filing.events), dict[type[Event], _Plan]()
        self._attributes = [names.envelope_columns().get(names.plain(name)) for name in header]
        asked = self._asked()
        self._known = [bool(a) or _names_a_field(n, asked) for a, n in zip(self._attributes, header, strict=True)]
        self._called = [self._column(at) for at in range(len(header))]
        if flaws := [*self._flaws()]:
            raise refused(422, flaws)

    def row(self, line: Line) -> Row:
        """One row as an event."""
        event: dict[str, object] = {"specversion": "1.0", "source": self._filing.source, "data": {}}
        row = Row(line.number, event, {"": ""})
        if len(line.cells) != len(self._header):
            code = "too_many_cells" if len(line.cells) > len(self._header) else "too_few_cells"
            row.problems.append(Problem("", code, f"the header has {len(self._header)} columns, this row has not"))
            return row
        filled = [(at, cell) for at, cell in enumerate(line.cells) if cell and self._fits(row, at, cell)]
        if len(row.problems) >= MOST_A_ROW:
            return row
        self._attributes_of(row, filled)
        cls = self._class(row, str(event.pop("type", self._filing.fact)))
        if cls is not None:
            self._data_of(row, cls, filled)
            self._complete(row, cls)
        return row

    def _fits(self, row: Row, at: int, cell: str) -> bool:
        if len(row.problems) >= MOST_A_ROW:
            return False
        if wrong := wrong_with(cell):
            pointer = f"/{self._attributes[at]}" if self._attributes[at] else f"/data/{letter(at)}"
            self._wrong(row, at, pointer, *wrong)
        return not wrong

    def _attributes_of(self, row: Row, filled: Sequence[tuple[int, str]]) -> None:
        for at, cell in filled:
            name = self._attributes[at]
            if name is None:
                continue
            row.columns[f"/{name}"] = self._called[at]
            try:
                row.event[name] = cells.written(cells.instant(cell)) if name in INSTANTS else cell
            except CellError as error:
                self._wrong(row, at, f"/{name}", error.code, error.detail)

    def _class(self, row: Row, asked: str) -> type[Event] | None:
        cls = self._types.get(names.plain(asked)) if asked else None
        if cls is None:
            code = "unknown_type" if asked else "missing"
            detail = NO_SUCH_TYPE if asked else "say which type of fact: a column Tapahtuma, or the header Polku-Type"
            row.problems.append(Problem("/type", code, detail))
            return None
        row.event["type"] = cls.meta.type
        return cls

    def _data_of(self, row: Row, cls: type[Event], filled: Sequence[tuple[int, str]]) -> None:
        data: dict[str, Any] = {}
        plan = self._plan(cls)
        for at, cell in filled:
            if len(row.problems) >= MOST_A_ROW:
                break
            if self._attributes[at]:
                continue
            if (found := plan.places[at]) is None:
                self._wrong(row, at, f"/data/{letter(at)}", "unknown_column", "facts of this type have no such column")
                continue
            place, pointer = found
            if pointer in row.columns:
                self._wrong(row, at, pointer, "column_twice", "another column says the same")
                continue
            row.columns[pointer] = self._called[at]
            try:
                _put(data, place.path, cells.value(cell, place.form))
            except CellError as error:
                self._wrong(row, at, pointer, error.code, error.detail)
        row.event["data"] = _listed(data)
        row.columns = {**plan.named, **row.columns}  # what is empty is known by its column too, when it is missed

    def _plan(self, cls: type[Event]) -> _Plan:
        """What each column means for a type, found once in a file."""
        if (plan := self._plans.get(cls)) is None:
            fields = [None if a else name for a, name in zip(self._attributes, self._header, strict=True)]
            found = [columns.place(cls, name) if name else None for name in fields]
            places = [(place, place.pointer) if place else None for place in found]
            named: dict[str, str] = {}
            for called, there in zip(self._called, places, strict=True):
                if there:
                    named.setdefault(there[1], called)
            plan = self._plans[cls] = _Plan(places, named)
        return plan

    def _complete(self, row: Row, cls: type[Event]) -> None:
        """The instant of a fact that names only a day, and an id for one that has none."""
        event, data = row.event, row.event["data"]
        if "time" not in event and "/time" not in row.columns and isinstance(data, dict):
            on = next((field for field in names.happened_on() if field in data), None)
            if on is not None:
                self._begins(row, f"/data/{on}", str(data[on]))
        if "id" not in event:
            said = orjson.dumps({"type": cls.meta.type, **event}, option=orjson.OPT_SORT_KEYS)
            event["id"] = "row-" + hmac.digest(self._filing.key, said, sha256().name).hex()[:40]

    def _begins(self, row: Row, pointer: str, on: str) -> None:
        row.columns["/time"] = row.columns.get(pointer, "")
        try:
            row.event["time"] = cells.written(cells.midnight(cells.day(on)))
        except CellError as error:
            row.problems.append(Problem("/time", error.code, error.detail))

    def _wrong(self, row: Row, at: int, pointer: str, code: str, detail: str) -> None:
        row.columns.setdefault(pointer, self._called[at])
        row.problems.append(Problem(pointer, code, detail))

    def _column(self, at: int) -> str:
        """The header when it is one that is known, else the letter: a stranger's words are not repeated."""
        name = self._header[at]
        told = self._known[at] and not looks_like_identity_code(name) and not wrong_with(name)
        return name if told else letter(at)

    def _asked(self) -> Sequence[type[Event]]:
        """The types that a row of this file may be of."""
        given = self._types.get(names.plain(self._filing.fact)) if self._filing.fact else None
        return [given] if given and "type" not in self._attributes else list(set(self._types.values()))

    def _flaws(self) -> list[Flaw]:
        found = [
            Flaw(1, letter(at), "no_name" if not self._header[at] else "unknown_column", self._why_unknown(at))
            for at, known in enumerate(self._known)
            if not known
        ]
        plain = [a or names.plain(n) for a, n in zip(self._attributes, self._header, strict=True)]
        for at, name in enumerate(plain):
            if self._known[at] and name in plain[:at]:
                found.append(Flaw(1, self._called[at], "column_twice", "this column stands twice"))
        return found or self._missing()

    def _why_unknown(self, at: int) -> str:
        if len(self._header) == 1 and any(sign in self._header[0] for sign in ",\t"):
            return "columns are separated by semicolons"
        return UNKNOWN_COLUMN if self._header[at] else "a column without a name"

    def _missing(self) -> list[Flaw]:
        """What no row can have when all are of one type and its column is not there."""
        if "type" in self._attributes or not self._filing.fact:
            return []
        cls = self._types.get(names.plain(self._filing.fact))
        if cls is None:
            return [Flaw(1, "", "unknown_type", f"Polku-Type: {NO_SUCH_TYPE}")]
        there = {str(p.path[0]) for name in self._header if (p := columns.place(cls, name))}
        lacking = [names.finnish(f) or f for f in columns.required(cls) if f not in there]
        lacking += ["Asiakasviite"] if cls.meta.person and "subject" not in self._attributes else []
        return [Flaw(1, name, "missing_column", "facts of this type need this column") for name in lacking]


def _names_a_field(name: str, asked: Sequence[type[Event]]) -> bool:
    return len(name) <= LONGEST_NAME and any(columns.place(cls, name) for cls in asked)


def _named_types(events: Mapping[str, type[Event]]) -> Mapping[str, type[Event]]:
    """Types by full name, by name without version (the newest), and by what they are called on pages."""
    stated = sorted((c for c in events.values() if c.meta.stated_by), key=lambda c: c.meta.version)
    found: dict[str, type[Event]] = {}
    for cls in stated:
        found |= {names.plain(text): cls for text in cls.meta.label.values()}
    for cls in stated:
        found[names.plain(cls.meta.name)] = cls
    return (
        found
        | {names.plain(cls.meta.type): cls for cls in stated}
        | {names.plain(cls.meta.type.removeprefix(PREFIX)): cls for cls in stated}
    )


def _put(data: dict[str, Any], path: Sequence[str | int], value: object) -> None:
    """Set a member however deep; lists are kept as maps by place until all is there."""
    *before, last = path
    for part in before:
        data = data.setdefault(part, {})  # type: ignore[arg-type]  # places of lists are keys until `_listed`
    data[last] = value  # type: ignore[index]  # the same


def _listed(value: Any) -> Any:
    """The same with lists where keys are places; one that leaves out a place closes up."""
    if not isinstance(value, dict):
        return value
    if value and all(isinstance(key, int) for key in value):
        return [_listed(value[place]) for place in sorted(value)]
    return {key: _listed(member) for key, member in value.items()}


dialect = Dialect(media="text/csv", read=read)
