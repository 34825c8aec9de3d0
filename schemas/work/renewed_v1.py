"""Whoever holds a piece of work holds it for longer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.fields import Id, Instant


class WorkRenewed(Event):
    """The claim `claim_id` now lasts until `expires_at`."""

    meta: ClassVar[Meta] = Meta(
        name="work.renewed", label={"fi": "Varausta jatkettu", "sv": "Reservation förlängd", "en": "Claim renewed"}
    )

    claim_id: Id
    expires_at: Instant

    @classmethod
    def example(cls) -> Self:
        """Another half hour."""
        return cls(claim_id=examples.ALERT, expires_at=datetime(2025, 2, 10, 14, 30, tzinfo=UTC))
