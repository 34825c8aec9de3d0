"""Somebody was asked to take part in making the plan and could not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYMENT, SOCIAL, TEAMS, RoleCode
from schemas.fields import BusinessId, Id, orgs


class PlanParticipantDeclined(Event):
    """A role of an organisation declined; it knew of the plan all the same."""

    meta: ClassVar[Meta] = Meta(
        name="plan.participant_declined",
        stated_by=EMPLOYMENT | SOCIAL | TEAMS,
        label={"fi": "Osallistuja estynyt", "sv": "Deltagare förhindrad", "en": "Participant declined"},
    )

    plan_id: Id
    role_code: RoleCode
    org: BusinessId | None = None

    def related(self) -> Sequence[tuple[str, str]]:
        """The invited organisation."""
        return orgs("participant", self.org)

    @classmethod
    def example(cls) -> Self:
        """The county's social instructor could not come."""
        return cls(plan_id=examples.PLAN, role_code="social_instructor", org=examples.COUNTY)
