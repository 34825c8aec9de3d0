"""An operator mends a stored fact that cannot be applied, in agreement with its source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Self

from pydantic import Field, JsonValue, model_validator

from kernel.facts import Event, Meta
from schemas import examples
from schemas.fields import EventId, PersonRef, ShortText


class FactRepaired(Event):
    """The fact (source, id) is read with a JSON Patch (RFC 6902) over its data; the stored bytes stay as they are."""

    meta: ClassVar[Meta] = Meta(
        name="fact.repaired",
        person=None,
        label={"fi": "Tieto korjattu", "sv": "Uppgift lagad", "en": "Fact repaired"},
    )

    source: ShortText
    id: EventId
    patch: Annotated[tuple[Mapping[str, JsonValue], ...], Field(min_length=1, max_length=50)]
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
        """A day's status put right."""
        return cls(
            source=f"urn:polku:{examples.WORKSHOP}:attendance",
            id=examples.EVENT,
            patch=({"op": "replace", "path": "/status", "value": "absent"},),
            reason="agreed_with_source",
            by="op-salmi",
            approver="op-virta",
        )
