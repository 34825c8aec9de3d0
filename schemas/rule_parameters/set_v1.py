"""A rule's numbers for a region, an organiser, a site, or one client, from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, JsonValue, model_validator

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import SOCIAL
from schemas.fields import Day, Scope, in_order


class RuleParametersSet(Event):
    """Parameters that overlay a rule's own; only those named change. What a rule does not know, it refuses."""

    meta: ClassVar[Meta] = Meta(
        name="rule_parameters.set",
        stated_by=SOCIAL,
        person=None,
        label={"fi": "Säännön arvot asetettu", "sv": "Regelns värden satta", "en": "Rule parameters set"},
    )

    rule: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$", max_length=40)]
    params: Mapping[str, JsonValue] = Field(max_length=50)
    scope: Scope = Scope()
    valid_from: Day
    valid_to: Day | None = None
    basis: Literal["local"] = "local"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        in_order(self.valid_from, self.valid_to, "valid_to")
        return self

    @classmethod
    def example(cls) -> Self:
        """At one site two unexcused days are enough, for July."""
        return cls(
            rule="R-ABS-1",
            params={"count": 2},
            scope=Scope(site=str(examples.SITE)),
            valid_from=date(2025, 7, 1),
            valid_to=date(2025, 7, 31),
        )
