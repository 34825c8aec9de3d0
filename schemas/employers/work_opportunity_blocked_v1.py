"""Something stands in the way of work that an employer offered."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYERS, EMPLOYMENT, OpportunityReason
from schemas.fields import Id


class WorkOpportunityBlocked(Event):
    """A work opportunity was blocked."""

    meta: ClassVar[Meta] = Meta(
        name="work_opportunity.blocked",
        stated_by=EMPLOYERS | EMPLOYMENT,
        person=False,
        label={"fi": "Työmahdollisuus estynyt", "sv": "Arbetstillfälle förhindrat", "en": "Work opportunity blocked"},
    )

    opportunity_id: Id
    reason_code: OpportunityReason

    @classmethod
    def example(cls) -> Self:
        """Nobody can supervise."""
        return cls(opportunity_id=examples.OPPORTUNITY, reason_code="no_supervision")
