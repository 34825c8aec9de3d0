"""An appointment tells how it is held: a counsellor who is far away may be met by video (survey, row 98)."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Meta
from schemas.appointments.booked_v1 import AppointmentBooked as First
from schemas.codes import MeetingMode


class AppointmentBooked(First):
    """The first version and the way in which it is held, if that was told."""

    meta: ClassVar[Meta] = Meta(
        name=First.meta.name,
        version=2,
        stated_by=First.meta.stated_by,
        data_class=First.meta.data_class,
        label=First.meta.label,
    )

    mode: MeetingMode | None = None

    @classmethod
    def example(cls) -> Self:
        """The appointment of the first version's example, by video."""
        return cls.model_validate({**dict(First.example()), "mode": "video"})
