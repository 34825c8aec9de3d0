"""An organisation no longer takes part."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from pydantic import ConfigDict, Field

from kernel.facts import Event, Meta
from schemas import examples
from schemas.fields import BusinessId, Day


class OrgDeactivated(Event):
    """From a day on the organisation states nothing; what it had in hand is handed over."""

    model_config = ConfigDict(serialize_by_alias=True)
    meta: ClassVar[Meta] = Meta(
        name="org.deactivated",
        person=False,
        label={"fi": "Organisaatio poistunut", "sv": "Organisation avslutad", "en": "Organisation deactivated"},
    )

    org: BusinessId
    from_: Day = Field(alias="from")

    @classmethod
    def example(cls) -> Self:
        """At the end of the year."""
        return cls.model_validate({"org": examples.COACHING, "from": date(2025, 12, 31)})
