"""A partner's feed was heard: when its newest fact came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar, Literal, Self

from kernel.facts import ANYBODY, Event, Meta
from schemas.fields import BusinessId, Instant, ShortText


class PartnerHeard(Event):
    """Told by the clock about an organisation, once it matters; `profile` is how it is connected (A to D)."""

    meta: ClassVar[Meta] = Meta(
        name="partner.heard",
        person=False,
        label={"fi": "Kumppanin tietoja saatu", "sv": "Uppgifter från partner", "en": "Partner heard"},
    )

    org: BusinessId
    source: ShortText
    profile: Literal["A", "B", "C", "D"]
    heard_at: Instant

    @classmethod
    def example(cls) -> Self:
        """The county's case system, on a Tuesday morning."""
        return cls(
            org="9000003-8",
            source="urn:polku:9000003-8:case-system",
            profile="B",
            heard_at=datetime(2025, 3, 4, 8, 15, tzinfo=UTC),
        )

    def related(self) -> Sequence[tuple[str, str]]:
        """How late data is concerns everybody who reads it."""
        return [(ANYBODY, "public")]
