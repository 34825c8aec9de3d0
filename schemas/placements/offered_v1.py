"""The client has been offered a period at a site."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import PROVIDERS, SOCIAL
from schemas.fields import BusinessId, Day, Id, in_order, orgs


class PlacementOffered(Event):
    """A period was offered; it counts when it is agreed."""

    meta: ClassVar[Meta] = Meta(
        name="placement.offered",
        stated_by=SOCIAL | PROVIDERS,
        label={"fi": "Jaksoa tarjottu", "sv": "Period erbjuden", "en": "Placement offered"},
    )

    placement_id: Id
    episode_id: Id | None = None
    period_no: Annotated[int, Field(ge=1, le=100)] = 1
    site_id: Id
    start_on: Day
    end_on: Day
    provider_org: BusinessId | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        in_order(self.start_on, self.end_on, "end_on")
        return self

    def related(self) -> Sequence[tuple[str, str]]:
        """The provider."""
        return orgs("provider", self.provider_org)

    @classmethod
    def example(cls) -> Self:
        """Half a year at the workshop."""
        return cls(
            placement_id=examples.PLACEMENT,
            episode_id=examples.EPISODE,
            site_id=examples.SITE,
            start_on=date(2025, 3, 3),
            end_on=date(2025, 8, 31),
            provider_org=examples.WORKSHOP,
        )
