"""Somebody tells what she is about to start, so that two do not."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas.codes import SERVICES, ServiceType, WorkKind
from schemas.fields import Day


class WorkIntentDeclared(Event):
    """A kind of work is planned for a day."""

    meta: ClassVar[Meta] = Meta(
        name="work.intent_declared",
        stated_by=SERVICES,
        label={"fi": "Aikomus ilmoitettu", "sv": "Avsikt anmäld", "en": "Intent declared"},
    )

    work: WorkKind
    service_type: ServiceType | None = None
    planned_on: Day

    @classmethod
    def example(cls) -> Self:
        """A referral next week."""
        return cls(work="referral", service_type="rehab_work_activity", planned_on=date(2025, 2, 17))
