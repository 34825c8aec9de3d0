"""What stands in the client's way or speaks for support, as codes."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import Field

from kernel.facts import Event, Meta
from schemas.codes import EMPLOYMENT, SOCIAL, TEAMS, Characteristic


class ClientCharacteristicsRecorded(Event):
    """All characteristics that the stating organisation sees now; they replace what it said before."""

    meta: ClassVar[Meta] = Meta(
        name="client.characteristics_recorded",
        stated_by=EMPLOYMENT | SOCIAL | TEAMS,
        data_class="sensitive",
        label={"fi": "Asiakkaan tilanne kirjattu", "sv": "Klientens situation", "en": "Characteristics recorded"},
    )

    characteristics: tuple[Characteristic, ...] = Field(max_length=20)

    @classmethod
    def example(cls) -> Self:
        """Long out of work, with interrupted education."""
        return cls(characteristics=("long_term_unemployed", "interrupted_education"))
