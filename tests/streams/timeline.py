"""What rings and falls silent in a history, day by day, in Finnish and English, and what is shown at its end."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from kernel.calendar import HELSINKI, midnight
from kernel.conclude import evaluate
from kernel.discover import units
from kernel.facts import Fact
from kernel.params import Reference
from kernel.rules import Finding, Fold, Rule
from kernel.valid import valid
from kernel.views import Rows, View
from services.console.why import Teller
from services.console.words import Words
from services.notifications.families import matter_of
from services.placements.state import fold as placements
from services.referrals.state import fold as referrals
from tests.streams.story_file import HER, OTHER, Story, names, organisations

TOLD_TO = {
    "worker": "omatyöntekijälle / to the own worker",
    "provider": "palveluntuottajalle / to the provider",
    "team": "tiimille / to the team",
    "lead": "esihenkilölle / to the team's lead",
    "authority": "työvoimaviranomaiselle / to the employment authority",
    "receiver": "vastaanottajalle / to the receiver",
    "leader": "johtavalle taholle / to whoever leads it",
    "later": "jälkimmäiselle / to whoever came second",
    "coach": "valmentajalle / to the coach",
    "organiser": "järjestäjälle / to the organiser",
    "payer": "Kelan yhteyshenkilölle / to the contact at Kela",
}
MANY = 12
"""Rows of a view from which on they are counted and not written out."""
Name = tuple[str, str, str]
"""Subject, rule id, key."""


@cache
def rules() -> list[tuple[Fold[Any], list[Rule[Any, Any]]]]:
    """The folds, each with its rules that make alerts."""
    found = ((f, units(f"services.{s}.rules", Rule)) for f, s in ((referrals, "referrals"), (placements, "placements")))
    return [(fold, [r for r in every if matter_of(r.name) is not None]) for fold, every in found]


@cache
def views() -> list[View]:
    """The read models of both."""
    return [v for s in ("referrals", "placements") for v in units(f"services.{s}.views", View)]


def persons(facts: Sequence[Fact]) -> dict[str, list[Fact]]:
    """Facts by the record that they are about now: a merge puts them together, an erasure leaves nothing."""
    merged = any(f.name == "client.merged" for f in facts)
    found: dict[str, list[Fact]] = {}
    for fact in (f for f in facts if f.subject is not None):
        found.setdefault(HER if merged else str(fact.subject), []).append(fact)
    return {who: told for who, told in found.items() if not any(f.name == "subject.erased" for f in told)}


def told(story: Story) -> list[str]:
    """The whole timeline, then what is shown at the end: the lines of the `.expected` file."""
    facts = story.facts()
    return [*_timeline(story, facts), "", "Lopussa näkyy / shown at the end:", *_shown(story, facts)]


def open_at(facts: Sequence[Fact], now: datetime) -> dict[Name, Finding]:
    """What holds at an instant, when these facts are known."""
    return _held(_found(facts, now), now)


def _timeline(story: Story, facts: Sequence[Fact]) -> Iterator[str]:
    instants = sorted({f.recorded for f in facts})
    called, before = names(story), dict[Name, Finding]()
    for at, until in zip(instants, [*instants[1:], midnight(story.until + timedelta(days=1))], strict=True):
        found = _found([f for f in facts if f.recorded <= at], at)
        turns = sorted({at} | {t for _, f in found for t in (f.since, f.until) if isinstance(t, datetime)})
        for now in (t for t in turns if at <= t < until):
            held = _held(found, now)
            yield from _changes(called, before, held, now)
            before = held


def _found(facts: Sequence[Fact], now: datetime) -> list[tuple[Name, Finding]]:
    reference = Reference(valid([f for f in facts if f.subject is None], ""))
    found: list[tuple[Name, Finding]] = []
    for who, hers in persons(facts).items():
        counting = valid(hers, "")
        personal = [f for f in counting if f.name == "rule_parameters.set"]
        for fold, every in rules():
            state = fold.initial()
            for fact in counting:
                if fact.name in fold.listens:
                    fold.evolve(state, fact)
            seen = evaluate(every, state, reference, personal, now)
            found += [((who, rule, f.key), _dated(f)) for rule, f in seen.findings]
    return found


def _dated(finding: Finding) -> Finding:
    since, until = _instant(finding.since), None if finding.until is None else _instant(finding.until)
    return replace(finding, since=since, until=until)


def _instant(value: date | datetime) -> datetime:
    return value if isinstance(value, datetime) else midnight(value)


def _held(found: Sequence[tuple[Name, Finding]], now: datetime) -> dict[Name, Finding]:
    held: dict[Name, Finding] = {}
    for name, finding in found:
        since, until = finding.since, finding.until
        if isinstance(since, datetime) and since <= now and (not isinstance(until, datetime) or now < until):
            held.setdefault(name, finding)
    return held


def _changes(
    called: Mapping[str, str], before: Mapping[Name, Finding], held: Mapping[Name, Finding], now: datetime
) -> Iterator[str]:
    day = now.astimezone(HELSINKI).date()
    for name in sorted(before.keys() - held.keys()):
        yield f"{day} päättyy / ends    {_called(called, name)}"
    for name in sorted(held.keys() - before.keys()):
        _, rule, key = name
        yield f"{day} alkaa / begins    {_called(called, name)}  {TOLD_TO[_audience(rule, key)]}"
        yield from (f"    {sentence}" for sentence in _sentences(rule, key, held[name].facts))


def _called(called: Mapping[str, str], name: Name) -> str:
    who, rule, key = name
    for id_, word in called.items():
        key = key.replace(id_, word)
    return f"{rule} ({key})" + (" [toinen viite]" if who == OTHER else "")


def _audience(rule: str, key: str) -> str:
    (name,) = {r.raises(key) for _, every in rules() for r in every if r.id == rule}
    found = matter_of(name, rule)
    assert found is not None
    return found.to[0]


def _sentences(rule: str, key: str, facts: Mapping[str, Any]) -> Iterator[str]:
    for at, language in ((0, "fi"), (2, "en")):
        words = Words(language, organisations())
        yield Teller(at, words.plain_day, words.span, words.name_of_org).sentence(rule, key, facts)


def _shown(story: Story, facts: Sequence[Fact]) -> Iterator[str]:
    called = names(story)
    for view in sorted(views(), key=lambda v: v.name):
        rows = [r for hers in persons(facts).values() for r in _rows(view, hers)]
        lines = sorted(_row(called, row) for row in rows)
        if len(lines) > MANY:
            digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
            yield f"{view.name}: {len(lines)} riviä / rows ({digest})"
        else:
            yield from (f"{view.name}: {line}" for line in lines)


def _rows(view: View, facts: Sequence[Fact]) -> list[Mapping[str, Any]]:
    rows = Rows(view.key)
    for fact in valid(facts, ""):
        for handler in (*view.handlers.get(fact.name, ()), *view.handlers.get("*", ())):
            handler(rows, fact)
    return list(rows)


def _row(called: Mapping[str, str], row: Mapping[str, Any]) -> str:
    shown = {k: _short(v) for k, v in sorted(row.items()) if v not in (None, [], "") and k != "subject"}
    line = " ".join(f"{k}={json.dumps(v, default=_plain, ensure_ascii=False)}" for k, v in shown.items())
    for id_, word in called.items():
        line = line.replace(id_, word)
    return line.replace('"', "")


def _short(value: Any) -> Any:
    """A long list by its length and ends."""
    return f"{len(value)}: {value[0]} … {value[-1]}" if isinstance(value, list) and len(value) > 6 else value


def _plain(value: Any) -> str:
    return str(value.date()) if isinstance(value, datetime) else str(value)
