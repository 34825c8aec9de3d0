"""Who is responsible for a matter, day by day: own worker, else the municipality's team, else operations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kernel.calendar import day_of, midnight
from kernel.facts import Fact
from services.notifications.families import Audience
from services.notifications.people import OWN_WORKER, People
from services.notifications.state import State

INSTRUCTOR, LEAD = "social_instructor", "team_lead"
CLARIFYING = "absence_clarification"
SOCIAL_ROLES = frozenset({INSTRUCTOR, "social_worker", "adult_social_work_employee", OWN_WORKER})


def addressee(org: str, via: str, role: str, *, person: str = "", team: str = "") -> dict[str, str]:
    """One who is told. `via`: own_worker, provider, team, lead or operations; `person_ref` empty: all of that role."""
    return {"org": org, "person_ref": person, "role": role, "team": team, "via": via}


@dataclass(frozen=True, slots=True)
class Told:
    """Who is responsible from an instant until an instant (None: from then on), and who gets a copy."""

    since: datetime
    until: datetime | None
    to: dict[str, str]
    copies: Sequence[dict[str, str]]


def spans(
    state: State, audience: Audience, provider: str, roles: Sequence[str], since: datetime, agreed: Sequence[Fact]
) -> Iterator[Told]:
    """The responsible from `since` on, a span for each time that it changes; never nobody.

    `provider` is who runs the placement (business id), or nothing.
    """
    people, first = state.people, day_of(since)
    starts = [since, *(midnight(d) for d in sorted({d for d in people.changes() if d > first}))]
    told: list[Told] = []
    for start in starts:
        day = day_of(start)
        to = _first(state, audience, provider, day, agreed)
        copies = _copies(people, roles, day, to)
        if told and (told[-1].to, told[-1].copies) == (to, copies):
            continue
        if told:
            told[-1] = Told(told[-1].since, start, told[-1].to, told[-1].copies)
        told.append(Told(start, None, to, copies))
    yield from told


def _first(state: State, audience: Audience, provider: str, day: date, agreed: Sequence[Fact]) -> dict[str, str]:
    if audience == "provider":
        manager = state.people.worker("provider_client_manager", day)
        person = manager.ref if manager and manager.org == provider else ""
        if provider:
            return addressee(provider, "provider", "provider_client_manager", person=person)
        return operations(state)
    own = state.people.worker(OWN_WORKER, day) if audience == "worker" else None
    if own is not None:
        return addressee(own.org, OWN_WORKER, INSTRUCTOR, person=own.ref)
    return team(state, day, agreed, lead=audience == "lead")


def team(state: State, day: date, agreed: Sequence[Fact], *, lead: bool = False) -> dict[str, str]:
    """The team of her municipality: as agreed for the area, else of whoever does social work with her."""
    municipality = state.people.municipality(day)
    org = _agreed_org(municipality, day, agreed) or state.people.social_org
    if not org and not municipality:
        return operations(state)
    via, role = ("lead", LEAD) if lead else ("team", INSTRUCTOR)
    return addressee(org, via, role, team=municipality)


def operations(state: State) -> dict[str, str]:
    """The last who hear, so that nothing is dropped."""
    return addressee(state.operator, "operations", "ops")


def _agreed_org(municipality: str, day: date, agreed: Sequence[Fact]) -> str:
    """Who clears up absences there, else who leads anything there as social work; the newest agreement counts."""
    found = {True: "", False: ""}
    for fact in agreed:
        data: Any = fact.data
        valid = data.valid_from <= day and (data.valid_to is None or day <= data.valid_to)
        clarifying = data.task_kind == CLARIFYING
        if valid and data.area == municipality and (clarifying or data.lead_role in SOCIAL_ROLES):
            found[clarifying] = data.lead_org or fact.org
    return found[True] or found[False]


def _copies(people: People, roles: Sequence[str], day: date, to: dict[str, str]) -> list[dict[str, str]]:
    found = []
    for role in roles:
        worker = people.worker(role, day)
        if worker is not None and (worker.org, worker.ref) != (to["org"], to["person_ref"]):
            found.append(addressee(worker.org, "copy", role, person=worker.ref))
    return found
