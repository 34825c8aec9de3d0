"""Somebody asks the client for a document."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import SERVICES
from schemas.fields import Day, Id
from schemas.records.kinds import DocumentType


class DocumentRequested(Event):
    """The client was asked for a document of a kind, by a day if one was set."""

    meta: ClassVar[Meta] = Meta(
        name="document.requested",
        stated_by=SERVICES,
        label={"fi": "Asiakirja pyydetty", "sv": "Handling begärd", "en": "Document requested"},
    )

    request_id: Id
    document_type: DocumentType
    requested_on: Day
    due_on: Day | None = None

    @classmethod
    def example(cls) -> Self:
        """A medical certificate within two weeks."""
        return cls(
            request_id=examples.REQUEST,
            document_type="medical_certificate",
            requested_on=date(2025, 3, 10),
            due_on=date(2025, 3, 24),
        )
