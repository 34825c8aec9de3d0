"""The assessment of what the client needs has begun."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import SOCIAL, TEAMS, NeedAssessmentKind
from schemas.fields import Id


class NeedAssessmentStarted(Event):
    """A need assessment was started."""

    meta: ClassVar[Meta] = Meta(
        name="need_assessment.started",
        stated_by=SOCIAL | TEAMS,
        label={"fi": "Palvelutarpeen arvio alkanut", "sv": "Bedömning inledd", "en": "Need assessment started"},
    )

    assessment_id: Id
    kind: NeedAssessmentKind

    @classmethod
    def example(cls) -> Self:
        """The county begins."""
        return cls(assessment_id=examples.ASSESSMENT, kind="social")
