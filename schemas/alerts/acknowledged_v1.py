"""Somebody has seen an alert; that stops nothing."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.fields import Id, PersonRef


class AlertAcknowledged(Event):
    """`holder` says *seen*."""

    meta: ClassVar[Meta] = Meta(
        name="alert.acknowledged", label={"fi": "Nähty", "sv": "Sedd", "en": "Alert acknowledged"}
    )

    alert_id: Id
    holder: PersonRef | None = None

    @classmethod
    def example(cls) -> Self:
        """The own worker has seen it."""
        return cls(alert_id=examples.ALERT, holder="so-aalto")
