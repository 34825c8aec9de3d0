"""An employer has work to offer."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYERS, EMPLOYMENT, PathStep
from schemas.fields import Id


class WorkOpportunityOpened(Event):
    """A work opportunity was opened."""

    meta: ClassVar[Meta] = Meta(
        name="work_opportunity.opened",
        stated_by=EMPLOYERS | EMPLOYMENT,
        person=False,
        label={"fi": "Työmahdollisuus avattu", "sv": "Arbetstillfälle öppnat", "en": "Work opportunity opened"},
    )

    opportunity_id: Id
    hours_per_week: Annotated[int, Field(ge=1, le=60)]
    step_code: PathStep | None = None

    @classmethod
    def example(cls) -> Self:
        """Half-time work trial."""
        return cls(opportunity_id=examples.OPPORTUNITY, hours_per_week=20, step_code="work_trial")
