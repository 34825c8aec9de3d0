"""The receiver does not take the client into the service, and says why in a code."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import PROVIDERS, SOCIAL, ReferralReason
from schemas.fields import Id


class ReferralRejected(Event):
    """A referral was rejected."""

    meta: ClassVar[Meta] = Meta(
        name="referral.rejected",
        stated_by=SOCIAL | PROVIDERS,
        label={"fi": "Lähete hylätty", "sv": "Remiss avslagen", "en": "Referral rejected"},
    )

    referral_id: Id
    reason_code: ReferralReason

    @classmethod
    def example(cls) -> Self:
        """There are no free places."""
        return cls(referral_id=examples.REFERRAL, reason_code="no_free_places")
