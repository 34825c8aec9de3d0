"""The client has taken one step of her path."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYMENT, SOCIAL, PathStep
from schemas.fields import Id


class PathStepCompleted(Event):
    """A step of a path template was completed."""

    meta: ClassVar[Meta] = Meta(
        name="path.step_completed",
        stated_by=SOCIAL | EMPLOYMENT,
        label={"fi": "Polun askel valmis", "sv": "Steg på stigen klart", "en": "Path step completed"},
    )

    template_id: Id
    step: PathStep
    site_id: Id | None = None

    @classmethod
    def example(cls) -> Self:
        """The work activity is done."""
        return cls(template_id=examples.TEMPLATE, step="ktt", site_id=examples.SITE)
