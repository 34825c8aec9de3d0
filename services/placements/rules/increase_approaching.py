"""A client comes near the most days for which the increased part of her benefit is paid (R-BEN-1)."""

from __future__ import annotations

from collections.abc import Iterator

from kernel.rules import Finding, Resolved, Rule
from services.placements.increase import DEFAULT, LISTENS, VERSIONS, IncreaseParams, counted
from services.placements.state import State


def find(state: State, params: Resolved[IncreaseParams]) -> Iterator[Finding]:
    """Days paid at or above the warning."""
    yield from counted(state, params, "warn")


rule = Rule(
    id="R-BEN-1",
    version=1,
    name="cap.approaching",
    params=DEFAULT,
    find=find,
    listens=LISTENS,
    family="limit",
    versions=VERSIONS,
)
