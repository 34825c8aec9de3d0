"""What stands in the way of work, as far as whoever asks may know it, and whom to turn to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from kernel.calendar import day_of
from kernel.decide import Settled
from kernel.facts import ANYBODY
from kernel.organisations import Organisations
from kernel.views import View
from schemas.work_catalogue import CATALOGUE
from services.gateway.access import Caller
from services.gateway.parts import Parts
from services.gateway.waiting import soon

RELATIONS = "relations"
OWN = "stated"
"""The relation that every organisation has to what it does itself."""


async def told(parts: Parts, view: View | None, settled: Settled, work: str, caller: Caller) -> list[dict[str, Any]]:
    """What stands in the way, through the gate and logged, with whom to turn to.

    The gate is asked of others' work also where there is none: else `clear` would come sooner for a person about whom
    there is nothing to know than for one about whom the asker may not know it.
    """
    if view is None:
        return []
    view = _of_class(view, CATALOGUE[work].data_class)
    relations = [r["relation"] for r in settled.rows[RELATIONS] if r["org"] in (caller.org, ANYBODY)]
    unknown = dict.fromkeys(column.name for column in view.columns)  # of what was shown before and kept
    rows = [{**unknown, **row, "subject": settled.ref} for row in settled.answer.get("shown", ())]
    own, others = [r for r in rows if r["org"] == caller.org], [r for r in rows if r["org"] != caller.org]
    shown = await soon(parts.telling.tell(caller.viewer, view, own, [*relations, OWN])) if own else []
    shown += await soon(parts.telling.tell(caller.viewer, view, others, relations))
    day = day_of(await parts.clock.now())
    return [_with_contact(parts.rulebook.organisations, row, day) for row in shown]


def in_a_word(by: Sequence[Mapping[str, Any]]) -> str:
    """`clear`, `covered` or `conflict`."""
    return "conflict" if any(row["why"] == "excludes" for row in by) else "covered" if by else "clear"


def _of_class(view: View, data_class: str) -> View:
    """The view with all that it shows in one data class."""
    return replace(view, columns=tuple(replace(c, data_class=data_class) for c in view.columns))


def _with_contact(organisations: Organisations, row: Mapping[str, Any], day: date) -> dict[str, Any]:
    """Role and team to turn to, from the list of organisations."""
    org, holder = str(row.get("org", "")), str(row.get("holder", ""))
    person = organisations.person(org, holder) if holder else None
    types = organisations.types_at(org, day)
    role = min(person.roles) if person else min(types, default="")
    found = organisations.org(org)
    team = person.team if person and person.team else found.name if found else ""
    return {**{k: v for k, v in row.items() if k != "client_ref"}, "lead_role": role, "contact_team": team}
