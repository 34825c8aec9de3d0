"""What was put into a play on purpose, so that afterwards one can ask whether it was found."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from simulator.cases import Case

TOLD = {
    "hero": "two days missed without a word, taken up by the social instructor",
    "withdrawn": "absences that turned out to be swapped days",
    "sliding": "attendance slides, then recovers",
    "gone": "stops coming for good",
    "concern": "the supervisor worries before any number does",
    "year": "nearly a year of days, close to the cap of 178",
    "two_referrers": "two organisations refer the same client to the same service",
    "resent_referral": "a referral sent again by the same organisation, which is no double work",
    "bypassed": "a plan signed or reviewed without the social instructor",
    "wrong": "statements that the door has to refuse",
    "wrong_person": "a day stated about the wrong client, then retracted",
    "corrected": "a day corrected later",
    "sent_twice": "the same fact sent again",
    "two_systems": "the same day reported by the site and by the organiser",
    "paused": "a long illness, the placement rests",
    "closed_site": "a site closed for a week",
    "late_file": "a two-week file that comes a week late",
}
"""What each kind means, in a plain sentence."""


@dataclass(slots=True)
class Planted:
    """Persons (their numbers) by kind, with the day on which each thing begins."""

    found: dict[str, list[tuple[int, date]]] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)

    def note(self, kind: str, person: int, day: date) -> None:
        """Remember one."""
        self.found.setdefault(kind, []).append((person, day))

    def persons(self, kind: str) -> list[int]:
        """The persons of a kind."""
        return [person for person, _ in self.found.get(kind, [])]

    @property
    def counts(self) -> dict[str, int]:
        """How many of each kind."""
        return {kind: len(found) for kind, found in sorted(self.found.items())}
