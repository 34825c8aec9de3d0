"""One piece of work that two could do twice, and what somebody would like to begin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from kernel.rules import Params
from kernel.views import Column, View
from schemas.work_catalogue import CATALOGUE, covers, excludes

Kind = Literal["claimed", "intended", "being_done", "done"]


class Numbers(Params):
    """How long work still counts once it is done or said, in days [P]; the gaps are those of the duplicate rules."""

    referral_days: int = 30
    assessment_days: int = 90
    review_days: int = 21
    service_days: int = 30
    document_days: int = 30
    intent_days: int = 14


NUMBERS = Numbers()

view = View(
    name="work_in_progress",
    version=1,
    key=("item",),
    columns=(
        Column("item", "text"),
        Column("work", "text"),
        Column("why", "text"),
        Column("state", "text"),
        Column("org", "text"),
        Column("holder", "text"),
        Column("since", "timestamptz"),
        Column("until", "timestamptz"),
    ),
    title={"fi": "Meneillään oleva työ", "sv": "Pågående arbete", "en": "Work in progress"},
)
"""How a piece of work is shown to those who ask before they begin; it has no table."""


@dataclass(slots=True)
class Item:
    """One piece of work: `until` is when it stops counting (None: open), `around` the day that a meeting is on."""

    id: str
    work: str
    kind: Kind
    org: str
    since: datetime
    holder: str = ""
    service: str | None = None
    matter: str | None = None
    until: datetime | None = None
    around: date | None = None
    token: int = 0
    reason: str | None = None

    def live(self, now: datetime) -> bool:
        """Whether it still counts."""
        return self.until is None or now < self.until

    def row(self, subject: str, why: str) -> dict[str, Any]:
        """As the gate reads it."""
        return {
            "subject": subject,
            "item": self.id,
            "work": self.work,
            "why": why,
            "state": self.kind,
            "org": self.org,
            "holder": self.holder,
            "since": self.since,
            "until": self.until,
        }


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody would like to do, and for which day."""

    work: str
    org: str
    holder: str
    day: date
    service: str | None = None
    matter: str | None = None

    def meets(self, item: Item) -> str:
        """`same` or `excludes` when the item stands in the way; empty when it does not. Untold counts as equal."""
        kind = CATALOGUE[self.work]
        if covers(item.work, self.work):
            if kind.by_service and None not in (self.service, item.service) and self.service != item.service:
                return ""
            if kind.by_matter and None not in (self.matter, item.matter) and self.matter != item.matter:
                return ""
            if item.around is not None and abs((item.around - self.day).days) > NUMBERS.review_days:
                return ""
            return "same"
        return "excludes" if excludes(item.work, self.work) else ""
