"""The steps that an organisation means to lead clients along."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from pydantic import Field

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYMENT, SOCIAL, PathStep
from schemas.fields import Day, Id


class PathTemplateSet(Event):
    """A pathway as an ordered list of steps, such as from work activity to employment in the same place."""

    meta: ClassVar[Meta] = Meta(
        name="path_template.set",
        stated_by=EMPLOYMENT | SOCIAL,
        person=False,
        label={"fi": "Polkumalli asetettu", "sv": "Stigmall fastställd", "en": "Path template set"},
    )

    template_id: Id
    steps: tuple[PathStep, ...] = Field(min_length=1, max_length=10)
    same_place: bool = False
    valid_from: Day | None = None

    def about(self) -> tuple[object, ...]:
        """One template."""
        return ("path_template", self.template_id)

    @classmethod
    def example(cls) -> Self:
        """Four steps in the same place."""
        return cls(
            template_id=examples.TEMPLATE,
            steps=("ktt", "work_trial", "wage_subsidy", "employment"),
            same_place=True,
            valid_from=date(2025, 1, 1),
        )
