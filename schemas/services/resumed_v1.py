"""A site or a whole service goes on after a pause."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from pydantic import ConfigDict, Field

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import PROVIDERS, SOCIAL, SuspensionReason
from schemas.fields import Day, Scope


class ServiceResumed(Event):
    """The end of a pause in a scope; `from` is the first day after it."""

    model_config = ConfigDict(serialize_by_alias=True)
    meta: ClassVar[Meta] = Meta(
        name="service.resumed",
        stated_by=SOCIAL | PROVIDERS,
        person=False,
        label={"fi": "Palvelu jatkuu", "sv": "Tjänst återupptagen", "en": "Service resumed"},
    )

    scope: Scope = Scope()
    reason: SuspensionReason | None = None
    from_: Day = Field(alias="from")
    to: Day | None = None

    @classmethod
    def example(cls) -> Self:
        """The workshop opens again."""
        return cls.model_validate({"scope": Scope(site=str(examples.SITE)), "from": date(2025, 7, 14)})
