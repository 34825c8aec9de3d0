"""A signed plan tells whether the client's wishes stand in it and who supported her."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Meta
from schemas.plans.signed_v1 import PlanSigned as First


class PlanSigned(First):
    """The first version and two answers that may be left open."""

    meta: ClassVar[Meta] = Meta(name=First.meta.name, version=2, stated_by=First.meta.stated_by, label=First.meta.label)

    client_wishes_recorded: bool | None = None
    support_person_present: bool | None = None

    @classmethod
    def example(cls) -> Self:
        """The plan of the first version's example, with the client's wishes and a support person."""
        return cls.model_validate(
            {**dict(First.example()), "client_wishes_recorded": True, "support_person_present": True}
        )
