"""The provider has told that absences may end in an interruption."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import PROVIDERS, RiskForm
from schemas.fields import Day, Id, in_order


class InterruptionRiskNotified(Event):
    """The risk of interruption was notified for a period."""

    meta: ClassVar[Meta] = Meta(
        name="interruption_risk.notified",
        stated_by=PROVIDERS,
        data_class="benefit",
        label={
            "fi": "Keskeytymisen uhasta ilmoitettu",
            "sv": "Avbrottsrisk anmäld",
            "en": "Interruption risk notified",
        },
    )

    placement_id: Id | None = None
    period_from: Day
    period_to: Day
    days: Annotated[int, Field(ge=0, le=366)]
    form: RiskForm

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        in_order(self.period_from, self.period_to, "period_to")
        return self

    @classmethod
    def example(cls) -> Self:
        """Four weeks, six days."""
        return cls(
            placement_id=examples.PLACEMENT,
            period_from=date(2025, 3, 3),
            period_to=date(2025, 3, 28),
            days=6,
            form="TEM691",
        )
