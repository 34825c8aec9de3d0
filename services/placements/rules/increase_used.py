"""A client has used all the days for which the increased part of her benefit is paid (R-BEN-1, the limit itself)."""

from __future__ import annotations

from collections.abc import Iterator

from kernel.rules import Finding, Resolved, Rule
from services.placements.increase import DEFAULT, LISTENS, VERSIONS, IncreaseParams, counted
from services.placements.state import State


def find(state: State, params: Resolved[IncreaseParams]) -> Iterator[Finding]:
    """Days paid at or above the limit."""
    yield from counted(state, params, "cap")


rule = Rule(
    id="R-BEN-1-CAP",
    version=1,
    name="cap.exceeded",
    parameters="R-BEN-1",
    params=DEFAULT,
    find=find,
    listens=LISTENS,
    family="limit",
    versions=VERSIONS,
)
