"""A small region and deliveries in memory, for tests of who is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from kernel.disclosure import Grant, Policy
from kernel.organisations import Organisations
from kernel.settings import Settings
from services.notifications.delivery import Message, Notice, Outcome, Planned

COUNTY, WORKSHOP, OPERATOR, SCHOOL = "1234567-1", "2345678-0", "5678901-2", "4567890-7"
NOW = datetime(2026, 3, 4, 8, tzinfo=UTC)
ALERT = UUID("aaaaaaaa-0000-4000-8000-000000000001")
SUBJECT = UUID("bbbbbbbb-0000-4000-8000-000000000001")


def settings(**more: object) -> Settings:
    given = {
        "profile": "development",
        "database": "127.0.0.1:1/polku",
        "secrets": Path("secrets"),
        "kms": Path("kms"),
        "issuer": Path("issuer"),
        "smtp": "127.0.0.1:1",
        "mail_from": "polku@region.example",
        "public_url": "https://polku.example/",
    }
    return Settings.model_validate({**given, **more})


def region() -> Organisations:
    def organisation(id_: str, code: str, **more: object) -> dict[str, object]:
        return {"id": id_, "name": code, "types": [{"code": code}], "systems": ["s"], **more}

    def person(ref: str, role: str, team: str = "") -> dict[str, object]:
        return {"ref": ref, "name": ref.title(), "roles": [role], "email": f"{ref}@region.example", "team": team}

    county_people = [
        person("anna", "social_instructor", "743"),
        person("bo", "social_instructor", "145"),
        person("lea", "team_lead", "743"),
    ]
    return Organisations.model_validate(
        {
            "operator": OPERATOR,
            "organiser": COUNTY,
            "region": {"code": "14"},
            "organisation": [
                organisation(COUNTY, "wellbeing_county", municipalities=["743", "145"], person=county_people),
                organisation(WORKSHOP, "workshop", contact_email="office@workshop.example"),
                organisation(OPERATOR, "operator", person=[person("olli", "ops")]),
                organisation(SCHOOL, "educational_institution", contact_email="school@region.example"),
            ],
        }
    )


def policy() -> Policy:
    types = frozenset({"wellbeing_county", "workshop"})
    return Policy([Grant(org_types=types, data_classes=frozenset({"operational"}), ground="L703-9")])


def to(org: str = COUNTY, via: str = "own_worker", person: str = "", role: str = "", team: str = "") -> dict[str, str]:
    return {"org": org, "person_ref": person, "role": role, "team": team, "via": via}


def notice(*entries: tuple[str, dict[str, str]], status: str = "open") -> Notice:
    told = tuple({"name": f"{k}/{n}", "kind": k, "to": t} for n, (k, t) in enumerate(entries, 1))
    return Notice(ALERT, SUBJECT, status, "absence", told, frozenset(), frozenset(), NOW)


@dataclass
class MemoryDeliveries:
    """Keeps deliveries as the database does: a name once, numbered as written; nothing is due twice at once."""

    alerts: list[Notice] = field(default_factory=list)
    written: dict[tuple[UUID, str, str, str], Planned] = field(default_factory=dict)
    state: dict[tuple[UUID, str, str, str], tuple[Outcome, str, int, timedelta | None]] = field(default_factory=dict)

    async def undispatched(self, limit: int) -> list[Notice]:
        found = []
        for alert in self.alerts:
            known = frozenset((r, c, k) for _, r, c, k in self.written)
            if not any(c == "inbox" and k == alert.notices[-1]["name"] for _, c, k in known):
                found.append(replace(alert, known=known))
        return found[:limit]

    async def write(self, planned: Sequence[Planned]) -> list[Planned]:
        new = []
        for one in planned:
            key = _key(one.message)
            if key not in self.written:
                self.written[key] = one
                self.state[key] = ("delivered" if one.at_once else "sending", "", 0, None)
                new.append(one)
        return new

    async def take(self, limit: int) -> list[Message]:
        due = []
        for number, (key, (outcome, error, attempts, wait)) in enumerate(list(self.state.items()), 1):
            if outcome in ("sending", "temporary-failure"):
                self.state[key] = (outcome, error, attempts + 1, wait)
                due.append(replace(self.written[key].message, number=number, attempts=attempts + 1))
        return due[:limit]

    async def done(self, message: Message, outcome: Outcome, error: str, wait: timedelta | None) -> None:
        self.state[_key(message)] = (outcome, error, message.attempts, wait)


def _key(message: Message) -> tuple[UUID, str, str, str]:
    return (message.alert, message.recipient.key, message.channel, message.kind)
