"""One person's life line: who she is, and everything that is said about her, in words of the trade."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from uuid import uuid5

from simulator.proportions import DAYS_A_WEEK
from simulator.region import Org, Site, Worker
from simulator.setting import NAMESPACE, Setting, weighted
from simulator.statement import ALONE, IN_BATCH, ON_TOPIC, Data, Statement, at

SERVICE = "rehab_work_activity"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OPENING = 8 * 60
MORNING, AFTERNOON = (8 * 60, 11 * 60), (11 * 60, 14 * 60 + 30)


@dataclass
class Life:
    """`number` names the person in the story; ids of hers are the same in each play of the same seed."""

    setting: Setting
    number: int
    code: str
    born: date
    municipality: str
    random: Random = field(init=False)
    said: list[Statement] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = self.setting.random("person", self.number)

    def id(self, *what: object) -> str:
        """An id of something of hers."""
        return str(uuid5(NAMESPACE, "|".join(map(str, (self.setting.seed, self.setting.start, self.number, *what)))))

    def chance(self, percent: float) -> bool:
        """Whether something happens that happens to so many in a hundred."""
        return self.random.random() * 100 < percent

    @property
    def county(self) -> Org:
        """Who organises the service for her."""
        return self.setting.region.county

    @property
    def own_worker(self) -> Worker | None:
        """The social instructor who is her own worker: the same one whenever asked."""
        found = self.county.workers("social_instructor", self.municipality)
        return found[self.number % len(found)] if found else None

    def say(
        self,
        org: Org,
        name: str,
        on: date,
        data: Data,
        *,
        part: tuple[int, int] = MORNING,
        sent: date | None = None,
        system: int = 0,
        batch: bool = False,
        wave: int = 1,
        corrects: str | None = None,
        recorded: datetime | None = None,
        version: int = 1,
    ) -> Statement:
        """State a fact of a day; what happened before the play is sent on its first day, in batches."""
        sent = max(sent or on, self.setting.start)
        batch = batch or on < self.setting.start
        statement = Statement(
            org=org.id,
            source=org.source(system),
            name=name,
            person=self.number,
            id=self.id(name, on, len(self.said)),
            time=at(on, self.random.randrange(*part)),
            sent=sent,
            data=data,
            recorded=recorded,
            corrects=corrects,
            way=ON_TOPIC if org.topic else IN_BATCH if batch else ALONE,
            wave=wave,
            version=version,
        )
        self.said.append(statement)
        return statement


@dataclass(slots=True)
class Placement:
    """A placement as agreed: where, from when to when, on which weekdays (0 is Monday), how long a day; how many
    kilometres away when that was written down.
    """

    id: str
    episode: str
    host: Org
    site: Site
    start_on: date
    end_on: date
    weekdays: tuple[int, ...]
    minutes: int
    period: int = 1
    distance: int = 0

    def scheduled(self, first: date, last: date) -> list[date]:
        """Scheduled days from a day to a day, both inclusive, within the placement."""
        first, last = max(first, self.start_on), min(last, self.end_on)
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return [d for d in days if d.weekday() in self.weekdays]


def placement(life: Life, start_on: date, end_on: date, days_per_week: int = 0) -> Placement:
    """A placement near her home, with one to four days a week unless told."""
    random = life.random
    host, site = life.setting.host_near(life.municipality, random)
    count = days_per_week or weighted(random, DAYS_A_WEEK)
    weekdays = tuple(sorted(random.sample(range(5), count)))
    minutes = random.choice((240, 300, 300, 360, 420))
    return Placement(
        life.id("placement", start_on), life.id("episode"), host, site, start_on, end_on, weekdays, minutes
    )


def start_placement(life: Life, place: Placement, *, agreed: date, confirmed: bool = True) -> None:
    """The organiser agrees it, the site says that it has begun."""
    agreement: dict[str, object] = {
        "placement_id": place.id,
        "episode_id": place.episode,
        "period_no": 1,
        "site_id": place.site.id,
        "start_on": place.start_on.isoformat(),
        "end_on": place.end_on.isoformat(),
        "agreement_ref": f"agreement-{place.id[:8]}",
        "provider_org": place.host.id,
    }
    if place.distance:
        agreement["distance_km"] = place.distance
    life.say(life.county, "placement.agreed", agreed, agreement, version=2 if place.distance else 1)
    life.say(life.county, "placement.terms_changed", agreed, terms(place), part=AFTERNOON)
    for step in ("placement.insurance_confirmed", "placement.shop_steward_informed"):
        life.say(life.county, step, agreed, {"placement_id": place.id, "on": agreed.isoformat()}, part=AFTERNOON)
    if confirmed:
        started = {"placement_id": place.id, "started_on": place.start_on.isoformat()}
        life.say(place.host, "placement.started", place.start_on, started)
    manager = place.host.workers("provider_client_manager", life.municipality)
    if manager:
        assigned(life, place.host, "provider_client_manager", manager[0], place.start_on)


def terms(place: Placement) -> Data:
    """The weekdays and hours of a placement."""
    return {
        "placement_id": place.id,
        "days_per_week": len(place.weekdays),
        "weekdays": [WEEKDAYS[d] for d in place.weekdays],
        "minutes_per_day": place.minutes,
        "from": place.start_on.isoformat(),
    }


def assigned(life: Life, org: Org, role: str, worker: Worker, day: date) -> None:
    """Somebody takes on a role for her."""
    data: dict[str, object] = {"role_code": role, "person_ref": worker.ref, "from": day.isoformat()}
    if role == "own_worker":
        data["qualification_class"] = "social_welfare_professional"
    life.say(org, "caseworker.assigned", day, data, part=AFTERNOON)


def registered(life: Life, day: date) -> None:
    """The organiser opens her client record and names her own worker."""
    data = {
        "home_municipality": life.municipality,
        "age_band": "u25" if (day - life.born).days < 25 * 365.25 else "25plus",
        "language": life.random.choices(("fi", "sv", "other"), (93, 3, 4))[0],
        "birth_year": life.born.year,
    }
    life.say(life.county, "client.registered", day, data)
    if life.own_worker is not None:
        assigned(life, life.county, "own_worker", life.own_worker, day)
