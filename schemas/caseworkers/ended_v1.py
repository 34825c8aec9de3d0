"""A worker no longer has this role for the client."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from pydantic import ConfigDict, Field, model_validator

from kernel.facts import Event, Meta
from schemas.codes import EMPLOYMENT, PROVIDERS, SOCIAL, Qualification, RoleCode
from schemas.fields import Day, PersonRef, in_order


class CaseworkerEnded(Event):
    """A worker's role for this client ended; `to` is its last day."""

    model_config = ConfigDict(serialize_by_alias=True)
    meta: ClassVar[Meta] = Meta(
        name="caseworker.ended",
        stated_by=SOCIAL | PROVIDERS | EMPLOYMENT,
        label={"fi": "Työntekijän tehtävä päättynyt", "sv": "Arbetarens uppdrag avslutat", "en": "Worker's role ended"},
    )

    role_code: RoleCode
    person_ref: PersonRef
    qualification_class: Qualification | None = None
    from_: Day | None = Field(default=None, alias="from")
    to: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        in_order(self.from_, self.to, "to")
        return self

    @classmethod
    def example(cls) -> Self:
        """The client's officer changes."""
        return cls(role_code="employment_officer", person_ref="eo-heino", to=date(2025, 11, 28))
