"""An alert was dealt with, together with exactly the findings that its page showed."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field

from kernel.facts import Event, Meta
from schemas import examples
from schemas.alerts.raise_name import RaiseName
from schemas.codes import CloseReason
from schemas.fields import Id, PersonRef


class AlertClosed(Event):
    """`closes` names the alert's own raise and the raises it closes, as shown; what came meanwhile opens it again."""

    meta: ClassVar[Meta] = Meta(name="alert.closed", label={"fi": "Suljettu", "sv": "Avslutad", "en": "Alert closed"})

    alert_id: Id
    reason: CloseReason
    closes: Annotated[tuple[RaiseName, ...], Field(max_length=200)] = ()
    holder: PersonRef | None = None

    @classmethod
    def example(cls) -> Self:
        """Sorted out with the client."""
        return cls(
            alert_id=examples.ALERT,
            reason="sorted",
            closes=(
                RaiseName(rule="ALERT", key=f"absence:{examples.PLACEMENT}", m=1, id=str(examples.ALERT)),
                RaiseName(rule="R-ABS-2", key=f"{examples.PLACEMENT}", m=1),
            ),
            holder="so-aalto",
        )
