"""What `docs/coverage.md` is made of: rows of the survey, words of the field, rules, views and kinds of double work."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kernel.discover import modules
from kernel.rules import Rule
from kernel.views import View
from schemas.labels.lookup import label

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
PAGE = ROOT / "docs/coverage.md"
PROCESSORS = ("services.referrals", "services.placements", "services.notifications")
HEAD = """# What the house covers, and which test says so

Each line names what must be expressible or done, where that stands, and a test that fails when it does not. The first
lines are the rows of the survey of rehabilitative work activity (the handbook's section 2) by number; then come the
words of the field, rules, read models and kinds of double work. `python -m tests.unit.coverage.page` writes this page
from `tests/unit/coverage/*.toml`; a test holds it against the code.

| row | what | file | test |
|---|---|---|---|
"""


@dataclass(frozen=True)
class Entry:
    """One line of the page. `file` and `test` are paths below the project's root; `test` is a pytest node id."""

    row: str
    what: str
    file: str
    test: str

    def line(self) -> str:
        """The line in Markdown."""
        return f"| {self.row} | {self.what} | {self.file} | {self.test} |\n"


@dataclass(frozen=True)
class Term:
    """A word of the field: the type of fact and the place in its data that carries it."""

    id: str
    term: str
    what: str
    type: str
    pointer: str
    value: Any
    version: int = 1


@cache
def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def told_lists() -> Sequence[dict[str, Any]]:
    """The code lists among the words."""
    return list(_toml("terms.toml")["list"])


@cache
def terms() -> Sequence[Term]:
    """Every word, in the order of the file."""
    told = _toml("terms.toml")
    codes = [
        Term(f"{part['name']}-{code}", code, _called(part, code), part["type"], part["pointer"], code)
        for part in told["list"]
        for code in part["codes"]
    ]
    words = [
        Term(f"word-{w['term']}", w["term"], w["what"], w["type"], w["pointer"], w["value"], w.get("version", 1))
        for w in told["word"]
    ]
    return [*codes, *words]


def _called(part: dict[str, Any], code: str) -> str:
    """What the code is a code of, and what it is called in Finnish and English where a page shows it."""
    said = part["what"]
    if (name := part.get("labels")) is None:
        return str(said)
    return f"{said}: {label(name, code, 'fi')} ({label(name, code, 'en')})"


@cache
def survey() -> Sequence[Entry]:
    """The rows of the survey, by number."""
    return [Entry(str(r["row"]), r["what"], r["file"], r["test"]) for r in _toml("survey.toml")["row"]]


@cache
def units() -> Sequence[tuple[str, str, Rule[Any, Any] | View]]:
    """Every rule and view: its name on the page, the file that defines it, the unit."""
    return sorted(_units(), key=lambda u: u[0])


def _units() -> Iterator[tuple[str, str, Rule[Any, Any] | View]]:
    for package in PROCESSORS:
        for module in modules(package):
            for value in vars(module).values():
                if isinstance(value, Rule) and module.__name__.split(".")[2] == "rules":
                    yield value.id, _file(module.__name__), value
                elif isinstance(value, View) and module.__name__.split(".")[2] == "views":
                    yield value.name, _file(module.__name__), value


def _file(module: str) -> str:
    return module.replace(".", "/") + ".py"


def unit_entries() -> Iterator[Entry]:
    """A line for each rule and view; KeyError names the one without a test."""
    tests = _units_told()
    for name, file, _ in units() if tests else ():
        yield Entry(name, tests[name]["what"], file, tests[name]["test"])


def _units_told() -> dict[str, Any]:
    """Nothing as long as nobody has written down which test fails without which unit."""
    return _toml("units.toml") if (HERE / "units.toml").exists() else {}


def _named(told: dict[str, Any]) -> list[Entry]:
    return [Entry(n["name"], n["what"], n["file"], n["test"]) for n in told.get("named", [])]


def entries() -> list[Entry]:
    """Every line of the page."""
    test = "tests/unit/coverage/test_terms.py::test_a_word_of_the_field_can_be_stated_and_is_kept_as_it_is"
    words = [Entry(t.term, t.what, _schema(t), f"{test}[{t.id}]") for t in terms()]
    return [*survey(), *words, *_named(_toml("terms.toml")), *unit_entries(), *_named(_units_told())]


def _schema(term: Term) -> str:
    return f"schemas/published/fi.polku.{term.type}.v{term.version}.json"


def page() -> str:
    """The whole page."""
    return HEAD + "".join(e.line() for e in entries())
