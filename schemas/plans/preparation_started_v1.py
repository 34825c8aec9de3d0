"""Work on a plan has begun, and it is said who leads it and who must be there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYMENT, SOCIAL, TEAMS, PlanType, RoleCode
from schemas.fields import FEW, BusinessId, Id, orgs


class PlanPreparationStarted(Event):
    """A plan of a kind is being prepared under `lead_org`."""

    meta: ClassVar[Meta] = Meta(
        name="plan.preparation_started",
        stated_by=EMPLOYMENT | SOCIAL | TEAMS,
        label={"fi": "Suunnitelman valmistelu alkanut", "sv": "Planering inledd", "en": "Plan preparation started"},
    )

    plan_id: Id
    plan_type: PlanType
    lead_org: BusinessId
    required_roles: tuple[RoleCode, ...] = FEW
    predecessor_plan_id: Id | None = None

    def related(self) -> Sequence[tuple[str, str]]:
        """The leading organisation."""
        return orgs("lead", self.lead_org)

    @classmethod
    def example(cls) -> Self:
        """An activation plan led by the employment area."""
        return cls(
            plan_id=examples.PLAN,
            plan_type="activation_plan",
            lead_org=examples.EMPLOYMENT_AREA,
            required_roles=("client", "employment_officer", "social_instructor"),
        )
