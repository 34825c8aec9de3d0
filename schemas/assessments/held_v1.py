"""The period was looked back at: which goals were reached and what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Self

from pydantic import Field

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import PROVIDERS, SOCIAL, Goal, Recommendation
from schemas.fields import FEW, Id, Reference


class AssessmentHeld(Event):
    """An assessment of a placement; goals from 0 (not at all) to 3 (wholly)."""

    meta: ClassVar[Meta] = Meta(
        name="assessment.held",
        stated_by=SOCIAL | PROVIDERS,
        data_class="sensitive",
        label={"fi": "Arviointi pidetty", "sv": "Utvärdering hållen", "en": "Assessment held"},
    )

    placement_id: Id
    goals_reached: Mapping[Goal, Annotated[int, Field(ge=0, le=3)]] = Field(default={}, max_length=50)
    recommendation: tuple[Recommendation, ...] = FEW
    evidence_ref: Reference | None = None

    @classmethod
    def example(cls) -> Self:
        """The rhythm was found, and the service goes on with changes."""
        return cls(
            placement_id=examples.PLACEMENT,
            goals_reached={"daily_rhythm": 3, "work_skills": 1},
            recommendation=("continue_with_changes",),
        )
