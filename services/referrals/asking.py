"""What everybody says who asks for work or takes it."""

from __future__ import annotations

from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from kernel.decide import Actor
from schemas.codes import ServiceType
from schemas.fields import PersonRef
from schemas.work_catalogue import CATALOGUE, Matter, RepeatReason, WorkCode
from services.referrals.work_item import Wanted


class Asked(BaseModel):
    """The work, for which service or what matter, who would do it, and why it may be done beside other work."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    work: WorkCode
    service_type: ServiceType | None = None
    matter: Matter | None = None
    holder: PersonRef
    reason: RepeatReason | None = None

    @model_validator(mode="after")
    def _reason_fits(self) -> Self:
        known = CATALOGUE[self.work].repeats
        if self.reason is not None and self.reason not in known:
            raise ValueError(f"reason: {self.work} may be repeated for {', '.join(sorted(known))} only")
        return self

    def wanted(self, actor: Actor, day: date) -> Wanted:
        """The same as the fold compares it."""
        return Wanted(self.work, actor.org, self.holder, day, self.service_type, self.matter)
