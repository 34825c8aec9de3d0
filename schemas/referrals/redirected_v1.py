"""The receiver sends the referral on to the organisation that it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import PROVIDERS, SOCIAL, ReferralReason
from schemas.fields import BusinessId, Id, orgs


class ReferralRedirected(Event):
    """A referral was passed on to `next_org`; it stays the same referral."""

    meta: ClassVar[Meta] = Meta(
        name="referral.redirected",
        stated_by=SOCIAL | PROVIDERS,
        label={"fi": "Lähete siirretty", "sv": "Remiss vidarebefordrad", "en": "Referral redirected"},
    )

    referral_id: Id
    reason_code: ReferralReason | None = None
    next_org: BusinessId

    def related(self) -> Sequence[tuple[str, str]]:
        """The next receiver."""
        return orgs("receiver", self.next_org)

    @classmethod
    def example(cls) -> Self:
        """On to a coaching association."""
        return cls(referral_id=examples.REFERRAL, reason_code="other_service_first", next_org=examples.COACHING)
