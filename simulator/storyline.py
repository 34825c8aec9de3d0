"""One alert as a story: the days that led to it, when it rang, who took it, and how it ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from simulator.statement import HELSINKI

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WHY = {
    "R-ABS-1": "{unexcused_days} days missed without notice within four weeks",
    "R-ABS-2": "{consecutive} scheduled days in a row missed without notice",
    "R-ABS-3": "{absent_days} of {scheduled_days} scheduled days missed ({rate_pct} %)",
}
STEPS = {
    "open": "Polku raises the alert, and it stands in the inbox of whoever is responsible",
    "updated": "new numbers: the same alert is updated, no second one",
    "claimed": "{by} takes it; from now on others see that it is being dealt with",
    "acknowledged": "{by} has seen it",
    "reason_clarified": "{by} has called the client and found out why",
    "escalated": "nobody has taken it: the {reason} hears of it",
    "claim_lapsed": "the claim was left alone and lapses",
    "handed_over": "{by} hands it over",
    "snoozed": "{by} sets a reminder",
    "reopened": "{by} opens it again",
    "withdrawn": "withdrawn: its cause is gone ({reason})",
    "closed": "{by} closes it ({reason})",
}
CLOSED_AS = {
    "sorted": "sorted out",
    "known_agreed": "known and agreed",
    "health": "a matter of health",
    "plan_changed": "the plan was changed",
    "data_error": "an error in the data",
    "no_action_needed": "no action needed",
    "not_my_client": "not my client",
}
ABSENT = {True: "absent, and had told beforehand", False: "absent, nobody knows why"}


def storyline(story: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """When and what, in the order of time."""
    steps = sorted(story["steps"], key=lambda s: datetime.fromisoformat(s["at"]))
    for day in story["days"]:
        if day["status"] == "absent":
            yield _day(date.fromisoformat(day["date"])), f"{ABSENT[day['notified']]} (told by {day['site']})"
    for why in {w["rule"]: w for w in story["why"]}.values():
        if why["rule"] in WHY:
            yield "", f"→ {WHY[why['rule']].format_map(_Known(why))} ({why['rule']})"
    told = ""
    for step in steps:
        if step["what"] == "updated" == told:
            continue
        told = step["what"]
        reason = CLOSED_AS.get(step["reason"] or "", step["reason"] or story.get("closed_as") or "no reason given")
        if told in STEPS:
            yield _instant(step["at"]), STEPS[told].format(by=_by(step, story), reason=reason)
    if story["status"] == "closed":
        later = story["absent_later"]
        yield "since then", "no absence" if later == 0 else f"{later} absences"


def _by(step: Mapping[str, Any], story: Mapping[str, Any]) -> str:
    """Whoever did it, with her organisation when it is another than that of the responsible."""
    name, _, org = str(step["by"]).partition(", ")
    return name if story["responsible"].endswith(org) else f"{name} ({org})" if org else name or "somebody"


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "some"


def _day(day: date) -> str:
    return f"{DAYS[day.weekday()]} {day:%d.%m.}"


def _instant(text: str) -> str:
    when = datetime.fromisoformat(text).astimezone(HELSINKI)
    return f"{_day(when.date())} {when:%H:%M}"
