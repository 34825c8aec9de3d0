"""It has been found out why, and what is done about it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import AlertAction, AlertReason
from schemas.fields import Day, Id, PersonRef


class AlertReasonClarified(Event):
    """A reason and an action as codes; `next_contact_on` when the client is met again."""

    meta: ClassVar[Meta] = Meta(
        name="alert.reason_clarified",
        data_class="sensitive",
        label={"fi": "Syy selvitetty", "sv": "Orsaken utredd", "en": "Reason clarified"},
    )

    alert_id: Id
    reason_code: AlertReason
    action_code: AlertAction
    next_contact_on: Day | None = None
    holder: PersonRef | None = None

    @classmethod
    def example(cls) -> Self:
        """The bus times had changed; support was added."""
        return cls(
            alert_id=examples.ALERT,
            reason_code="transport",
            action_code="support_added",
            next_contact_on=date(2025, 3, 18),
            holder="so-aalto",
        )
