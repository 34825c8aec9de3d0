"""Turns rows into sentences: instants, families, what was counted, and who is who."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kernel.calendar import HELSINKI
from kernel.organisations import Organisations
from services.console.texts import TEXTS, text

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
        """A day with its weekday."""
        return f"{WEEKDAYS[self.language][day.weekday()]} {day.day}.{day.month}.{day.year}"

    def family(self, alert: Mapping[str, Any]) -> str:
        """What kind of matter it is."""
        key = f"family_{alert['family']}"
        return self.t(key) if key in TEXTS else str(alert["family"])

    def state(self, alert: Mapping[str, Any]) -> str:
        """Where it stands."""
        return self.t("waiting_state" if alert["status"] == "waiting" else alert["status"])

    def why(self, alert: Mapping[str, Any]) -> str:
        """What was counted, one clause each, from the numbers that the raises carry."""
        numbers = _flat(alert.get("why") or {})
        parts = []
        for key in ("absent_days", "unexcused_days", "consecutive", "window", "due", "end"):
            clause = self.t(f"w_{key}")
            try:
                parts.append(clause.format_map(numbers))
            except KeyError:
                continue
        return "; ".join(parts) or self.family(alert)

    def name_of(self, ref: str | None) -> str:
        """A colleague's name by her reference, else the reference."""
        for organisation in self.organisations.organisation:
            for person in organisation.person:
                if person.ref == ref:
                    return f"{person.name} ({organisation.name})"
        return ref or "–"

    def name_of_org(self, id_: str | None) -> str:
        """An organisation's name, else its id."""
        found = self.organisations.org(id_ or "")
        return found.name if found else (id_ or "–")

    def responsible(self, alert: Mapping[str, Any]) -> str:
        """The person or team that the alert was given to."""
        if alert.get("responsible_person"):
            return self.name_of(alert["responsible_person"])
        team = alert.get("responsible_team")
        return " · ".join(p for p in (self.name_of_org(alert.get("responsible_org")), team) if p)


def _flat(why: Any) -> dict[str, Any]:
    """The numbers of all raises in one mapping; of two with one name the greater."""
    found: dict[str, Any] = {}
    for numbers in why if isinstance(why, list) else [why]:
        for key, value in (numbers.get("facts", numbers) if isinstance(numbers, dict) else {}).items():
            if value is not None and not isinstance(value, (dict, list)):
                found[key] = max(found[key], value) if type(found.get(key)) is type(value) else value
    return found
