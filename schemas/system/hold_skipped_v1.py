"""An operator lets a processor pass over a fact that it cannot apply."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from kernel.facts import Event, Meta
from schemas import examples
from schemas.fields import EventId, PersonRef, ShortText


class HoldSkipped(Event):
    """`processor` passes over the fact (source, id); empty: all do. `by` asked, another person approved."""

    meta: ClassVar[Meta] = Meta(
        name="hold.skipped",
        person=None,
        label={"fi": "Tieto ohitettu", "sv": "Uppgift förbigången", "en": "Fact skipped"},
    )

    source: ShortText
    id: EventId
    processor: Annotated[str, Field(max_length=40)] = ""
    reason: ShortText
    by: PersonRef
    approver: PersonRef

    @model_validator(mode="after")
    def _four_eyes(self) -> Self:
        if self.by == self.approver:
            raise ValueError("approver is the one who asked")
        return self

    @classmethod
    def example(cls) -> Self:
        """Agreed with the workshop."""
        return cls(
            source=f"urn:polku:{examples.WORKSHOP}:attendance",
            id=examples.EVENT,
            processor="placements",
            reason="agreed_with_source",
            by="op-salmi",
            approver="op-virta",
        )
