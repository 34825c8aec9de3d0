"""The provider has told Kela of the absences of a period."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import PROVIDERS, RiskForm
from schemas.fields import Day, Id, in_order


class KelaAbsenceNoticeSent(Event):
    """Days of absence in a period, on a form."""

    meta: ClassVar[Meta] = Meta(
        name="kela_absence_notice.sent",
        stated_by=PROVIDERS,
        data_class="benefit",
        label={
            "fi": "Poissaoloilmoitus lähetetty Kelaan",
            "sv": "Frånvaroanmälan skickad till FPA",
            "en": "Absence notice sent to Kela",
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
        """Two weeks, two days."""
        return cls(
            placement_id=examples.PLACEMENT,
            period_from=date(2025, 3, 3),
            period_to=date(2025, 3, 16),
            days=2,
            form="TT3",
        )
