"""The client has been told what the plan means for her benefits."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYMENT, SOCIAL
from schemas.fields import Day, Id


class ClientInformedOfBenefits(Event):
    """Information about benefits was given on a day."""

    meta: ClassVar[Meta] = Meta(
        name="client.informed_of_benefits",
        stated_by=EMPLOYMENT | SOCIAL,
        label={"fi": "Etuuksista kerrottu", "sv": "Information om förmåner given", "en": "Informed of benefits"},
    )

    plan_id: Id
    on: Day

    @classmethod
    def example(cls) -> Self:
        """At the signing."""
        return cls(plan_id=examples.PLAN, on=date(2025, 2, 20))
