"""The client has moved, and another municipality's team answers for her from that day on."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from pydantic import ConfigDict, Field

from kernel.facts import Event, Meta
from schemas.codes import EMPLOYMENT, SOCIAL
from schemas.fields import Day, Municipality


class ClientMovedMunicipality(Event):
    """The home municipality changed on a day; `from` and `to` are municipality codes."""

    model_config = ConfigDict(serialize_by_alias=True)
    meta: ClassVar[Meta] = Meta(
        name="client.moved_municipality",
        stated_by=EMPLOYMENT | SOCIAL,
        label={"fi": "Kotikunta vaihtunut", "sv": "Hemkommun bytt", "en": "Moved to another municipality"},
    )

    from_: Municipality = Field(alias="from")
    to: Municipality
    on: Day

    @classmethod
    def example(cls) -> Self:
        """From Seinäjoki to Ilmajoki."""
        return cls.model_validate({"from": "743", "to": "145", "on": date(2025, 8, 1)})
