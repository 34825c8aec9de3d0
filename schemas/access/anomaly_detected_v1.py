"""Somebody read clients' data in an unusual way; what it was about is for people to find out."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal, Self

from kernel.facts import Event, Meta
from schemas.fields import BusinessId, Count, ShortText

Kind = Literal["many_clients", "unrelated", "night"]


class AccessAnomalyDetected(Event):
    """Told by the clock about the reader's organisation: with `clients` persons on `day`, `limit` or more of them.

    `many_clients`: they were shown to a person. `unrelated`: they were looked up by identity code, and the organisation
    has nothing to do with them. `night`: they were shown to a person in the hours of the night. Source: L906/2019 § 23.
    """

    meta: ClassVar[Meta] = Meta(
        name="access.anomaly_detected",
        person=False,
        label={
            "fi": "Poikkeava tietojen katselu havaittu",
            "sv": "Avvikande läsning av uppgifter upptäckt",
            "en": "Unusual reading of data detected",
        },
    )

    org: BusinessId
    reader: ShortText
    kind: Kind
    day: date
    clients: Count
    limit: Count

    @classmethod
    def example(cls) -> Self:
        """A county's worker at night."""
        return cls(org="9000003-8", reader="so-aalto", kind="night", day=date(2025, 3, 4), clients=7, limit=5)
