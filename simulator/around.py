"""What else is told of clients while they are at a site: their situation, what they permit, support, travel, moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from random import Random

from simulator.life import AFTERNOON, Life, Placement
from simulator.paths import Path
from simulator.region import Org
from simulator.setting import working_day
from simulator.statement import at, written

SITUATIONS = (
    *("long_term_unemployed", "partially_able_to_work", "deficient_education"),
    *("interrupted_education", "no_education", "vulnerable_position"),
)
SCHOOLING = ("no_education", "interrupted_education", "deficient_education", "card_training", "language")
MEANS = (("public_transport", "cheapest_means"), ("own_car", "no_public_transport"), ("taxi", "health"))
FOUR_WEEKS, CENTS_A_DAY = timedelta(days=27), (420, 640, 1150)


class Client:
    """Somebody at a site, from her first day to her last within the play, with chance of her own for all this."""

    def __init__(self, path: Path, place: Placement) -> None:
        self.life: Life = path.life
        self.place = place
        self.random: Random = path.life.setting.random("around", path.life.number)
        self.first, self.last = max(path.first, path.life.setting.start), path.last

    @property
    def county(self) -> Org:
        """Who organises the service."""
        return self.life.county

    def day(self, most: int = 60) -> date:
        """Some working day of hers, soon after her first one."""
        return working_day(self.first + timedelta(days=self.random.randrange(most)))

    def say(self, org: Org, name: str, on: date, data: Mapping[str, object]) -> None:
        """It is told while she is there."""
        if on <= self.last:
            self.life.say(org, name, on, data, part=AFTERNOON)

    def giver(self, *types: str) -> Org:
        """An organisation of these types; the organiser when there is none."""
        return next(iter(self.life.setting.region.having(self.life.setting.start, types)), self.county)


def _situation(client: Client) -> None:
    seen = client.random.sample(SITUATIONS, client.random.randrange(1, 4))
    if client.life.number % 11 == 0:
        seen.append("debts_in_enforcement")
    client.say(client.county, "client.characteristics_recorded", client.day(), {"characteristics": seen})


def _schooling(client: Client) -> None:
    client.say(client.county, "education_need.recorded", client.day(), {"codes": [client.random.choice(SCHOOLING)]})


def _support(client: Client) -> None:
    kind = client.random.choice(("individual_coaching", "individual_coaching", "social_guidance", "support_person"))
    by = client.giver("association") if kind == "individual_coaching" else client.county
    phase = client.random.choice(("entry", "during", "during", "transition"))
    client.say(by, "support.assigned", client.day(), {"type": kind, "phase": phase, "org": by.id})


def _permit(client: Client) -> None:
    scope = {"scope": ["plan", "placement"], "recipients": [client.place.host.id]}
    client.say(
        client.county, "disclosure_permit.given", client.day(20), {"permit_id": client.life.id("permit"), **scope}
    )


def _prohibition(client: Client) -> None:
    to = client.giver("educational_institution")
    scope = {"permit_id": client.life.id("prohibition"), "scope": ["health", "situation"], "recipients": [to.id]}
    client.say(client.county, "disclosure_permit.prohibited", client.day(20), scope)


def _consent(client: Client) -> None:
    to = client.giver("ohjaamo", "educational_institution")
    on = client.day(20)
    scope = {"permit_id": client.life.id("consent"), "scope": ["attendance"], "recipients": [to.id]}
    client.say(client.county, "consent.given", on, scope)
    if client.random.random() < 0.2:
        client.say(client.county, "consent.withdrawn", working_day(on + timedelta(days=35)), scope)


def _travel(client: Client) -> None:
    """Decided for four weeks at a time, four times a year."""
    means, basis = client.random.choice(MEANS)
    cents = client.random.choice(CENTS_A_DAY)
    on = client.day(30)
    while on + FOUR_WEEKS <= client.last:
        days = len(client.place.scheduled(on, on + FOUR_WEEKS))
        period = {"period_from": on.isoformat(), "period_to": (on + FOUR_WEEKS).isoformat()}
        decided = {"means": means, "basis": basis, "cents": days * cents, **period}
        client.say(client.county, "travel_compensation.decided", on, decided)
        on = working_day(on + timedelta(days=91))


def _barrier(client: Client) -> None:
    kind = client.random.choice(("distance", "queue", "not_offered"))
    far = {"km": client.random.randrange(35, 90)} if kind == "distance" else {}
    client.say(
        client.county, "access_barrier.reported", client.day(), {"service_type": "job_coaching", "type": kind, **far}
    )


def _asks_to_be_called(client: Client) -> None:
    about = {"placement_id": client.place.id, "code": client.random.choice(("many", "pattern", "worry"))}
    client.say(client.place.host, "supervisor.contact_requested", client.day(120), about)


def _appointment(client: Client) -> None:
    """The employment authority asks her to come, on a day on which she is not at her site."""
    booked = client.day(200)
    free = (booked + timedelta(days=n) for n in range(14, 28))
    on = next((d for d in free if d.weekday() < 5 and d.weekday() not in client.place.weekdays), None)
    if on is not None:
        officer = client.life.setting.employment(client.life.municipality, booked)
        when = {"starts_at": written(at(on, 13 * 60)), "minutes": 45, "service_type": "employment_services"}
        client.say(officer, "appointment.booked", booked, {"appointment_id": client.life.id("appointment"), **when})


def _paper(client: Client) -> None:
    on = client.day()
    paper = {"document_id": client.life.id("paper"), "document_type": "official_decision", "system": "local"}
    issued = {"reference": f"decision-{client.life.number}", "issued_on": on.isoformat()}
    client.say(client.county, "document.noted", on, {**paper, **issued})


def _step(client: Client) -> None:
    """She has gone the first step of the county's path: work activity at the site where she may go on."""
    data = {"template_id": client.life.setting.id("path"), "step": "ktt", "site_id": client.place.site.id}
    client.say(client.county, "path.step_completed", working_day(client.last - timedelta(days=7)), data)


def _moves(client: Client) -> None:
    others = [m for m in client.life.setting.region.localities if m != client.life.municipality]
    on = client.day(120)
    if others:
        to = client.random.choice(others)
        moved = {"from": client.life.municipality, "to": to, "on": on.isoformat()}
        client.say(client.county, "client.moved_municipality", on, moved)


SHARES: Sequence[tuple[Callable[[Client], None], int]] = (
    (_situation, 60),
    (_schooling, 22),
    (_support, 30),
    (_permit, 35),
    (_prohibition, 5),
    (_consent, 25),
    (_travel, 45),
    (_barrier, 8),
    (_asks_to_be_called, 6),
    (_appointment, 14),
    (_paper, 18),
    (_step, 15),
    (_moves, 3),
)
"""What is told of how many in a hundred who are at a site."""


def around(path: Path) -> None:
    """Tell it, once everything else about her is decided."""
    if path.place is None:
        return
    client = Client(path, path.place)
    for tell, share in SHARES:
        if client.random.random() * 100 < share:
            tell(client)
