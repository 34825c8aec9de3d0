"""A booked appointment will not be kept."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import SERVICES, CancelReason
from schemas.fields import Id, Instant


class AppointmentCancelled(Event):
    """An appointment was cancelled."""

    meta: ClassVar[Meta] = Meta(
        name="appointment.cancelled",
        stated_by=SERVICES,
        label={"fi": "Aika peruttu", "sv": "Tid avbokad", "en": "Appointment cancelled"},
    )

    appointment_id: Id
    starts_at: Instant | None = None
    reason_code: CancelReason | None = None

    @classmethod
    def example(cls) -> Self:
        """At the client's wish."""
        return cls(
            appointment_id=examples.APPOINTMENT,
            starts_at=datetime(2025, 4, 2, 9, 0, tzinfo=UTC),
            reason_code="client_request",
        )
