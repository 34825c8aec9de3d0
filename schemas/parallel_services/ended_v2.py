"""A parallel service ended, and why: sometimes it is hard to commit oneself to it (survey, row 101)."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Meta
from schemas.parallel_services.ended_v1 import ParallelServiceEnded as First
from schemas.parallel_services.reasons import ServiceEndReason


class ParallelServiceEnded(First):
    """The first version and the reason, if it was told."""

    meta: ClassVar[Meta] = Meta(
        name=First.meta.name,
        version=2,
        stated_by=First.meta.stated_by,
        data_class=First.meta.data_class,
        label=First.meta.label,
    )

    reason: ServiceEndReason | None = None

    @classmethod
    def example(cls) -> Self:
        """The service of the first version's example, to which she could not commit herself."""
        return cls.model_validate({**dict(First.example()), "reason": "did_not_commit"})
