"""Somebody has taken a piece of work before starting it, for a limited time, so that nobody else starts it too."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import ServiceType
from schemas.fields import BusinessId, Instant, PersonRef
from schemas.work_catalogue import Matter, RepeatReason, WorkCode


class WorkClaimed(Event):
    """`holder` of `holder_org` has the work until `expires_at`; the id of this fact names the claim."""

    meta: ClassVar[Meta] = Meta(
        name="work.claimed", label={"fi": "Työ varattu", "sv": "Arbete reserverat", "en": "Work claimed"}
    )

    work: WorkCode
    service_type: ServiceType | None = None
    matter: Matter | None = None
    holder: PersonRef
    holder_org: BusinessId
    expires_at: Instant
    reason: RepeatReason | None = None

    @classmethod
    def example(cls) -> Self:
        """The own worker takes the activation plan."""
        return cls(
            work="activation_plan",
            holder="so-aalto",
            holder_org=examples.COUNTY,
            expires_at=datetime(2025, 2, 10, 14, tzinfo=UTC),
        )
