"""Whoever held a piece of work has let it go, so that others may take it."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.fields import Id


class WorkReleased(Event):
    """The claim `claim_id` holds no longer."""

    meta: ClassVar[Meta] = Meta(
        name="work.released", label={"fi": "Varaus purettu", "sv": "Reservation upphävd", "en": "Claim released"}
    )

    claim_id: Id

    @classmethod
    def example(cls) -> Self:
        """The own worker lets it go."""
        return cls(claim_id=examples.ALERT)
