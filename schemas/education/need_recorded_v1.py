"""It has been noted what education the client needs."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas.codes import SOCIAL, EducationNeed
from schemas.fields import FEW


class EducationNeedRecorded(Event):
    """Needs of education as codes."""

    meta: ClassVar[Meta] = Meta(
        name="education_need.recorded",
        stated_by=SOCIAL,
        label={"fi": "Koulutustarve kirjattu", "sv": "Utbildningsbehov antecknat", "en": "Education need recorded"},
    )

    codes: tuple[EducationNeed, ...] = FEW

    @classmethod
    def example(cls) -> Self:
        """School was left early."""
        return cls(codes=("interrupted_education",))
