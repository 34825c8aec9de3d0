"""The client has an appointment somewhere; the kind of service may be left unsaid."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import SERVICES, ServiceType
from schemas.fields import Id, Instant, Minutes


class AppointmentBooked(Event):
    """An appointment is booked at an instant; without `service_type` only its time is told."""

    meta: ClassVar[Meta] = Meta(
        name="appointment.booked",
        stated_by=SERVICES,
        data_class="sensitive",
        label={"fi": "Aika varattu", "sv": "Tid bokad", "en": "Appointment booked"},
    )

    appointment_id: Id
    starts_at: Instant
    minutes: Minutes = 60
    service_type: ServiceType | None = None

    @classmethod
    def example(cls) -> Self:
        """Debt counselling on a Wednesday."""
        return cls(
            appointment_id=examples.APPOINTMENT,
            starts_at=datetime(2025, 4, 2, 9, 0, tzinfo=UTC),
            minutes=45,
            service_type="debt_counselling",
        )
