"""The month's claim for the state's compensation has been put together."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field

from kernel.facts import Event, Meta
from schemas.codes import SOCIAL
from schemas.fields import Cents, Count


class StateCompensationClaimCompiled(Event):
    """Participant days of a month and the sum in cents; no persons."""

    meta: ClassVar[Meta] = Meta(
        name="state_compensation.claim_compiled",
        stated_by=SOCIAL,
        person=False,
        label={
            "fi": "Valtion korvaushakemus koottu",
            "sv": "Ansökan om statlig ersättning sammanställd",
            "en": "Claim compiled",
        },
    )

    month: Annotated[str, Field(pattern=r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$")]
    participant_days: Count
    cents: Cents

    @classmethod
    def example(cls) -> Self:
        """March 2025."""
        return cls(month="2025-03", participant_days=1240, cents=1251160)
