"""A wage subsidy went one step further."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYERS, EMPLOYMENT, RoleCode, SubsidyStep
from schemas.fields import Id


class WageSubsidyProcessStep(Event):
    """A step of the wage-subsidy process and who has it in hand."""

    meta: ClassVar[Meta] = Meta(
        name="wage_subsidy.process_step",
        stated_by=EMPLOYERS | EMPLOYMENT,
        person=None,
        label={"fi": "Palkkatuen vaihe", "sv": "Steg i lönesubventionen", "en": "Wage subsidy step"},
    )

    opportunity_id: Id | None = None
    step_code: SubsidyStep
    owner: RoleCode | None = None

    @classmethod
    def example(cls) -> Self:
        """Applied for."""
        return cls(opportunity_id=examples.OPPORTUNITY, step_code="applied", owner="employment_officer")
