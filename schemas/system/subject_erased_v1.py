"""A person's data has been destroyed by destroying its keys."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta


class SubjectErased(Event):
    """Nothing that was stated of this person can be read any more; the fact itself says nothing else."""

    meta: ClassVar[Meta] = Meta(
        name="subject.erased",
        label={"fi": "Henkilön tiedot hävitetty", "sv": "Personens uppgifter utplånade", "en": "Subject erased"},
    )

    @classmethod
    def example(cls) -> Self:
        """It has no fields."""
        return cls()
