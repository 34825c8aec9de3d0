"""What a feed is: which facts it tells of, where a reader of it has come to, and what a page of it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from kernel.journal import ERASED, MERGED
from services.gateway.access import Caller

Place = Mapping[int, int]
"""Lane → seq of the last fact that was looked at."""

ALWAYS = frozenset({MERGED, ERASED})
"""Whose facts are whose concerns every feed."""


@dataclass(frozen=True, slots=True)
class Feed:
    """Facts of some areas of the schemas (None: of all), and what Polku concludes or not."""

    title: str
    areas: frozenset[str] | None = None
    concluded: bool = False

    def holds(self, type_: str, stated: bool) -> bool:
        """Whether facts of a type belong to it; `stated`: it is a type that somebody states."""
        if self.areas is None or type_ in ALWAYS:
            return True
        return area_of(type_) in self.areas if stated else self.concluded


def area_of(type_: str) -> str:
    """`fi.polku.referral.submitted.v1` → `referral`."""
    return type_.split(".")[2]


FEEDS: Mapping[str, Feed] = {
    "facts": Feed("All facts about the persons with whom you have to do"),
    "alerts": Feed("What Polku concludes, and what people have done with alerts", frozenset({"alert"}), concluded=True),
    "referrals": Feed("Referrals and need assessments", frozenset({"referral", "need_assessment"})),
    "plans": Feed("Plans and their reviews", frozenset({"plan", "review", "caseworker", "handover"})),
    "placements": Feed("Placements, days and absences", frozenset({"placement", "attendance", "absence"})),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact without its content, as a CloudEvent's attributes, and the place after it."""

    attributes: Mapping[str, Any]
    place: Place


@dataclass(frozen=True, slots=True)
class Page:
    """Entries in order, the place up to which everything has been looked at, and whether there is more beyond."""

    entries: Sequence[Entry]
    place: Place
    more: bool


class Feeding(Protocol):
    """Reads feeds through the disclosure policy, and through nothing else."""

    @property
    def era(self) -> str:
        """The unbroken history of the journal in which places mean something."""
        ...

    async def ends(self) -> Place:
        """Where the journal ends now, as far as it is known who has to do with whom."""
        ...

    async def page(self, caller: Caller, feed: Feed, after: Place, limit: int) -> Page:
        """What comes after a place, each person shown being logged in the same transaction."""
        ...

    async def wait(self, after: Place, seconds: float) -> bool:
        """Wait until there is something to look at beyond a place; False when the time is up before."""
        ...
