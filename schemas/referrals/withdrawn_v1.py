"""Whoever referred the client takes the referral back."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYMENT, KELA, PROVIDERS, REFERRERS, SOCIAL, TEAMS, ReferralReason
from schemas.fields import Id


class ReferralWithdrawn(Event):
    """A referral was withdrawn, by the referrer or by the receiver at the client's wish."""

    meta: ClassVar[Meta] = Meta(
        name="referral.withdrawn",
        stated_by=EMPLOYMENT | SOCIAL | TEAMS | KELA | REFERRERS | PROVIDERS,
        label={"fi": "Lähete peruttu", "sv": "Remiss återtagen", "en": "Referral withdrawn"},
    )

    referral_id: Id
    reason_code: ReferralReason

    @classmethod
    def example(cls) -> Self:
        """The client did not want it."""
        return cls(referral_id=examples.REFERRAL, reason_code="client_declined")
