"""The house keeps its shape: small files, short functions, harmless imports, no traces of where it was built."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("kernel", "schemas", "services", "operate", "simulator", "bench")
SOURCES = sorted(p for package in PACKAGES for p in (ROOT / package).rglob("*.py"))
KERNEL_LINES = 5_800
"""Bound on the mechanism's lines of code, without blank lines, comments and docstrings; see docs/decisions/0004."""
HOSTS = (("files", "pythonhosted", "org"), ("registry", "npmjs", "org"), ("repo1?", "maven", "org"))
PLACES = ("work" + "/", "root" + r"/\.")
"""What no tracked file may name, this one included: hence in parts."""
PURE = ("rules", "views", "decisions")
FORBIDDEN_IN_PURE = {"asyncpg", "aiokafka", "faust", "structlog", "httpx", "asyncio"}


@cache
def _nodes(path: Path) -> tuple[ast.AST, ...]:
    """All of a file's syntax tree, the module first."""
    return tuple(ast.walk(ast.parse(path.read_text())))


def _functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [n for n in _nodes(path) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]


def test_every_module_is_small_and_says_what_it_is_for() -> None:
    assert [f"{p.relative_to(ROOT)}: {fault}" for p in SOURCES for fault in _faults(p)] == []


def _faults(path: Path) -> Iterator[str]:
    text = path.read_text()
    tree = _nodes(path)[0]
    assert isinstance(tree, ast.Module)
    if len(text.splitlines()) > 250:
        yield "over 250 lines: does it still say one thing?"
    for f in _functions(path):
        if (f.end_lineno or 0) - f.lineno >= 40:
            yield f"{f.name} has 40 lines or more"
    if path.name == "__init__.py" and len(tree.body) > 1:
        yield "an __init__ holds at most a docstring"
    if path.name != "__init__.py" and not ast.get_docstring(tree):
        yield "a module opens with one sentence"


def test_the_mechanism_stays_small() -> None:
    assert sum(_lines_of_code(p) for p in (ROOT / "kernel").glob("*.py")) <= KERNEL_LINES


def _lines_of_code(path: Path) -> int:
    text = path.read_text()
    told: set[int] = set()
    for node in _nodes(path):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            told |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines = enumerate(text.splitlines(), 1)
    return sum(1 for n, line in lines if n not in told and line.strip() and not line.strip().startswith("#"))


def test_units_do_no_input_or_output() -> None:
    units = [p for p in SOURCES if p.parent.name in PURE or p.name == "state.py" or "schemas" in p.parts]

    assert {str(p.relative_to(ROOT)): bad for p in units if (bad := _imported(p) & FORBIDDEN_IN_PURE)} == {}


def _imported(path: Path) -> set[str]:
    imported: set[str] = set()
    for node in _nodes(path):
        if isinstance(node, ast.Import):
            imported |= {a.name.split(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").split(".")[0])
    return imported


def test_a_broad_except_stands_in_one_place_only() -> None:
    broad = [
        str(p.relative_to(ROOT))
        for p in SOURCES
        for node in _nodes(p)
        if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Name) and node.type.id == "Exception"
    ]

    assert broad == ["kernel/react_person.py"]


def test_importing_any_module_has_no_effect() -> None:
    names = [
        ".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for p in SOURCES
        if p.name != "__main__.py"
    ]
    script = (
        "import socket, threading, importlib, sys\n"
        "def refuse(*a, **k): raise SystemExit('an import opens a socket')\n"
        "socket.socket.connect = refuse\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "assert threading.active_count() == 1, threading.enumerate()\n"
    )

    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stdout == ""


def test_nothing_tracked_names_a_machine_or_a_registry() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    patterns = re.compile("|".join(r"\.".join(host) for host in HOSTS) + "|" + "|".join("/" + p for p in PLACES))
    found = [
        name
        for name in tracked
        if name and (ROOT / name).is_file()
        if patterns.search((ROOT / name).read_text(errors="ignore"))
    ]

    assert found == []


def test_nothing_is_left_open_in_the_code() -> None:
    left = [str(p.relative_to(ROOT)) for p in SOURCES if re.search(r"\b(TODO|FIXME|XXX)\b", p.read_text())]

    assert left == []


def test_every_decision_has_a_number_of_its_own_and_tells_it() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))

    assert [int(p.name[:4]) for p in pages] == list(range(1, len(pages) + 1))
    assert [p.name for p in pages if not p.read_text().startswith(f"# {int(p.name[:4])}. ")] == []
