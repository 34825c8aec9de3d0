"""The client consented that recipients may be told of these matters."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYMENT, SOCIAL, PermitScope
from schemas.fields import FEW, BusinessId, Day, Id


class ConsentGiven(Event):
    """Scopes as codes; without recipients it is about all of them."""

    meta: ClassVar[Meta] = Meta(
        name="consent.given",
        stated_by=SOCIAL | EMPLOYMENT,
        label={"fi": "Suostumus annettu", "sv": "Samtycke givet", "en": "Consent given"},
    )

    permit_id: Id
    scope: tuple[PermitScope, ...] = FEW
    recipients: tuple[BusinessId, ...] = FEW
    valid_to: Day | None = None

    @classmethod
    def example(cls) -> Self:
        """The guidance centre may hear how attendance goes."""
        return cls(
            permit_id=examples.PERMIT,
            scope=("attendance",),
            recipients=(examples.OHJAAMO,),
            valid_to=date(2025, 12, 31),
        )
