"""Somebody is about to begin what another organisation is doing already: whoever leads it should hear (R-INT-1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from kernel.calendar import day_of
from kernel.rules import Finding, Params, Resolved, Rule
from services.referrals.state import State
from services.referrals.work_item import NUMBERS, Item, Wanted
from services.referrals.works import fold

SAID = timedelta(days=NUMBERS.intent_days)


def find(state: State, _: Resolved[Params]) -> Iterator[Finding]:
    """Each intent that met work of another organisation when it was declared, until either counts no longer.

    Whoever asked may have been told `clear`, because it may not know; this tells those who may.
    """
    for intent in state.works.intents.values():
        if intent.until is None or intent.reason:
            continue
        wanted = Wanted(
            *(intent.work, intent.org, intent.holder, day_of(intent.until - SAID), intent.service, intent.matter)
        )
        found = [i for i, _ in state.works.in_the_way(wanted, intent.since, intent.id) if _met(i, intent)]
        if found:
            yield Finding(intent.id, intent.since, _until(intent.until, found), _facts(intent, found))


def _met(item: Item, intent: Item) -> bool:
    return item.org != intent.org and item.since <= intent.since


def _until(said: datetime, found: list[Item]) -> datetime:
    """As long as the intent counts and some of the work goes on."""
    ends = [i.until for i in found if i.until is not None]
    return said if len(ends) < len(found) else min(said, max(ends))


def _facts(intent: Item, found: list[Item]) -> dict[str, object]:
    return {
        "work": intent.work,
        "told_by": intent.org,
        "from_on": day_of(intent.until - SAID).isoformat() if intent.until else None,
        "items": [
            {"id": i.id, "org": i.org, "work": i.work, "opened_on": day_of(i.since).isoformat(), "state": i.kind}
            for i in found
        ],
    }


rule = Rule(
    id="R-INT-1",
    version=1,
    name="work.intent_met",
    params=Params(),
    find=find,
    listens=fold.listens,
    family="duplicate",
)
