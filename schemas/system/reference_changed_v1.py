"""Facts about organisations, sites or policies changed, told to every lane."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field

from kernel.facts import Event, Meta


class ReferenceChanged(Event):
    """From here on a lane reads lane 0 to `position`."""

    meta: ClassVar[Meta] = Meta(
        name="reference.changed",
        person=False,
        label={"fi": "Yhteiset tiedot muuttuneet", "sv": "Gemensamma uppgifter ändrade", "en": "Reference changed"},
    )

    position: Annotated[int, Field(ge=0)]

    @classmethod
    def example(cls) -> Self:
        """To the twelfth fact of lane 0."""
        return cls(position=12)
