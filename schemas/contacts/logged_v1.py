"""Somebody was in touch with the client, or she with them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas.codes import COACHES, PROVIDERS, SOCIAL, ContactPurpose, Direction, MeetingMode, ServiceType
from schemas.fields import BusinessId, Day, Id


class ContactLogged(Event):
    """A contact on a day; `alert_id` when it was made because of an alert, `org` whom it was made with if not her."""

    meta: ClassVar[Meta] = Meta(
        name="contact.logged",
        stated_by=SOCIAL | PROVIDERS | COACHES,
        label={"fi": "Yhteydenotto kirjattu", "sv": "Kontakt noterad", "en": "Contact logged"},
    )

    mode: MeetingMode
    direction: Direction
    purpose_code: ContactPurpose
    on: Day
    alert_id: Id | None = None
    org: BusinessId | None = None
    service_type: ServiceType | None = None

    @classmethod
    def example(cls) -> Self:
        """A call to the client about her absences."""
        return cls(mode="phone", direction="out", purpose_code="absence", on=date(2025, 3, 11))
