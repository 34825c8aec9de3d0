"""Where the client went after the period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYMENT, SOCIAL, Barrier, Enabling, OutcomeCode
from schemas.fields import FEW, BusinessId, Day, Id, orgs


class OutcomeRecorded(Event):
    """What followed after a period or an episode, with what helped and what stood in the way."""

    meta: ClassVar[Meta] = Meta(
        name="outcome.recorded",
        stated_by=SOCIAL | EMPLOYMENT,
        data_class="sensitive",
        label={"fi": "Lopputulos kirjattu", "sv": "Utfall antecknat", "en": "Outcome recorded"},
    )

    outcome_code: OutcomeCode
    enabling: tuple[Enabling, ...] = FEW
    barrier: tuple[Barrier, ...] = FEW
    destination_org: BusinessId | None = None
    confirmed_on: Day | None = None
    placement_id: Id | None = None

    def related(self) -> Sequence[tuple[str, str]]:
        """Where she went."""
        return orgs("receiver", self.destination_org)

    @classmethod
    def example(cls) -> Self:
        """To a work trial."""
        return cls(
            outcome_code="work_trial",
            enabling=("readiness_grown",),
            destination_org=examples.COACHING,
            confirmed_on=date(2025, 9, 15),
            placement_id=examples.PLACEMENT,
        )
