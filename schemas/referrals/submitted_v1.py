"""Somebody refers the client to a service."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import (
    EMPLOYMENT,
    KELA,
    REFERRERS,
    SOCIAL,
    TEAMS,
    BasisOfEntry,
    Purpose,
    Recommendation,
    ReferrerType,
    ServiceType,
)
from schemas.fields import FEW, BusinessId, Day, Id, Reference, orgs


class ReferralSubmitted(Event):
    """A referral was sent; `target_org` decides on it, `target_provider` is the wished-for producer."""

    meta: ClassVar[Meta] = Meta(
        name="referral.submitted",
        stated_by=EMPLOYMENT | SOCIAL | TEAMS | KELA | REFERRERS,
        data_class="sensitive",
        label={"fi": "Lähete tehty", "sv": "Remiss skickad", "en": "Referral submitted"},
    )

    referral_id: Id
    service_type: ServiceType
    referrer_type: ReferrerType
    basis_of_entry: BasisOfEntry
    purpose: tuple[Purpose, ...] = FEW
    desired_start: Day | None = None
    target_org: BusinessId | None = None
    target_provider: BusinessId | None = None
    alternatives_considered: tuple[Recommendation, ...] = FEW
    work_trial_considered: bool = False
    feedback_permitted: bool = False
    external_ref: Reference | None = None

    def related(self) -> Sequence[tuple[str, str]]:
        """Receiver and wished-for provider."""
        return (*orgs("receiver", self.target_org), *orgs("provider", self.target_provider))

    @classmethod
    def example(cls) -> Self:
        """The employment area refers to the county; the workshop is wished for."""
        return cls(
            referral_id=examples.REFERRAL,
            service_type="rehab_work_activity",
            referrer_type="employment_authority",
            basis_of_entry="client_need",
            purpose=("strengthen_everyday_life",),
            desired_start=date(2025, 3, 3),
            target_org=examples.COUNTY,
            target_provider=examples.WORKSHOP,
            alternatives_considered=("work_trial",),
            work_trial_considered=True,
            feedback_permitted=True,
            external_ref="TE-2025-000123",
        )
