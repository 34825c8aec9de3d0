"""The receiver takes the client into the service."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import PROVIDERS, SOCIAL, ReferralReason
from schemas.fields import Id


class ReferralAccepted(Event):
    """A referral was accepted."""

    meta: ClassVar[Meta] = Meta(
        name="referral.accepted",
        stated_by=SOCIAL | PROVIDERS,
        label={"fi": "Lähete hyväksytty", "sv": "Remiss godkänd", "en": "Referral accepted"},
    )

    referral_id: Id
    reason_code: ReferralReason | None = None

    @classmethod
    def example(cls) -> Self:
        """The county accepts, because the service suits."""
        return cls(referral_id=examples.REFERRAL, reason_code="suitable")
