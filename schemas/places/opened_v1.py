"""Places have come free at a site."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import PROVIDERS, Content
from schemas.fields import FEW, Id


class PlaceOpened(Event):
    """Places of a site were opened."""

    meta: ClassVar[Meta] = Meta(
        name="place.opened",
        stated_by=PROVIDERS,
        person=False,
        label={"fi": "Paikkoja avattu", "sv": "Platser öppnade", "en": "Places opened"},
    )

    site_id: Id
    places: Annotated[int, Field(ge=0, le=1_000)]
    content: tuple[Content, ...] = FEW

    @classmethod
    def example(cls) -> Self:
        """Four places."""
        return cls(site_id=examples.SITE, places=4, content=("work",))
