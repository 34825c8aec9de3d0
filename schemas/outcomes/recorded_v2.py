"""Where the client went after the period, also where Polku has no code for it."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Meta
from schemas.codes import Outcome
from schemas.outcomes.recorded_v1 import OutcomeRecorded as First


class OutcomeRecorded(First):
    """The first version with an open list of codes: one that Polku does not know counts as `other` and is kept."""

    meta: ClassVar[Meta] = Meta(
        name=First.meta.name,
        version=2,
        stated_by=First.meta.stated_by,
        data_class=First.meta.data_class,
        label=First.meta.label,
    )

    outcome_code: Outcome  # type: ignore[assignment]  # wider than in the first version, which may not change

    @classmethod
    def example(cls) -> Self:
        """The outcome of the first version's example."""
        return cls.model_validate(dict(First.example()))
