"""An employer asks for help."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYERS, EMPLOYMENT, HelpCode
from schemas.fields import Id


class EmployerHelpRequested(Event):
    """What the employer needs help with, as codes."""

    meta: ClassVar[Meta] = Meta(
        name="employer.help_requested",
        stated_by=EMPLOYERS | EMPLOYMENT,
        person=False,
        label={"fi": "Työnantaja pyytää apua", "sv": "Arbetsgivare ber om hjälp", "en": "Employer asks for help"},
    )

    help_code: HelpCode
    opportunity_id: Id | None = None

    @classmethod
    def example(cls) -> Self:
        """With the wage subsidy."""
        return cls(help_code="wage_subsidy", opportunity_id=examples.OPPORTUNITY)
