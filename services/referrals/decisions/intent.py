"""Somebody asks before beginning: may I start this, or is it being done already, or does it collide?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from kernel.calendar import day_of
from kernel.decide import Actor, Decision
from kernel.facts import Event
from schemas.fields import Day
from schemas.work.intent_declared_v2 import WorkIntentDeclared
from services.referrals.asking import Asked
from services.referrals.views import relations
from services.referrals.work_item import view
from services.referrals.works import Works, fold


class Ask(Asked):
    """What is to be begun on which day; `intent_id` is the id that the intent's fact gets."""

    intent_id: str
    planned_on: Day | None = None

    def day(self, now: datetime) -> date:
        """The planned day; today when none was said."""
        return self.planned_on or day_of(now)


def decide(state: Works, command: Ask, actor: Actor, now: datetime) -> Sequence[Event]:
    """An intent is always taken down, so that the next who asks hears of it; the same one only once."""
    if command.intent_id in state.intents:
        return []
    return [
        WorkIntentDeclared(
            work=command.work,
            service_type=command.service_type,
            matter=command.matter,
            planned_on=command.day(now),
            holder=command.holder,
            holder_org=actor.org,
            reason=command.reason,
        )
    ]


def answer(state: Works, command: Ask, actor: Actor, now: datetime) -> Mapping[str, Any]:
    """All that stands in the way, for the gate to choose from; nothing does when a reason lets it be done again."""
    found = [] if command.reason else state.in_the_way(command.wanted(actor, command.day(now)), now, command.intent_id)
    return {"shown": [item.row("", why) for item, why in found]}


decision = Decision(
    name="work.intend",
    command=Ask,
    fold=fold,
    decide=decide,
    answer=answer,
    shows=view,
    beside=(relations.view,),
)
