"""A supervisor asks the social instructor to be in touch."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import PROVIDERS, SITES, ConcernCode
from schemas.fields import Id


class SupervisorContactRequested(Event):
    """Somebody at the site asks for contact about a placement."""

    meta: ClassVar[Meta] = Meta(
        name="supervisor.contact_requested",
        stated_by=SITES | PROVIDERS,
        label={"fi": "Yhteydenottopyyntö", "sv": "Begäran om kontakt", "en": "Contact requested"},
    )

    placement_id: Id
    code: ConcernCode

    @classmethod
    def example(cls) -> Self:
        """A worry."""
        return cls(placement_id=examples.PLACEMENT, code="worry")
