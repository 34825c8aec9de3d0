"""Places at a site are kept for somebody."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import PROVIDERS, Content
from schemas.fields import FEW, Id


class PlaceReserved(Event):
    """Places of a site were reserved."""

    meta: ClassVar[Meta] = Meta(
        name="place.reserved",
        stated_by=PROVIDERS,
        person=False,
        label={"fi": "Paikkoja varattu", "sv": "Platser reserverade", "en": "Places reserved"},
    )

    site_id: Id
    places: Annotated[int, Field(ge=0, le=1_000)]
    content: tuple[Content, ...] = FEW

    @classmethod
    def example(cls) -> Self:
        """Four places."""
        return cls(site_id=examples.SITE, places=4, content=("work",))
