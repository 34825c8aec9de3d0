"""Organisations have agreed who does what in an area."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from pydantic import model_validator

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYMENT, SOCIAL, TEAMS, RoleCode, TaskKind
from schemas.fields import BusinessId, Day, Municipality, in_order


class ResponsibilityAgreed(Event):
    """From a day on, `lead_role` of `lead_org` leads a kind of task in a municipality."""

    meta: ClassVar[Meta] = Meta(
        name="responsibility.agreed",
        stated_by=EMPLOYMENT | SOCIAL | TEAMS,
        person=False,
        label={"fi": "Vastuunjako sovittu", "sv": "Ansvarsfördelning avtalad", "en": "Responsibility agreed"},
    )

    task_kind: TaskKind
    lead_role: RoleCode
    lead_org: BusinessId | None = None
    area: Municipality
    valid_from: Day
    valid_to: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        in_order(self.valid_from, self.valid_to, "valid_to")
        return self

    @classmethod
    def example(cls) -> Self:
        """In Seinäjoki the county's social instructor clarifies absences."""
        return cls(
            task_kind="absence_clarification",
            lead_role="social_instructor",
            lead_org=examples.COUNTY,
            area="743",
            valid_from=date(2025, 1, 1),
        )
