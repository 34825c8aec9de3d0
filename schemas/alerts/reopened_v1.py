"""A closed alert was opened again by a person."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.fields import Id, PersonRef


class AlertReopened(Event):
    """The close is void: what it named counts as open again, if it is still found."""

    meta: ClassVar[Meta] = Meta(
        name="alert.reopened", label={"fi": "Avattu uudelleen", "sv": "Öppnad på nytt", "en": "Alert reopened"}
    )

    alert_id: Id
    holder: PersonRef | None = None

    @classmethod
    def example(cls) -> Self:
        """The own worker opens it again."""
        return cls(alert_id=examples.ALERT, holder="so-aalto")
