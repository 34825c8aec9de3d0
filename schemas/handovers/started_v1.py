"""The client is being handed over to the next service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYMENT, SOCIAL, RoleCode
from schemas.fields import BusinessId, Id, orgs


class HandoverStarted(Event):
    """A handover to a role of an organisation began."""

    meta: ClassVar[Meta] = Meta(
        name="handover.started",
        stated_by=SOCIAL | EMPLOYMENT,
        label={"fi": "Siirto aloitettu", "sv": "Överföring inledd", "en": "Handover started"},
    )

    handover_id: Id
    to_org: BusinessId
    to_role: RoleCode

    def related(self) -> Sequence[tuple[str, str]]:
        """The receiver."""
        return orgs("receiver", self.to_org)

    @classmethod
    def example(cls) -> Self:
        """To a job coach."""
        return cls(handover_id=examples.HANDOVER, to_org=examples.COACHING, to_role="job_coach")
