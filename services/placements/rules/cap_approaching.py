"""A person comes near the most days that the law allows within twelve months (R-LIM-3)."""

from __future__ import annotations

from collections.abc import Iterator

from kernel.rules import Finding, Resolved, Rule
from services.placements.participation import DEFAULT, VERSIONS, CapParams, stretches
from services.placements.spells import LISTENS
from services.placements.state import State


def find(state: State, params: Resolved[CapParams]) -> Iterator[Finding]:
    """Days of participation at or above the warning."""
    yield from stretches(state, params, "warn")


rule = Rule(
    id="R-LIM-3",
    version=1,
    name="cap.approaching",
    params=DEFAULT,
    find=find,
    listens=LISTENS,
    family="limit",
    versions=VERSIONS,
)
