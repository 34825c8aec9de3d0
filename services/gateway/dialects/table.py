"""From bytes to the cells of a table that is separated by semicolons, each row with its number."""

from __future__ import annotations

import csv
import io
import unicodedata
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from kernel.errors import Refused
from services.gateway.cloudevents import MAX_BATCH
from services.gateway.csv_table import FORMULA
from services.gateway.filing import Flaw, refused
from services.gateway.problem import refuse

LONGEST_CELL = 1_024
LONGEST_ROW = 16 * 1_024
MOST_COLUMNS = 200
MINUS = ("-", "\uff0d")
"""Begins a number too, which is no formula."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of cells without the white space at their ends, and its number; the header is row 1."""

    number: int
    cells: Sequence[str]


def table(raw: bytes, charset: str) -> tuple[Line, list[Line]]:
    """Header and rows; rows without any content are passed over. Refused 400 or 413 for the whole file."""
    lines = _lines(_text(raw, charset))
    header = next(lines, None)
    if header is None:
        raise refused(400, [Flaw(1, "", "empty", "the file has no header row")])
    if len(header.cells) > MOST_COLUMNS:
        raise refused(413, [Flaw(1, "", "too_many_columns", f"a file has at most {MOST_COLUMNS} columns")])
    rows: list[Line] = []
    for line in lines:
        if len(rows) == MAX_BATCH:
            raise refuse(413, "too_many", f"a file holds at most {MAX_BATCH} rows beside its header")
        rows.append(line)
    return header, rows


def letter(column: int) -> str:
    """A column's letters as a spreadsheet shows them; the first is 0."""
    name = ""
    while column >= 0:
        column, rest = divmod(column, len(ascii_uppercase))
        name, column = ascii_uppercase[rest] + name, column - 1
    return name


def wrong_with(cell: str) -> tuple[str, str] | None:
    """Code and sentence when a cell cannot hold a value of any fact; what it holds is not said."""
    if len(cell) > LONGEST_CELL:
        return "too_long", f"a cell holds at most {LONGEST_CELL} characters"
    if "\n" in cell or "\r" in cell:
        return "line_break", "a cell ends on its own line; perhaps a closing quotation mark is missing"
    if not cell.isprintable() and any(unicodedata.category(sign) in ("Cc", "Cn", "Co") for sign in cell):
        return "control", "control characters and unassigned characters are not taken"
    if cell.startswith(FORMULA) and not (cell.startswith(MINUS) and cell[1:2].isdigit()):
        return "formula", "a cell does not begin as a formula does"
    return None


def _text(raw: bytes, charset: str) -> str:
    if raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise refused(400, [Flaw(1, "", "encoding", "this is UTF-16; save it as CSV in UTF-8 or Windows-1252")])
    marked = raw.startswith(BOM_UTF8)
    codec = "utf-8" if marked or charset in ("", "utf-8", "utf8") else "cp1252"
    body = raw[len(BOM_UTF8) :] if marked else raw
    try:
        return body.decode(codec)
    except UnicodeDecodeError as error:
        hint = "; if it is Windows-1252, say so: text/csv; charset=windows-1252" if codec == "utf-8" else ""
        name = "UTF-8" if codec == "utf-8" else "Windows-1252"
        row = body.count(b"\n", 0, error.start) + 1
        raise refused(400, [Flaw(row, "", "encoding", f"not in {name}{hint}")]) from error


def _lines(text: str) -> Iterator[Line]:
    reader, number = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True), 0
    while True:
        number += 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            raise _unreadable(number, str(error)) from error
        if sum(map(len, cells)) > LONGEST_ROW:
            raise refused(400, [Flaw(number, "", "too_long", f"a row holds at most {LONGEST_ROW} characters")])
        if any(cells):
            yield Line(number, cells)


def _unreadable(number: int, why: str) -> Refused:
    """What the reader of the table cannot get over: from here on nobody can tell where a row ends."""
    if "field limit" in why:
        return refused(400, [Flaw(number, "", "too_long", f"a cell holds at most {LONGEST_CELL} characters")])
    detail = "a quotation mark opens here and is not closed as CSV asks for; within a cell it is written twice"
    return refused(400, [Flaw(number, "", "quotes", detail)])
