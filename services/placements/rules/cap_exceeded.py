"""A person has used all the days that the law allows within twelve months (R-LIM-3, the limit itself)."""

from __future__ import annotations

from collections.abc import Iterator

from kernel.rules import Finding, Resolved, Rule
from services.placements.participation import DEFAULT, VERSIONS, CapParams, stretches
from services.placements.spells import LISTENS
from services.placements.state import State


def find(state: State, params: Resolved[CapParams]) -> Iterator[Finding]:
    """Days of participation at or above the limit."""
    yield from stretches(state, params, "cap")


rule = Rule(
    id="R-LIM-3-CAP",
    version=1,
    name="cap.exceeded",
    parameters="R-LIM-3",
    params=DEFAULT,
    find=find,
    listens=LISTENS,
    family="limit",
    versions=VERSIONS,
)
