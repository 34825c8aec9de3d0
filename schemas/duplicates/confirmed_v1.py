"""A person says that work was really being done twice."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field

from kernel.facts import Event, Meta
from schemas import examples
from schemas.fields import EventId, PersonRef


class DuplicateWorkConfirmed(Event):
    """The suspected pair is a duplicate; `duplicate_id` is the id of its raise, `key` the finding's key."""

    meta: ClassVar[Meta] = Meta(
        name="duplicate_work.confirmed",
        label={"fi": "Päällekkäisyys vahvistettu", "sv": "Dubbelarbete bekräftat", "en": "Duplicate confirmed"},
    )

    duplicate_id: EventId
    key: Annotated[str, Field(max_length=300)] = ""
    holder: PersonRef | None = None

    @classmethod
    def example(cls) -> Self:
        """Two offices had the same referral in hand."""
        return cls(duplicate_id=str(examples.DUPLICATE), holder="so-aalto")
