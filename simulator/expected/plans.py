"""Plans as they were begun, signed, gone through and ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from simulator.expected.calendar import DAY, begins
from simulator.expected.heard import Heard, day, said_on
from simulator.statement import Statement

ACTIVATION, MULTISECTOR = "activation_plan", "multisector_employment_plan"
SHARED = (ACTIVATION, MULTISECTOR)
"""Plans in which employment services and social work both have a part."""
OVER = {"plan.ended": "ended_on", "plan.interrupted": "interrupted_on", "plan.superseded": "superseded_on"}
KINDS = (
    *("plan.preparation_started", "plan.signed", "plan.reviewed", "plan.renewed", *OVER),
    *("plan.participant_invited", "plan.participant_attended", "plan.participant_declined"),
)


@dataclass
class Plan:
    """One plan with everything that was said of it, oldest first."""

    id: str
    said: Sequence[Statement]

    def _named(self, *names: str) -> list[Statement]:
        return [s for s in self.said if s.name in names]

    @cached_property
    def kind(self) -> object:
        """Which kind of plan it is, by the newest word."""
        return next((s.data["plan_type"] for s in reversed(self.said) if s.data.get("plan_type")), None)

    @cached_property
    def started(self) -> Statement | None:
        """The word by which its preparation began."""
        return next(iter(self._named("plan.preparation_started")), None)

    @cached_property
    def signed(self) -> Statement | None:
        """The last signing."""
        found = self._named("plan.signed")
        return found[-1] if found else None

    @cached_property
    def opened(self) -> datetime | None:
        """When anybody began to work on it."""
        return min((s.time for s in (self.started, self.signed) if s), default=None)

    @cached_property
    def begun_by(self) -> Statement | None:
        """Whoever spoke first of making it."""
        return next(iter(self._named("plan.preparation_started", "plan.signed")), None)

    @cached_property
    def last_on(self) -> date | None:
        """The day on which it was last signed or gone through."""
        days = [signed_on(s) for s in self._named("plan.signed")]
        days += [day(s.data["reviewed_on"]) for s in self._named("plan.reviewed", "plan.renewed")]
        return max(days, default=None)

    @cached_property
    def over_on(self) -> date | None:
        """The day of its end, by the newest word; what is signed anew has none."""
        end: date | None = None
        for said in self.said:
            if said.name in OVER:
                end = day(said.data[OVER[said.name]])
            elif said.name == "plan.signed":
                end = None
            elif said.name == "plan.renewed" and said.data.get("successor") not in (None, self.id):
                end = day(said.data["reviewed_on"])
        return end

    @cached_property
    def over(self) -> datetime | None:
        """The first instant after its end; another plan takes its place on the day itself."""
        ends: datetime | None = None
        for said in self.said:
            if said.name in OVER:
                last = day(said.data[OVER[said.name]])
                ends = begins(last if said.name == "plan.superseded" else last + DAY)
            elif said.name == "plan.signed":
                ends = None
        return ends

    @cached_property
    def with_activity(self) -> bool:
        """Whether the newest signing holds work activity."""
        return self.signed is not None and bool(self.signed.data.get("includes_ktt"))

    @cached_property
    def needs_social_work(self) -> bool:
        """Whether social work has a part in it."""
        return self.kind in SHARED or (self.kind is None and self.with_activity)

    def roles(self, *names: str) -> set[str]:
        """Roles at the table in these statements."""
        found: set[str] = set()
        for said in self._named(*names):
            for people in (said.data.get("signed_by"), said.data.get("participants")):
                listed = people if isinstance(people, list | tuple) else ()
                found |= {str(p["role"]) for p in listed if isinstance(p, Mapping)}
            if said.name == "plan.participant_attended":
                found.add(str(said.data["role_code"]))
        return found


def plans(heard: Heard) -> list[Plan]:
    """All of hers."""
    known = heard.worked_out.get("plans")
    if not isinstance(known, list):
        known = heard.worked_out["plans"] = _plans(heard)
    return known


def _plans(heard: Heard) -> list[Plan]:
    found: dict[str, list[Statement]] = {}
    for said in heard.of(*KINDS):
        found.setdefault(str(said.data["plan_id"]), []).append(said)
    return [Plan(id_, said) for id_, said in found.items()]


def signed_on(said: Statement) -> date:
    """The day on which the last one signed."""
    signers = said.data.get("signed_by")
    listed = signers if isinstance(signers, list | tuple) else ()
    return max((day(s["on"]) for s in listed if s.get("on")), default=said_on(said))
