"""The placement goes on after a pause."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from pydantic import ConfigDict, Field

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import PROVIDERS, SOCIAL, SuspensionReason
from schemas.fields import Day, Id


class PlacementResumed(Event):
    """A suspended placement goes on; `from` is the first day after the pause."""

    model_config = ConfigDict(serialize_by_alias=True)
    meta: ClassVar[Meta] = Meta(
        name="placement.resumed",
        stated_by=SOCIAL | PROVIDERS,
        label={"fi": "Jakso jatkuu", "sv": "Period återupptagen", "en": "Placement resumed"},
    )

    placement_id: Id
    reason: SuspensionReason | None = None
    from_: Day = Field(alias="from")
    to: Day | None = None

    @classmethod
    def example(cls) -> Self:
        """Back on the Monday after."""
        return cls.model_validate({"placement_id": examples.PLACEMENT, "from": date(2025, 4, 21)})
