"""Which weekdays and how long the client comes, from a day on."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Self

from pydantic import ConfigDict, Field, model_validator

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import PROVIDERS, SOCIAL, Weekday
from schemas.fields import Day, DaysPerWeek, Id, Minutes


class PlacementTermsChanged(Event):
    """The weekly pattern of a placement from a day on; the first one stands for the agreed terms."""

    model_config = ConfigDict(serialize_by_alias=True)
    meta: ClassVar[Meta] = Meta(
        name="placement.terms_changed",
        stated_by=SOCIAL | PROVIDERS,
        label={"fi": "Ehdot muuttuneet", "sv": "Villkoren ändrade", "en": "Terms changed"},
    )

    placement_id: Id
    days_per_week: DaysPerWeek
    weekdays: Annotated[tuple[Weekday, ...], Field(max_length=7)] = ()
    minutes_per_day: Minutes
    from_: Day = Field(alias="from")

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.weekdays)) != len(self.weekdays):
            raise ValueError("weekdays names a day twice")
        return self

    def about(self) -> tuple[object, ...]:
        """The pattern of a placement from that day."""
        return ("placement.terms", self.placement_id, self.from_)

    @classmethod
    def example(cls) -> Self:
        """Monday to Wednesday, five hours."""
        return cls.model_validate(
            {
                "placement_id": examples.PLACEMENT,
                "days_per_week": 3,
                "weekdays": ("mon", "tue", "wed"),
                "minutes_per_day": 300,
                "from": date(2025, 3, 3),
            }
        )
