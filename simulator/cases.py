"""Cases that a play plants on purpose: one person each, one thing done twice or only looking like it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from simulator.life import AFTERNOON, MORNING, Life, registered
from simulator.region import Org
from simulator.setting import working_day
from simulator.statement import Data, Statement

FOLLOWS = 56
"""Days that a case takes until all of it has been told, and found."""
SOCIAL = ("joint_municipal_authority", "joint_municipal_enterprise", "municipality", "adult_social_work")
TEAMS = ("multisector_model", "typ")
PROVIDERS = ("association", "workshop", "foundation", "provider")


@dataclass(frozen=True, slots=True)
class Case:
    """One planted case: `kind` is D01 … D18, or the name of a legitimate pair; `found`: work really is done twice.

    `begins` is the day on which the second of the two things is said; `what` is a sentence for people.
    """

    kind: str
    person: int
    begins: date
    found: bool
    what: str


class Stage:
    """A client with an own worker and nothing else, and the organisations around her on the day."""

    def __init__(self, life: Life, first: int) -> None:
        self.life, self._first = life, first
        registered(life, life.setting.day(-40))

    def day(self, number: int) -> date:
        """A working day of the case: 0 is its first."""
        return working_day(self.life.setting.day(self._first + number))

    @property
    def officer(self) -> Org:
        """Who carries the employment services' duty for her."""
        return self.life.setting.employment(self.life.municipality, self.day(0))

    @property
    def county(self) -> Org:
        """Who organises the service for her."""
        return self.life.county

    def other(self, types: Sequence[str], *but: Org) -> Org | None:
        """Some organisation of these types that is none of the others."""
        found = self.life.setting.region.having(self.life.setting.start, types)
        return next((o for o in found if o not in but and o is not self.county), None)

    @property
    def team(self) -> Org | None:
        """The multi-sector team."""
        return self.other(TEAMS)

    @property
    def provider(self) -> Org | None:
        """A provider that runs no case of its own."""
        return self.other(PROVIDERS)

    def id(self, *what: object) -> str:
        """An id of something in the case."""
        return self.life.id("case", *what)

    def say(self, org: Org, name: str, on: date, data: Data, *, late: bool = False) -> Statement:
        """Somebody states something, in the morning or after noon; who is no longer there is followed by another."""
        setting = self.life.setting
        by = org if org.types_at(setting.spoken(on)) else setting.employment(self.life.municipality, on)
        return self.life.say(by, name, on, data, part=AFTERNOON if late else MORNING)

    def people(self, *orgs: tuple[str, Org], on: date | None = None) -> list[dict[str, str]]:
        """The client and some workers at one table; `on`: the day on which each signed."""
        signed = {"on": on.isoformat()} if on else {}
        return [{"role": "client", **signed}, *({"role": role, "org": org.id, **signed} for role, org in orgs)]

    def all_parties(self, on: date | None = None) -> list[dict[str, str]]:
        """Everybody who must be there."""
        return self.people(("employment_officer", self.officer), ("social_instructor", self.county), on=on)

    def begin_plan(self, org: Org, kind: str, plan: str, on: date, **more: object) -> None:
        """A plan's preparation begins, and the social instructor is called to it the same day."""
        roles = ["client", "employment_officer", "social_instructor"]
        data = {"plan_id": plan, "plan_type": kind, "lead_org": org.id, "required_roles": roles, **more}
        self.say(org, "plan.preparation_started", on, data)
        if kind != "employment_plan" and org is not self.county:
            invited = {"plan_id": plan, "role_code": "social_instructor", "org": self.county.id}
            self.say(org, "plan.participant_invited", on, invited, late=True)

    def sign_plan(self, org: Org, kind: str, plan: str, on: date, **more: object) -> None:
        """A plan is signed by everybody who must."""
        data = {"plan_id": plan, "plan_type": kind, "signed_by": self.all_parties(on), "includes_ktt": False, **more}
        self.say(org, "plan.signed", on, data)


Plant = Callable[[Stage], bool]
"""Plants a case; False when the region lacks somebody it needs."""


@dataclass(frozen=True, slots=True)
class Planter:
    """What can be planted: its kind, whether it is double work, what it is, and the day (of the case) that decides."""

    kind: str
    found: bool
    what: str
    decides: int
    plant: Plant


def plant(planters: Sequence[Planter], lives: Sequence[Life], first: int) -> list[Case]:
    """One case for each life, kinds taking turns: the first of each begins on a day of the play, the others whole weeks
    later, as long as there is time for what follows.
    """
    cases = []
    rounds = max(1, len(lives) // len(planters))
    weeks = max(rounds, (lives[0].setting.days - first - FOLLOWS) // 7) if lives else 0
    for n, life in enumerate(lives):
        chosen = planters[n % len(planters)]
        stage = Stage(life, first + 7 * (weeks * (n // len(planters)) // max(1, rounds - 1)))
        if chosen.plant(stage):
            begins = stage.day(chosen.decides)
            if begins + timedelta(days=1) < life.setting.end:
                cases.append(Case(chosen.kind, life.number, begins, chosen.found, chosen.what))
    return cases
