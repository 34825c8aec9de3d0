"""The client has been given support of a kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import COACHES, SOCIAL, SupportPhase, SupportType
from schemas.fields import BusinessId, orgs


class SupportAssigned(Event):
    """Support of a type in a phase of the service, by an organisation."""

    meta: ClassVar[Meta] = Meta(
        name="support.assigned",
        stated_by=SOCIAL | COACHES,
        label={"fi": "Tuki nimetty", "sv": "Stöd utsett", "en": "Support assigned"},
    )

    type: SupportType
    phase: SupportPhase
    org: BusinessId | None = None

    def related(self) -> Sequence[tuple[str, str]]:
        """Who gives it."""
        return orgs("provider", self.org)

    @classmethod
    def example(cls) -> Self:
        """A coach during the service."""
        return cls(type="individual_coaching", phase="during", org=examples.COACHING)
