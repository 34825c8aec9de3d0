"""How often clients are to be met: agreed by an organiser for all its clients, or for one of them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from kernel.facts import Event, Meta
from schemas.codes import SOCIAL, PolicyKind
from schemas.fields import Day, Months, Scope


class ReviewPolicySet(Event):
    """A cadence valid from a day, for one client (with a subject) or for a scope (without).

    `interval_months` goes with the interval kinds, the three numbers of a window with `n_times_per_window`.
    """

    meta: ClassVar[Meta] = Meta(
        name="review_policy.set",
        stated_by=SOCIAL,
        person=None,
        label={"fi": "Tapaamisväli sovittu", "sv": "Mötesintervall avtalat", "en": "Review policy set"},
    )

    scope: Scope = Scope()
    kind: PolicyKind
    interval_months: Months | None = None
    n_min: Annotated[int, Field(ge=0, le=100)] | None = None
    n_max: Annotated[int, Field(ge=1, le=100)] | None = None
    window_months: Months | None = None
    valid_from: Day

    @model_validator(mode="after")
    def _has_its_numbers(self) -> Self:
        if self.kind in ("max_interval", "usual_interval") and self.interval_months is None:
            raise ValueError("interval_months belongs to this kind")
        if self.kind == "n_times_per_window" and (self.n_min is None or self.window_months is None):
            raise ValueError("n_min and window_months belong to this kind")
        if self.n_min is not None and self.n_max is not None and self.n_max < self.n_min:
            raise ValueError("n_max is less than n_min")
        return self

    @classmethod
    def example(cls) -> Self:
        """At latest every three months."""
        return cls(kind="max_interval", interval_months=3, valid_from=date(2025, 1, 1))
