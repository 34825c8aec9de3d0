"""Errors by who must act: the partner, the decider, an operator, nobody but time, or a worker that lost its lane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class PolkuError(Exception):
    """Base of everything that Polku raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where (JSON Pointer), a stable code, and a plain sentence without the value."""

    pointer: str
    code: str
    detail: str


class Refused(PolkuError):
    """The partner must act: an HTTP status of 4xx and every problem found; nothing was stored."""

    def __init__(self, status: int, problems: Sequence[Problem], title: str = "The request was refused") -> None:
        super().__init__(f"{status} {title}: " + "; ".join(f"{p.pointer} {p.code}" for p in problems))
        self.status, self.problems, self.title = status, tuple(problems), title

    def __reduce__(self) -> tuple[object, ...]:
        """Made of the same again in the process that waits for the one in which it was raised."""
        return type(self), (self.status, self.problems, self.title)


class Conflict(PolkuError):
    """Decide again: the person has a newer fact than the decision saw."""

    def __init__(self, subject: str) -> None:
        super().__init__("the person has a newer fact than the decision saw")
        self.subject = subject


class Poison(PolkuError):
    """A stored fact cannot be applied: this person waits (a hold), everybody else goes on."""

    def __init__(self, cause: str, pointer: str = "", source: str = "", id: str = "", type: str = "") -> None:
        super().__init__(f"{cause} {pointer}".strip())
        self.cause, self.pointer, self.source, self.id, self.type = cause, pointer, source, id, type


class Unavailable(PolkuError):
    """Something does not answer: wait with back-off, skip nothing."""


class Fenced(PolkuError):
    """Another owner has the lane: drop the caches and claim again."""


class Again(PolkuError):
    """The transaction met another one and may simply be run again."""
