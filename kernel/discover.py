"""Finds units by where they stand: one file, one unit, and nobody registers anything."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import TypeVar

from kernel.facts import Event

T = TypeVar("T")


def modules(package: str) -> Iterator[ModuleType]:
    """Every module below a package, in name order; a module that cannot be imported stops the start, loudly."""
    root = importlib.import_module(package)
    for info in sorted(pkgutil.walk_packages(root.__path__, f"{package}."), key=lambda i: i.name):
        yield importlib.import_module(info.name)


def units(package: str, kind: type[T]) -> list[T]:
    """The units of one kind below a package; each belongs to the module that defines it."""
    found: dict[int, T] = {}
    for module in modules(package):
        for value in vars(module).values():
            if isinstance(value, kind):
                found[id(value)] = value
    return list(found.values())


def events(package: str) -> dict[str, type[Event]]:
    """Event classes below a package by their full type; the same type twice is refused."""
    found: dict[str, type[Event]] = {}
    for module in modules(package):
        for value in vars(module).values():
            if not (isinstance(value, type) and issubclass(value, Event) and "meta" in vars(value)):
                continue
            if found.setdefault(value.meta.type, value) is not value:
                raise ValueError(f"two classes state {value.meta.type}: {found[value.meta.type]} and {value}")
    return found
