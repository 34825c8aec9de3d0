"""The receiver has the referral on its desk."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import PROVIDERS, SOCIAL, ReferralReason
from schemas.fields import Id


class ReferralReceived(Event):
    """A referral arrived where it was sent."""

    meta: ClassVar[Meta] = Meta(
        name="referral.received",
        stated_by=SOCIAL | PROVIDERS,
        label={"fi": "Lähete vastaanotettu", "sv": "Remiss mottagen", "en": "Referral received"},
    )

    referral_id: Id
    reason_code: ReferralReason | None = None

    @classmethod
    def example(cls) -> Self:
        """The county received it."""
        return cls(referral_id=examples.REFERRAL)
