"""The client permits that her data be given to these recipients."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYMENT, SOCIAL, PermitScope
from schemas.fields import FEW, BusinessId, Day, Id


class DisclosurePermitGiven(Event):
    """Scopes as codes; without recipients it is about all of them."""

    meta: ClassVar[Meta] = Meta(
        name="disclosure_permit.given",
        stated_by=SOCIAL | EMPLOYMENT,
        label={"fi": "Luovutuslupa annettu", "sv": "Tillstånd till utlämnande givet", "en": "Disclosure permit given"},
    )

    permit_id: Id
    scope: tuple[PermitScope, ...] = FEW
    recipients: tuple[BusinessId, ...] = FEW
    valid_to: Day | None = None

    @classmethod
    def example(cls) -> Self:
        """About plan and placement, to the coaching association."""
        return cls(permit_id=examples.PERMIT, scope=("plan", "placement"), recipients=(examples.COACHING,))
