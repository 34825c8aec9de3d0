"""One person's facts in memory and a reaction to them by the real rules, views and decisions of notifications."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from kernel.conclude import Difference, evaluate, remember
from kernel.decide import Actor, Decision
from kernel.discover import units
from kernel.facts import PREFIX, Conclusion, Event, Fact, name_of
from kernel.params import Reference
from kernel.person import Person, Units
from kernel.react_person import guarded
from kernel.reasons import Reasons
from kernel.rules import Rule
from kernel.views import Row, View
from schemas.caseworkers.assigned_v1 import CaseworkerAssigned
from schemas.clients.registered_v1 import ClientRegistered
from services.notifications.decisions import acknowledge, claim, clarify, close, hand_over, reopen, snooze
from services.notifications.state import State, fold

COUNTY, WORKSHOP, EMPLOYMENT, OPERATOR = "9000003-8", "9000012-6", "9000004-6", "9000001-1"
SUBJECT = "0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7aff"
PLACEMENT = "0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a05"
ANNA = Actor(COUNTY, "anna", frozenset({"social_instructor"}))
BO = Actor(COUNTY, "bo", frozenset({"social_instructor"}))
SITE = Actor(WORKSHOP, "sami", frozenset({"workshop_supervisor"}))

ABSENCE = ("R-ABS-1", "absence.threshold_exceeded")
NO_SHOW = ("R-ABS-2", "absence.threshold_exceeded")
LONG = ("R-ABS-4", "absence.long")
MEETING = ("R-REV-2", "contact.due")
REVIEW = ("R-REV-1", "review.due")
SILENCE = ("R-ABS-8", "attendance.report_overdue")
DOUBLE = ("D01", "duplicate_work.detected")

DECISIONS: Mapping[str, Decision[Any]] = {
    "claim": claim.decision,
    "acknowledge": acknowledge.decision,
    "hand_over": hand_over.decision,
    "snooze": snooze.decision,
    "clarify": clarify.decision,
    "close": close.decision,
    "reopen": reopen.decision,
}


def at(day: int, hour: int = 10, month: int = 3) -> datetime:
    """An instant in 2026; March 2 is a Monday."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


