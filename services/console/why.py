"""Why something rang: the numbers that a rule found, as one sentence for a social instructor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.console.sentences import CODES, NUMBERS, SENTENCES, Three

DAYS = frozenset(
    {
        *("due_on", "end_on", "last_reviewed_on", "booked_on", "started_on", "last_recorded_on", "start_by", "on"),
        *("reported_on", "missing_since", "since_on", "signed_on", "from_on", "start_on"),
    }
)
ORGANISATIONS = frozenset({"told_by", "provider_org", "to_org", "asked_org", "org"})
STEPS = ("notice", "assessment_booked", "assessment_held", "continuation_decided")


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells reasons in one language. `language` is its place among the three; `day` and `span` write days, `org` an
    organisation's name.
    """

    language: int
    day: Callable[[date], str]
    span: Callable[[date, date], str]
    org: Callable[[str], str]

    def sentences(self, why: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
        """Rule id and sentence for each reason; of a rule's reasons about one matter the last step is told."""
        told: dict[tuple[str, str], tuple[str, str]] = {}
        for reason in sorted(why, key=_order):
            rule, key = str(reason["rule"]), str(reason.get("key", ""))
            matter = key.partition(":")[0] if rule == "R-END-1" else key.removesuffix(":double")
            told[rule, matter] = (rule, self.sentence(rule, key, reason.get("facts") or {}))
        return list(told.values())

    def sentence(self, rule: str, key: str, facts: Mapping[str, Any]) -> str:
        """One reason; numbers that are not there leave the sentence to the general one."""
        words = self._words(facts)
        try:
            told = self._one(SENTENCES[rule]).format_map(words)
        except KeyError:
            parts = [self._one(three).format(words[name]) for name, three in NUMBERS.items() if name in words]
            told = ", ".join(parts)
        return f"{told} – {self._one(CODES['double'])}" if told and key.endswith(":double") else told

    def _one(self, three: Three) -> str:
        return three[self.language]

    def _code(self, kind: str, code: str) -> str:
        """The words of a code; a code that is new to the pages stays as it is."""
        found = CODES.get(f"{kind}.{code}")
        return self._one(found) if found else code.replace("_", " ")

    def _words(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        words = {k: v for k, v in facts.items() if v is not None}
        words |= {k: self.day(date.fromisoformat(str(words[k]))) for k in DAYS & words.keys()}
        words |= {k: self.org(str(words[k])) for k in ORGANISATIONS & words.keys()}
        if "window_from" in words:
            ends = (date.fromisoformat(str(words[k])) for k in ("window_from", "window_to"))
            words["window"] = self.span(*ends)
        words["plan_type"] = self._code("plan_type", str(words.get("plan_type", "")))
        words |= {kind: self._code(kind, str(words[kind])) for kind in ("concern", "step", "due") if kind in words}
        words["instead"] = self._code("instead", str(words.get("why", "")))
        words["booking"] = self._code("booking", "yes" if "booked_on" in words else "no").format_map(words)
        words["contact"] = self._code("contact", str(words.get("kind", "")))
        words["lacking"] = ", ".join(self._code("missing", str(m)) for m in words.get("missing") or ())
        words["last_reviewed_on"] = words.get("last_reviewed_on", "–")
        none = self._code("heard", "none").format_map({"started_on": "–", **words})
        words["heard"] = words.get("last_recorded_on", none)
        words["items"] = f" {self._one(CODES['and'])} ".join(self._item(i) for i in words.get("items") or ())
        return words

    def _item(self, item: Mapping[str, Any]) -> str:
        org, opened = str(item["org"]), item.get("opened_on")
        parts = (self.org(org) if org else "", self.day(date.fromisoformat(opened)) if opened else "")
        return " ".join(p for p in parts if p)


def _order(reason: Mapping[str, Any]) -> tuple[str, int, str]:
    step = (reason.get("facts") or {}).get("step")
    return str(reason["rule"]), STEPS.index(step) if step in STEPS else -1, str(reason.get("key", ""))
