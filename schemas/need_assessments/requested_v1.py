"""Somebody asked that the client's needs be assessed."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import SOCIAL, TEAMS, NeedAssessmentKind
from schemas.fields import Id


class NeedAssessmentRequested(Event):
    """A need assessment was requested."""

    meta: ClassVar[Meta] = Meta(
        name="need_assessment.requested",
        stated_by=SOCIAL | TEAMS,
        label={"fi": "Palvelutarpeen arvio pyydetty", "sv": "Bedömning begärd", "en": "Need assessment requested"},
    )

    assessment_id: Id
    kind: NeedAssessmentKind

    @classmethod
    def example(cls) -> Self:
        """Asked of the county."""
        return cls(assessment_id=examples.ASSESSMENT, kind="social")
