"""An intent names the work by the work catalogue, who intends it, and why it is done beside other work."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas.codes import ServiceType
from schemas.fields import BusinessId, Day, PersonRef
from schemas.work.intent_declared_v1 import WorkIntentDeclared as First
from schemas.work_catalogue import Matter, RepeatReason, WorkCode


class WorkIntentDeclared(Event):
    """A kind of work is planned for a day; `holder_org` is told by the door only, for those who ask there."""

    meta: ClassVar[Meta] = Meta(name=First.meta.name, version=2, stated_by=First.meta.stated_by, label=First.meta.label)

    work: WorkCode
    service_type: ServiceType | None = None
    matter: Matter | None = None
    planned_on: Day
    holder: PersonRef | None = None
    holder_org: BusinessId | None = None
    reason: RepeatReason | None = None

    @classmethod
    def example(cls) -> Self:
        """An activation plan next week."""
        return cls(work="activation_plan", planned_on=date(2025, 2, 17), holder="so-aalto")
