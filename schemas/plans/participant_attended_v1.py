"""Somebody took part in making the plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYMENT, SOCIAL, TEAMS, RoleCode
from schemas.fields import BusinessId, Id, orgs


class PlanParticipantAttended(Event):
    """A role of an organisation attended."""

    meta: ClassVar[Meta] = Meta(
        name="plan.participant_attended",
        stated_by=EMPLOYMENT | SOCIAL | TEAMS,
        label={"fi": "Osallistuja mukana", "sv": "Deltagare närvarande", "en": "Participant attended"},
    )

    plan_id: Id
    role_code: RoleCode
    org: BusinessId | None = None

    def related(self) -> Sequence[tuple[str, str]]:
        """The organisation that attended."""
        return orgs("participant", self.org)

    @classmethod
    def example(cls) -> Self:
        """The county's social instructor was there."""
        return cls(plan_id=examples.PLAN, role_code="social_instructor", org=examples.COUNTY)
