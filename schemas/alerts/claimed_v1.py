"""Somebody has taken an alert to look into, so that two people do not."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.fields import Id, PersonRef


class AlertClaimed(Event):
    """`holder` looks into the alert; `by_site` when the site does it rather than social services."""

    meta: ClassVar[Meta] = Meta(
        name="alert.claimed", label={"fi": "Otettu hoitoon", "sv": "Tagen under arbete", "en": "Alert claimed"}
    )

    alert_id: Id
    by_site: bool = False
    holder: PersonRef

    @classmethod
    def example(cls) -> Self:
        """The own worker takes it."""
        return cls(alert_id=examples.ALERT, holder="so-aalto")
