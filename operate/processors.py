"""The folds of the processors, their rules and views, by name."""

from __future__ import annotations

import importlib
from typing import Any

from kernel.discover import units
from kernel.person import Units
from kernel.rules import Fold, Rule
from kernel.views import View


def fold_of(processor: str) -> Fold[Any]:
    """The fold that stands in a processor's `state.py`."""
    found: Fold[Any] = importlib.import_module(f"services.{processor}.state").fold
    return found


def rule_set_of(processor: str) -> int:
    """The number of the rules that stand in a processor's folder."""
    found: int = importlib.import_module(f"services.{processor}.app").RULE_SET
    return found


def units_of(processor: str) -> Units:
    """All that a processor does, as it stands in its folder."""
    rules, views = units(f"services.{processor}.rules", Rule), units(f"services.{processor}.views", View)
    return Units.of(processor, fold_of(processor), rules, views)
