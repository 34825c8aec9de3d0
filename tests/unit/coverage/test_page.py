"""The page of what is covered is what the files say, and everything that it names is there."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from tests.unit.coverage.entries import PAGE, ROOT, Entry, entries, page, survey, terms

ROWS = 103
FILE_NAME = re.compile(r"\w\.(py|toml|md|json|jsonl|lock|html|css|sql|yaml|yml|sh)\b|\w/\w")


def test_the_page_is_what_the_files_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: python -m tests.unit.coverage.page"


def test_every_row_of_the_survey_stands_once_and_in_order() -> None:
    assert [e.row for e in survey()] == [str(n) for n in range(1, ROWS + 1)]


def test_only_rows_of_the_survey_begin_with_a_number() -> None:
    first = [line.split("|")[1].strip() for line in page().splitlines() if line.startswith("|")]

    assert [cell for cell in first if re.match(r"\d", cell)] == [str(n) for n in range(1, ROWS + 1)]


def test_every_line_names_what_is_there() -> None:
    wrong = [(entry.row, why) for entry in entries() for why in _wrong(entry)]

    assert wrong == []


def _wrong(entry: Entry) -> Iterator[str]:
    """What is not as it should be: something empty, a file named in a sentence, a path or a test that is not there."""
    cells = (entry.row, entry.what, entry.file, entry.test)
    if not all(cells) or "|" in "".join(cells):
        yield "a cell is empty, or holds a bar"
    if FILE_NAME.search(entry.what):
        yield "a file's name in what it does"
    if not (ROOT / entry.file).is_file():
        yield entry.file
    path, _, name = entry.test.partition("::")
    function, _, parameter = name.partition("[")
    if function not in _functions(ROOT / path):
        yield entry.test
    if function.startswith("test_a_word") and parameter.removesuffix("]") not in {t.id for t in terms()}:
        yield entry.test


def test_a_line_that_names_nothing_is_noticed() -> None:
    good = entries()[0]
    for change in ({"file": "kernel/none.py"}, {"what": "in kernel/rules.py"}, {"test": good.test + "x"}, {"what": ""}):
        assert list(_wrong(replace(good, **change))), change


@cache
def _functions(path: Path) -> frozenset[str]:
    """The tests that pytest collects from a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [n for n in tree.body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
    return frozenset(n.name for n in found if n.name.startswith("test_"))
