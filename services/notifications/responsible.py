"""Who answers for an alert, day by day, and who gets a copy: never nobody, and never one who may not see all of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kernel.calendar import day_of, midnight
from kernel.rules import Resolved
from schemas.codes import EMPLOYMENT, SOCIAL
from schemas.organisations.deactivated_v1 import OrgDeactivated
from schemas.responsibilities.agreed_v1 import ResponsibilityAgreed
from services.notifications.around import Around, To, addressee, find, operations, team
from services.notifications.state import Raise, State

REFERENCE = ("responsibility.agreed", "org.deactivated")
"""What organisations say that decides on it."""
WIDE = ("own_worker", "lead", "team", "authority")
"""Who may see whatever is raised about a person, the nearest to her first."""
ORDER = (*WIDE, "receiver", "coach", "provider", "payer", "operations")


@dataclass(frozen=True, slots=True)
class Told:
    """Who is responsible from an instant until an instant (None: from then on), and who gets a copy."""

    since: datetime
    until: datetime | None
    to: To
    copies: Sequence[To]


def around_of(state: State, params: Resolved[Any]) -> Around:
    """Her people, with what organisations have said of themselves."""
    gone: dict[str, date] = {}
    for fact in params.reference(OrgDeactivated):
        said: OrgDeactivated = fact.data
        gone[said.org] = min(said.from_, gone.get(said.org, said.from_))
    return Around(state, params.reference(ResponsibilityAgreed), gone, params.organiser)


def spans(around: Around, raises: Sequence[Raise]) -> Iterator[Told]:
    """Whom the raises of one alert concern, a span for each time that it changes."""
    since = min(r.since for r in raises)
    turns = {*around.state.people.changes(), *around.gone.values()}
    told: list[Told] = []
    for start in [since, *(midnight(d) for d in sorted(d for d in turns if d > day_of(since)))]:
        to, copies = _told(around, raises, day_of(start))
        if told and (told[-1].to, told[-1].copies) == (to, copies):
            continue
        if told:
            told[-1] = Told(told[-1].since, start, told[-1].to, told[-1].copies)
        told.append(Told(start, None, to, copies))
    yield from told


def _told(around: Around, raises: Sequence[Raise], day: date) -> tuple[To, list[To]]:
    """Of several the one nearest to the person answers; of those who may see their own part only, one alone."""
    meant = [_first(around, raised, day) for raised in raises]
    to = min(meant, key=lambda t: ORDER.index(t["via"]))
    strangers = {t["org"] for t in meant if t["via"] != "operations"} - {to["org"]}
    if strangers and not _sees_all(around, to):
        to = team(around, day, family=raises[0].family)
    others = [t for t in meant if _sees_all(around, t) or t["via"] == "provider"]
    return to, _copies(to, [*others, *_copied(around, raises, day)])


def _first(around: Around, raised: Raise, day: date) -> To:
    found = (find(audience, around, raised, day) for audience in raised.matter.to)
    return next((t for t in found if t is not None), None) or operations(around.state)


def _sees_all(around: Around, to: To) -> bool:
    return to["via"] in WIDE or (to["via"] == "receiver" and around.is_of(to["org"], SOCIAL | EMPLOYMENT))


def _copied(around: Around, raises: Sequence[Raise], day: date) -> Iterator[To]:
    for raised in raises:
        found = (find(audience, around, raised, day) for audience in raised.matter.copies)
        yield from (t for t in found if t is not None)


def _copies(to: To, every: Iterable[To]) -> list[To]:
    """Each once, and nobody who answers for it already; those who watch the data stay what they are."""
    found: list[To] = []
    for one in every:
        via = one["via"] if one["via"] == "operations" else "copy"
        copy = addressee(one["org"], via, one["role"], person=one["person_ref"], team=one["team"])
        same = one["org"] == to["org"] and one["person_ref"] in {"", to["person_ref"]}
        if not same and copy not in found:
            found.append(copy)
    return sorted(found, key=lambda c: (c["org"], c["person_ref"], c["role"]))
