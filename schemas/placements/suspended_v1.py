"""The placement pauses: days in the pause are not absences."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from pydantic import ConfigDict, Field, model_validator

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import PROVIDERS, SOCIAL, SuspensionReason
from schemas.fields import Day, Id, in_order


class PlacementSuspended(Event):
    """A placement is suspended from a day, to a day (the last of the pause) or until it is resumed."""

    model_config = ConfigDict(serialize_by_alias=True)
    meta: ClassVar[Meta] = Meta(
        name="placement.suspended",
        stated_by=SOCIAL | PROVIDERS,
        data_class="sensitive",
        label={"fi": "Jakso tauolla", "sv": "Period pausad", "en": "Placement suspended"},
    )

    placement_id: Id
    reason: SuspensionReason
    from_: Day = Field(alias="from")
    to: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        in_order(self.from_, self.to, "to")
        return self

    @classmethod
    def example(cls) -> Self:
        """Two weeks in April."""
        return cls.model_validate(
            {
                "placement_id": examples.PLACEMENT,
                "reason": "illness",
                "from": date(2025, 4, 7),
                "to": date(2025, 4, 18),
            }
        )
