"""The double work has ended, and it is told how."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import ResolveAction
from schemas.fields import EventId, Id, PersonRef


class DuplicateWorkResolved(Event):
    """`kept_item` goes on; the other one was merged, withdrawn, split off, or both became joint."""

    meta: ClassVar[Meta] = Meta(
        name="duplicate_work.resolved",
        label={"fi": "Päällekkäisyys ratkaistu", "sv": "Dubbelarbete löst", "en": "Duplicate resolved"},
    )

    duplicate_id: EventId
    key: Annotated[str, Field(max_length=300)] = ""
    kept_item: Id | None = None
    action: ResolveAction
    holder: PersonRef | None = None

    @classmethod
    def example(cls) -> Self:
        """The earlier referral goes on, the later was withdrawn."""
        return cls(
            duplicate_id=str(examples.DUPLICATE),
            kept_item=examples.REFERRAL,
            action="withdrawn",
            holder="so-aalto",
        )
