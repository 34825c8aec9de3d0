"""A period at a site has been agreed for the client."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import PROVIDERS, SOCIAL
from schemas.fields import BusinessId, Day, Id, Reference, in_order, orgs


class PlacementAgreed(Event):
    """A period of a service episode was agreed; `provider_org` produces it when somebody else states this."""

    meta: ClassVar[Meta] = Meta(
        name="placement.agreed",
        stated_by=SOCIAL | PROVIDERS,
        label={"fi": "Jakso sovittu", "sv": "Period avtalad", "en": "Placement agreed"},
    )

    placement_id: Id
    episode_id: Id | None = None
    period_no: Annotated[int, Field(ge=1, le=100)] = 1
    site_id: Id
    start_on: Day
    end_on: Day
    agreement_ref: Reference | None = None
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
        """The first period, half a year at the workshop."""
        return cls(
            placement_id=examples.PLACEMENT,
            episode_id=examples.EPISODE,
            period_no=1,
            site_id=examples.SITE,
            start_on=date(2025, 3, 3),
            end_on=date(2025, 8, 31),
            agreement_ref="ktt-2025-0042",
            provider_org=examples.WORKSHOP,
        )
