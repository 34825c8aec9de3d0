"""The page of what is covered is what the files say, and everything that it names is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("entry", entries(), ids=lambda e: f"{e.row}-{e.test.rpartition('::')[2]}"[:120])
def test_a_line_names_what_is_there(entry: Entry) -> None:
    assert all((entry.row, entry.what, entry.file, entry.test))
    assert "|" not in f"{entry.row}{entry.what}{entry.file}{entry.test}"
    assert FILE_NAME.search(entry.what) is None
    assert (ROOT / entry.file).is_file(), entry.file
    path, _, name = entry.test.partition("::")
    function, _, parameter = name.partition("[")
    assert function in _functions(ROOT / path), entry.test
    if path == "tests/unit/coverage/test_terms.py" and parameter and function.startswith("test_a_word"):
        assert parameter.removesuffix("]") in {t.id for t in terms()}, entry.test


@cache
def _functions(path: Path) -> frozenset[str]:
    """The tests that pytest collects from a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [n for n in tree.body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
    return frozenset(n.name for n in found if n.name.startswith("test_"))
