"""Turns rows into sentences: instants, families, what was counted, and who is who."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from kernel.calendar import HELSINKI
from kernel.organisations import Organisations
from services.console.texts import LANGUAGES, TEXTS, text
from services.console.why import Teller

WEEKDAYS = {
    "fi": ("ma", "ti", "ke", "to", "pe", "la", "su"),
    "sv": ("mån", "tis", "ons", "tors", "fre", "lör", "sön"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language, for one page."""

    language: str
    organisations: Organisations
    home: str = ""
    """The reader's own organisation, which need not be named beside her colleagues."""

    def t(self, key: str) -> str:
        """One text."""
        return text(key, self.language)

    def when(self, instant: datetime | None) -> str:
        """An instant as people here write it."""
        if instant is None:
            return "–"
        local = instant.astimezone(HELSINKI)
        return (
            f"{self.day(local.date())} {local:%H.%M}"
            if self.language != "en"
            else f"{self.day(local.date())} {local:%H:%M}"
        )

    def day(self, day: date) -> str:
        """A day with its weekday; of an instant the day here."""
        day = day.astimezone(HELSINKI).date() if isinstance(day, datetime) else day
        return f"{WEEKDAYS[self.language][day.weekday()]} {self.plain_day(day)}"

    def day_of(self, written: str) -> str:
        """A day that stands in a row as text."""
        return self.day(date.fromisoformat(written))

    def by(self, instant: datetime) -> str:
        """Until when: the last day, when a day's end is meant."""
        local = instant.astimezone(HELSINKI)
        return self.day(local.date() - timedelta(days=1)) if local.time() == time() else self.when(instant)

    def plain_day(self, day: date) -> str:
        """A day as people here write it."""
        if self.language == "en":
            return f"{day.day} {day:%b} {day.year}"
        return f"{day.day}.{day.month}.{day.year}"

    def span(self, first: date, last: date) -> str:
        """From a day to a day, both included, without saying twice what they share."""
        if first == last:
            return self.plain_day(last)
        month, year = first.month == last.month and first.year == last.year, first.year == last.year
        if self.language == "en":
            begin = f"{first.day}" if month else f"{first.day} {first:%b}" if year else self.plain_day(first)
        else:
            begin = f"{first.day}." if month else f"{first.day}.{first.month}." if year else self.plain_day(first)
        return f"{begin}–{self.plain_day(last)}"

    def family(self, alert: Mapping[str, Any]) -> str:
        """What kind of matter it is."""
        key = f"family_{alert['family']}"
        return self.t(key) if key in TEXTS else str(alert["family"])

    def state(self, alert: Mapping[str, Any]) -> str:
        """Where it stands."""
        return self.t("waiting_state" if alert["status"] == "waiting" else alert["status"])

    def reasons(self, alert: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Rule and sentence for everything that the alert stands on."""
        teller = Teller(list(LANGUAGES).index(self.language), self.plain_day, self.span, self.name_of_org)
        return [(rule, told or self.family(alert)) for rule, told in teller.sentences(alert.get("why") or [])]

    def why(self, alert: Mapping[str, Any]) -> str:
        """Why it rang, on one line."""
        return ". ".join(dict.fromkeys(told for _, told in self.reasons(alert))) or self.family(alert)

    def name_of(self, ref: str | None) -> str:
        """A colleague's name by her reference, else the reference."""
        for organisation in self.organisations.organisation:
            for person in organisation.person:
                if person.ref == ref:
                    return person.name if organisation.id == self.home else f"{person.name} ({organisation.name})"
        return ref or "–"

    def name_of_org(self, id_: str | None) -> str:
        """An organisation's name, else its id."""
        found = self.organisations.org(id_ or "")
        return found.name if found else (id_ or "–")

    def role(self, code: str) -> str:
        """What somebody does, by the code of her role."""
        return self.t(key) if (key := f"role_{code}") in TEXTS else code.replace("_", " ")

    def team(self, team: str) -> str:
        """The municipality that a team serves, else the team's name."""
        return self.organisations.municipality_names.get(team, team)

    def seconds(self, seconds: float) -> str:
        """A lag as people say it: seconds, then minutes, then hours."""
        if seconds < 120:
            shown = f"{seconds:.1f}"
            return f"{shown if self.language == 'en' else shown.replace('.', ',')} s"
        return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"

    def responsible(self, alert: Mapping[str, Any]) -> str:
        """The person or team that the alert was given to."""
        if alert.get("responsible_person"):
            return self.name_of(alert["responsible_person"])
        team = self.team(alert.get("responsible_team") or "")
        return " · ".join(p for p in (self.name_of_org(alert.get("responsible_org")), team) if p)