class Story:
    """Facts are told one by one; after each the processor reacts, as it does behind the journal."""

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now or at(2)
        self.facts: list[Fact] = []
        self.reference: list[Fact] = []
        self.organiser = COUNTY
        self.units = Units.of(
            "notifications",
            fold,
            units("services.notifications.rules", Rule),
            units("services.notifications.views", View),
        )
        self._m: dict[tuple[str, str], int] = {}

    def add(self, fact: Fact) -> Fact:
        """One more fact in the journal."""
        self.facts.append(fact)
        self.react()
        return fact

    def fact(self, name: str, data: Any, source: str, org_type: str = "", own: bool = False, id_: str = "") -> Fact:
        return Fact(
            lane=1,
            seq=len(self.facts) + 1,
            subject=SUBJECT,
            source=source,
            id=id_ or str(uuid4()),
            type=f"{PREFIX}{name}.v1",
            time=self.now + timedelta(microseconds=0 if own else len(self.facts)),
            recorded=self.now,
            data=data,
            org_type=org_type,
            own=own,
        )

    def stated(self, event: Event, org: str = COUNTY, org_type: str = "wellbeing_county") -> Fact:
        """A partner states something."""
        return self.add(self.fact(event.meta.name, event, f"urn:polku:{org}:s", org_type))

    def own_worker(self, ref: str = "anna", first: date = date(2025, 1, 1), last: date | None = None) -> None:
        self.stated(
            CaseworkerAssigned.model_validate({"role_code": "own_worker", "person_ref": ref, "from": first, "to": last})
        )

    def living_in(self, municipality: str = "743") -> None:
        self.stated(
            ClientRegistered(home_municipality=municipality, age_band="25plus", language="fi", birth_year=1980),
            EMPLOYMENT,
            "employment_authority",
        )

    def raised(self, what: tuple[str, str], key: str = "k", since: datetime | None = None, **facts: Any) -> Fact:
        """Another processor raises something."""
        rule, name = what
        m = self._m[rule, key] = self._m.get((rule, key), 0) + 1
        said = Conclusion(rule=rule, rule_version=1, key=key, m=m, since=since or self.now, facts=facts)
        return self.add(self._concluded(name, said))

    def changed(self, raised: Fact, **facts: Any) -> None:
        said = raised.data.model_copy(update={"facts": {**raised.data.facts, **facts}, "raised": raised.id, "m": 90})
        self.add(self._concluded("finding.changed", said))

    def withdrawn(self, raised: Fact, reason: str = "corrected") -> None:
        said = raised.data.model_copy(update={"raised": raised.id, "reason": reason, "m": 91})
        self.add(self._concluded("finding.withdrawn", said))

    def _concluded(self, name: str, said: Conclusion, id_: str = "") -> Fact:
        return self.fact(name, said, f"urn:polku:{OPERATOR}:polku-placements", own=True, id_=id_)

    def react(self) -> None:
        """Until nothing more follows; more than ten rounds would be a circle."""
        for _ in range(10):
            person = self.person()
            seen = evaluate(self.units.rules, person.state, Reference(self.reference, 0, self.organiser), (), self.now)
            memory = remember(self.facts, self.units.by_id)
            reasons = Reasons(self.units, person, Reference(self.reference, 0, self.organiser), self.now, guarded)
            difference = Difference("notifications", OPERATOR, SUBJECT, self.now, "", why=reasons.why)
            new = difference.facts(self.units.by_id, seen, memory)
            if not new:
                return
            for one in new:
                said = Conclusion.model_validate_json(one.data)
                self.facts.append(self._concluded(name_of(one.type), said, one.id))
        raise AssertionError("the rules never come to rest")

    def until(self, instant: datetime) -> None:
        """Let time pass, wake-up by wake-up."""
        while True:
            seen = evaluate(
                self.units.rules, self.person().state, Reference(self.reference, 0, self.organiser), (), self.now
            )
            if seen.next is None or seen.next > instant:
                break
            self.now = seen.next
            self.react()
        self.now = instant
        self.react()

    def does(self, actor: Actor, what: str, alert: Row | None = None, **command: Any) -> list[str]:
        """A person acts on the newest alert, or on a row that she has seen; answers the names of what was stated."""
        decision = DECISIONS[what]
        row = alert or self.alert
        given = decision.command.model_validate({"alert_id": row["alert_id"], "version": row["version"], **command})
        events = decision.decide(self.state, given, actor, self.now)
        for event in events:
            self.add(self.fact(event.meta.name, event, f"urn:polku:{OPERATOR}:polku-door", own=True))
        return [e.meta.name for e in events]

    def closes(self, actor: Actor, alert: Row | None = None, reason: str = "sorted") -> list[str]:
        """She closes what the row shows."""
        row = alert or self.alert
        return self.does(actor, "close", row, reason=reason, closes=row["raises"])

    def person(self) -> Person:
        return Person(self.units, self.facts)

    @property
    def state(self) -> State:
        state: State = self.person().state
        return state

    def rows(self, view: str = "absence_alerts") -> list[Row]:
        return list(self.person().rows[view])

    @property
    def alert(self) -> Row:
        """The newest alert."""
        return self.rows()[-1]

    @property
    def open(self) -> list[Row]:
        return [r for r in self.rows() if r["status"] in ("open", "claimed", "waiting")]

    @property
    def said(self) -> list[str]:
        """Names of what the alert and escalation rules have concluded."""
        return [
            f.name if f.name.startswith("alert.") else f"{f.name}:{f.data.rule}"
            for f in self.facts
            if f.own and isinstance(f.data, Conclusion) and f.data.rule in self.units.by_id
        ]


def alert_id(row: Row) -> UUID:
    found: UUID = row["alert_id"]
    return found
