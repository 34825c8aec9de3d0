"""An employer's call for help tells where, so that a campaign knows where to begin (survey, row 88)."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Meta
from schemas.employers.help_requested_v1 import EmployerHelpRequested as First
from schemas.fields import Municipality


class EmployerHelpRequested(First):
    """The first version and the municipality."""

    meta: ClassVar[Meta] = Meta(
        name=First.meta.name, version=2, stated_by=First.meta.stated_by, person=False, label=First.meta.label
    )

    municipality: Municipality | None = None

    @classmethod
    def example(cls) -> Self:
        """The call of the first version's example, from Seinäjoki."""
        return cls.model_validate({**dict(First.example()), "municipality": "743"})
