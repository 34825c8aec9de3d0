"""Somebody gives an alert to another person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.fields import BusinessId, Id, PersonRef, orgs


class AlertHandedOver(Event):
    """From here on `to` is to look into the alert, in `to_org` when that is another organisation."""

    meta: ClassVar[Meta] = Meta(
        name="alert.handed_over", label={"fi": "Siirretty toiselle", "sv": "Överlämnad", "en": "Alert handed over"}
    )

    alert_id: Id
    to: PersonRef
    to_org: BusinessId | None = None
    holder: PersonRef | None = None

    def related(self) -> Sequence[tuple[str, str]]:
        """The organisation that has it now."""
        return orgs("receiver", self.to_org)

    @classmethod
    def example(cls) -> Self:
        """To a colleague."""
        return cls(alert_id=examples.ALERT, to="so-niemi", holder="so-aalto")
