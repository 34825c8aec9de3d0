"""The client forbids that her data be given to these recipients."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYMENT, SOCIAL, PermitScope
from schemas.fields import FEW, BusinessId, Day, Id


class DisclosurePermitProhibited(Event):
    """Scopes as codes; without recipients it is about all of them."""

    meta: ClassVar[Meta] = Meta(
        name="disclosure_permit.prohibited",
        stated_by=SOCIAL | EMPLOYMENT,
        label={"fi": "Luovutus kielletty", "sv": "Utlämnande förbjudet", "en": "Disclosure prohibited"},
    )

    permit_id: Id
    scope: tuple[PermitScope, ...] = FEW
    recipients: tuple[BusinessId, ...] = FEW
    valid_to: Day | None = None

    @classmethod
    def example(cls) -> Self:
        """About plan and placement, to the coaching association."""
        return cls(permit_id=examples.PERMIT, scope=("plan", "placement"), recipients=(examples.COACHING,))
