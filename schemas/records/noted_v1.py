"""A document exists somewhere; only the reference to it is told."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYMENT, KELA, PROVIDERS, SOCIAL, TEAMS
from schemas.fields import Day, Id, Reference
from schemas.records.kinds import DocumentSystem, DocumentType


class DocumentNoted(Event):
    """`reference` finds the document in its `system` (an OID in Kanta); `type_code` is the system's own kind."""

    meta: ClassVar[Meta] = Meta(
        name="document.noted",
        stated_by=EMPLOYMENT | SOCIAL | TEAMS | KELA | PROVIDERS,
        label={"fi": "Asiakirja olemassa", "sv": "Handling finns", "en": "Document noted"},
    )

    document_id: Id
    document_type: DocumentType
    system: DocumentSystem
    reference: Reference
    type_code: Reference | None = None
    issued_on: Day | None = None

    @classmethod
    def example(cls) -> Self:
        """The county's decision, kept in its own system."""
        return cls(
            document_id=examples.DOCUMENT,
            document_type="official_decision",
            system="local",
            reference="decision-2025-0117",
            issued_on=date(2025, 2, 24),
        )
