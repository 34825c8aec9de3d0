"""What comes next for a person, who does it and by when: of everything that is open, the first that is due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Step = dict[str, Any]
"""`what` (a family of alerts, `review` or `take_over`), `org`, `person_ref`, `role`, and `by` (a day, ISO)."""


def next_step(row: Mapping[str, Any]) -> Step | None:
    """The first step of a row of `client_situation`, or None; a day decides, then the name of the matter."""
    return min(_steps(row), key=lambda step: (step["by"], step["what"]), default=None)


def _steps(row: Mapping[str, Any]) -> Iterator[Step]:
    yield from row["steps"].values()
    if row.get("next_review_on"):
        own = {"org": row.get("own_worker_org"), "person_ref": row.get("own_worker_ref"), "role": "own_worker"}
        yield {"what": "review", **own, "by": row["next_review_on"].isoformat()}
