"""The folds of the processors, by name."""

from __future__ import annotations

import importlib
from typing import Any

from kernel.rules import Fold


def fold_of(processor: str) -> Fold[Any]:
    """The fold that stands in a processor's `state.py`."""
    found: Fold[Any] = importlib.import_module(f"services.{processor}.state").fold
    return found
