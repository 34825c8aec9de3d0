"""Somebody has been named to work with the client, such as her own worker."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from pydantic import ConfigDict, Field, model_validator

from kernel.facts import Event, Meta
from schemas.codes import EMPLOYMENT, PROVIDERS, SOCIAL, Qualification, RoleCode
from schemas.fields import Day, PersonRef, in_order


class CaseworkerAssigned(Event):
    """A worker of the stating organisation has a role for this client from a day, to a day or until it is ended."""

    model_config = ConfigDict(serialize_by_alias=True)
    meta: ClassVar[Meta] = Meta(
        name="caseworker.assigned",
        stated_by=SOCIAL | PROVIDERS | EMPLOYMENT,
        label={"fi": "Työntekijä nimetty", "sv": "Arbetare utsedd", "en": "Worker assigned"},
    )

    role_code: RoleCode
    person_ref: PersonRef
    qualification_class: Qualification | None = None
    from_: Day = Field(alias="from")
    to: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        in_order(self.from_, self.to, "to")
        return self

    @classmethod
    def example(cls) -> Self:
        """The employment area names the client's officer."""
        return cls.model_validate(
            {
                "role_code": "employment_officer",
                "person_ref": "eo-heino",
                "qualification_class": "none",
                "from": date(2025, 2, 3),
            }
        )
