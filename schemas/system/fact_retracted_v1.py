"""Whoever stated a fact takes it back: it was never so."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EVERYBODY, RetractReason
from schemas.fields import EventId


class FactRetracted(Event):
    """The source's own fact `id` does not count any more; it may be retracted before it arrives."""

    meta: ClassVar[Meta] = Meta(
        name="fact.retracted",
        stated_by=EVERYBODY,
        person=None,
        label={"fi": "Tieto peruttu", "sv": "Uppgift återtagen", "en": "Fact retracted"},
    )

    id: EventId
    reason: RetractReason

    @classmethod
    def example(cls) -> Self:
        """It was about somebody else."""
        return cls(id=examples.EVENT, reason="wrong_person")
