"""The plan is signed, and the work activity in it has its terms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYMENT, SOCIAL, TEAMS, PlanType
from schemas.fields import FEW, Day, Id, Reference
from schemas.plans.parties import Signature, of
from schemas.plans.terms import KttTerms


class PlanSigned(Event):
    """A plan was signed; `ktt_terms` stands when `includes_ktt` does."""

    meta: ClassVar[Meta] = Meta(
        name="plan.signed",
        stated_by=EMPLOYMENT | SOCIAL | TEAMS,
        label={"fi": "Suunnitelma allekirjoitettu", "sv": "Plan undertecknad", "en": "Plan signed"},
    )

    plan_id: Id
    plan_type: PlanType | None = None
    signed_by: tuple[Signature, ...] = FEW
    includes_ktt: bool = False
    ktt_terms: KttTerms | None = None
    next_review_on: Day | None = None
    document_ref: Reference | None = None

    def related(self) -> Sequence[tuple[str, str]]:
        """The signing organisations."""
        return of(self.signed_by)

    @classmethod
    def example(cls) -> Self:
        """Signed by the client, the employment area and the county, with three days a week at the workshop."""
        return cls(
            plan_id=examples.PLAN,
            plan_type="activation_plan",
            signed_by=(
                Signature(role="client", on=date(2025, 2, 20)),
                Signature(role="employment_officer", org=examples.EMPLOYMENT_AREA, on=date(2025, 2, 20)),
                Signature(role="social_instructor", org=examples.COUNTY, on=date(2025, 2, 20)),
            ),
            includes_ktt=True,
            ktt_terms=KttTerms(
                goal=("daily_rhythm",),
                content=("life_management", "work"),
                site_id=examples.SITE,
                days_per_week=3,
                minutes_per_day=300,
                start_on=date(2025, 3, 3),
                end_on=date(2025, 8, 31),
                support=("individual_coaching",),
                parallel_services=("debt_counselling",),
                latest_assessment_on=date(2025, 8, 15),
            ),
            next_review_on=date(2025, 5, 20),
            document_ref="doc-2025-00042",
        )
