"""A supervisor is worried about a client's absences, whatever the numbers say."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import PROVIDERS, SITES, ConcernCode
from schemas.fields import Id


class AbsenceConcernRaised(Event):
    """Somebody at the site asks the social instructor to look at it."""

    meta: ClassVar[Meta] = Meta(
        name="absence.concern_raised",
        stated_by=SITES | PROVIDERS,
        label={"fi": "Huoli poissaoloista", "sv": "Oro över frånvaro", "en": "Concern about absences"},
    )

    placement_id: Id
    code: ConcernCode

    @classmethod
    def example(cls) -> Self:
        """A worry that no number shows."""
        return cls(placement_id=examples.PLACEMENT, code="worry")
