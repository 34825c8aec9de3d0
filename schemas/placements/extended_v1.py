"""The period goes on to a later day."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import PROVIDERS, SOCIAL
from schemas.fields import Day, Id, Reference, in_order


class PlacementExtended(Event):
    """A placement got a new last day, as the same period or as the next of the episode."""

    meta: ClassVar[Meta] = Meta(
        name="placement.extended",
        stated_by=SOCIAL | PROVIDERS,
        label={"fi": "Jaksoa jatkettu", "sv": "Period förlängd", "en": "Placement extended"},
    )

    placement_id: Id
    episode_id: Id | None = None
    period_no: Annotated[int, Field(ge=1, le=100)] = 1
    site_id: Id | None = None
    start_on: Day | None = None
    end_on: Day
    agreement_ref: Reference | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        in_order(self.start_on, self.end_on, "end_on")
        return self

    @classmethod
    def example(cls) -> Self:
        """Three months more."""
        return cls(
            placement_id=examples.PLACEMENT,
            episode_id=examples.EPISODE,
            period_no=2,
            site_id=examples.SITE,
            start_on=date(2025, 9, 1),
            end_on=date(2025, 11, 30),
            agreement_ref="ktt-2025-0042-2",
        )
