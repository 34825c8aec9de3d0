"""Somebody was asked to take part in making the plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYMENT, SOCIAL, TEAMS, RoleCode
from schemas.fields import BusinessId, Id, orgs


class PlanParticipantInvited(Event):
    """A role of an organisation was invited to a plan."""

    meta: ClassVar[Meta] = Meta(
        name="plan.participant_invited",
        stated_by=EMPLOYMENT | SOCIAL | TEAMS,
        label={"fi": "Osallistuja kutsuttu", "sv": "Deltagare inbjuden", "en": "Participant invited"},
    )

    plan_id: Id
    role_code: RoleCode
    org: BusinessId | None = None

    def related(self) -> Sequence[tuple[str, str]]:
        """The invited organisation."""
        return orgs("participant", self.org)

    @classmethod
    def example(cls) -> Self:
        """The county's social instructor is invited."""
        return cls(plan_id=examples.PLAN, role_code="social_instructor", org=examples.COUNTY)
