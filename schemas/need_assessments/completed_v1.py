"""The assessment of what the client needs is done."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import SOCIAL, TEAMS, NeedAssessmentKind, Recommendation
from schemas.fields import FEW, Id


class NeedAssessmentCompleted(Event):
    """An assessment of service needs was completed with recommendations as codes."""

    meta: ClassVar[Meta] = Meta(
        name="need_assessment.completed",
        stated_by=SOCIAL | TEAMS,
        data_class="sensitive",
        label={"fi": "Palvelutarpeen arvio valmis", "sv": "Bedömning klar", "en": "Need assessment completed"},
    )

    assessment_id: Id
    kind: NeedAssessmentKind
    recommendation: tuple[Recommendation, ...] = FEW

    @classmethod
    def example(cls) -> Self:
        """The county recommends rehabilitative work activity."""
        return cls(assessment_id=examples.ASSESSMENT, kind="social", recommendation=("rehab_work_activity",))
