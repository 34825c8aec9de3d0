"""The next service has taken the client over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import SERVICES, RoleCode
from schemas.fields import BusinessId, Id, orgs


class HandoverConfirmed(Event):
    """The receiver confirms a handover."""

    meta: ClassVar[Meta] = Meta(
        name="handover.confirmed",
        stated_by=SERVICES,
        label={"fi": "Siirto vahvistettu", "sv": "Överföring bekräftad", "en": "Handover confirmed"},
    )

    handover_id: Id
    to_org: BusinessId | None = None
    to_role: RoleCode | None = None

    def related(self) -> Sequence[tuple[str, str]]:
        """The receiver."""
        return orgs("receiver", self.to_org)

    @classmethod
    def example(cls) -> Self:
        """The coach has met her."""
        return cls(handover_id=examples.HANDOVER, to_org=examples.COACHING, to_role="job_coach")
