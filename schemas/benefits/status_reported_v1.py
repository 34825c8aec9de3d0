"""Kela tells which benefit the client has, for how long, and how many days have been paid."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Self

from pydantic import ConfigDict, Field, model_validator

from kernel.facts import Event, Meta
from schemas.codes import KELA, BenefitType, Payer
from schemas.fields import Day, in_order


class BenefitStatusReported(Event):
    """A benefit ran from a day, to a day or still; `paid_days` were paid by the time of the fact."""

    model_config = ConfigDict(serialize_by_alias=True)
    meta: ClassVar[Meta] = Meta(
        name="benefit_status.reported",
        stated_by=KELA,
        data_class="benefit",
        label={"fi": "Etuustilanne ilmoitettu", "sv": "Förmånsläge meddelat", "en": "Benefit status reported"},
    )

    benefit_type: BenefitType
    from_: Day = Field(alias="from")
    to: Day | None = None
    paid_days: Annotated[int, Field(ge=0, le=10_000)]
    payer: Payer

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        in_order(self.from_, self.to, "to")
        return self

    @classmethod
    def example(cls) -> Self:
        """Labour-market subsidy, 420 days paid."""
        return cls.model_validate(
            {"benefit_type": "labour_market_subsidy", "from": date(2025, 1, 1), "paid_days": 420, "payer": "kela"}
        )
