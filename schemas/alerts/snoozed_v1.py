"""An alert waits until a day, because something has been agreed."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.fields import Day, Id, PersonRef


class AlertSnoozed(Event):
    """The alert rests until local midnight at the start of the day `until`."""

    meta: ClassVar[Meta] = Meta(name="alert.snoozed", label={"fi": "Odottaa", "sv": "Vilande", "en": "Alert snoozed"})

    alert_id: Id
    until: Day
    holder: PersonRef | None = None

    @classmethod
    def example(cls) -> Self:
        """Until the meeting."""
        return cls(alert_id=examples.ALERT, until=date(2025, 3, 17), holder="so-aalto")
