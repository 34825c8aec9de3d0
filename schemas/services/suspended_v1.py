"""A site or a whole service pauses: nobody's days in the pause are absences."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from pydantic import ConfigDict, Field, model_validator

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import PROVIDERS, SOCIAL, SuspensionReason
from schemas.fields import Day, Scope, in_order


class ServiceSuspended(Event):
    """A pause of what the stating organisation runs, narrowed by `scope`, from a day to its last day or open."""

    model_config = ConfigDict(serialize_by_alias=True)
    meta: ClassVar[Meta] = Meta(
        name="service.suspended",
        stated_by=SOCIAL | PROVIDERS,
        person=False,
        label={"fi": "Palvelu keskeytetty", "sv": "Tjänst pausad", "en": "Service suspended"},
    )

    scope: Scope = Scope()
    reason: SuspensionReason
    from_: Day = Field(alias="from")
    to: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        in_order(self.from_, self.to, "to")
        return self

    @classmethod
    def example(cls) -> Self:
        """The workshop is closed for a week in July."""
        return cls.model_validate(
            {
                "scope": Scope(site=str(examples.SITE)),
                "reason": "site_closed",
                "from": date(2025, 7, 7),
                "to": date(2025, 7, 13),
            }
        )
