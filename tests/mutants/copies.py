"""A copy of the tree with a mistake in it, and what a test says of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.mutants.mutants import Mutant

ROOT = Path(__file__).parents[2]
FOLDERS = ("kernel", "schemas", "services", "operate", "tests")


def copy_of(mutant: Mutant | None, home: Path) -> Path:
    """A copy of everything that tests import; ValueError when the source is not what the mistake is about."""
    for name in FOLDERS:
        ignore = shutil.ignore_patterns("__pycache__", "browser", "vectors", "*.db", ".hypothesis")
        shutil.copytree(ROOT / name, home / name, ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", home)
    for file, edits in mutant.edits.items() if mutant else ():
        path = home / file
        text = path.read_text()
        for old, new in edits:
            if text.count(old) != 1:
                raise ValueError(f"{file} has {text.count(old)} of {old!r}")
            text = text.replace(old, new)
        path.write_text(text)
    return home


def outcome_of(home: Path, *names: str) -> subprocess.CompletedProcess[str]:
    """Run tests in a copy, without what this run was told."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "POLKU", "COV"))}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", *names],
        cwd=home,
        env={**environment, "PYTHONPATH": str(home), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
