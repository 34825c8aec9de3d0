"""A person says that it is no double work, and why."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import DismissReason
from schemas.fields import EventId, PersonRef


class DuplicateWorkDismissed(Event):
    """The suspected pair is none; it is not raised again unless a third item joins."""

    meta: ClassVar[Meta] = Meta(
        name="duplicate_work.dismissed",
        label={"fi": "Ei päällekkäisyyttä", "sv": "Inget dubbelarbete", "en": "Duplicate dismissed"},
    )

    duplicate_id: EventId
    key: Annotated[str, Field(max_length=300)] = ""
    reason: DismissReason
    holder: PersonRef | None = None

    @classmethod
    def example(cls) -> Self:
        """The two had agreed to do it together."""
        return cls(duplicate_id=str(examples.DUPLICATE), reason="joint_work", holder="so-aalto")
