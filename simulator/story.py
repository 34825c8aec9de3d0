"""The whole play, planned before anything is said: who is who, and what each partner will state on which day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from simulator import (
    again,
    cases_due,
    cases_plans,
    cases_rules,
    cases_services,
    cases_turns,
    doubles,
    endings,
    handovers,
    mistakes,
    paths,
    troubles,
)
from simulator.around import around
from simulator.attendance import attend, tell_kela
from simulator.benefits import benefits
from simulator.beside import beside
from simulator.book import Book
from simulator.cases import plant
from simulator.identity import codes
from simulator.life import Life
from simulator.offers import offers
from simulator.openings import closed_site, openings
from simulator.paths import Path
from simulator.planted import Planted
from simulator.proportions import LOCALITIES
from simulator.region import Region
from simulator.setting import Setting, weighted
from simulator.statement import Statement

QUEUE = (("running", 62), ("ending", 14), ("coming", 15), ("waiting", 9))
"""Of a hundred clients: long in the service, near the end of a period, coming in, only referred."""
YEAR = 252
"""Days of history of the one who comes near the cap: four a week make 144."""
LONG, MOST, STAYING = 120, 300, 60
"""Days of a play in which the periods of all end, the last day on which they do; of a hundred so many stay on."""
SEVERAL, FOR_ONE_MORE = 3, 25
"""Cases of each kind in a play that is no trial, and clients in each locality for which there is one more."""
FIRST_CASE = 3
"""The day of the play on which the first case of each kind begins."""
PLANTERS = (
    *cases_plans.PLANTERS,
    *cases_services.PLANTERS,
    *cases_rules.PLANTERS,
    *cases_due.PLANTERS,
    *cases_turns.PLANTERS,
)


@dataclass(frozen=True)
class Story:
    """Statements in the order in which they are sent, the persons' identity codes, and what was planted."""

    setting: Setting
    codes: Sequence[str]
    municipalities: Sequence[str]
    statements: Book
    planted: Planted

    def on(self, day: date) -> list[list[Statement]]:
        """What is sent on a day, wave by wave."""
        return self.statements.waves(day)


def tell(region: Region, seed: int, start: date, weeks: int, clients: int) -> Story:
    """Plan a play of some weeks from a day on, with so many clients in each locality: same seed, same facts."""
    setting = Setting(region, seed, start, weeks * 7, clients)
    planted = Planted()
    count = clients * len(region.localities)
    people = codes(setting.random("codes"), count + times(clients) * len(PLANTERS))
    homes = homes_of(region.localities, clients)
    lives = [Life(setting, n, code, born, homes[n % len(homes)]) for n, (code, born) in enumerate(people)]
    lives, extra = lives[:count], lives[count:]
    named = _named(setting, lives)
    walked = [_walk(life, planted, *named.get(life.number, ("", ""))) for life in lives]
    for path in walked:
        _attend(path, planted)
        around(path)
    planted.cases = plant(PLANTERS, extra, FIRST_CASE)
    said = openings(setting) + closed_site(setting, planted) + [s for p in walked for s in p.life.said]
    said += [s for life in extra for s in life.said]
    said += offers(setting, said)
    said += again.wrong_person(setting, walked, planted) + again.two_systems(setting, walked, planted)
    said = [s for s in said if s.sent < setting.end]
    said += mistakes.wrong_ones(setting, said, planted)
    said += again.sent_twice(setting, [s for s in said if not s.wrong], planted)
    everybody = [*lives, *extra]
    return Story(
        setting, [life.code for life in everybody], [life.municipality for life in everybody], Book(said), planted
    )


def times(clients: int) -> int:
    """How often each kind of case is planted: several times in a small play, tens of times in that of a region."""
    return SEVERAL + clients // FOR_ONE_MORE if clients > SEVERAL else 1


def homes_of(localities: Sequence[str], each: int) -> list[str]:
    """A home for every client, `each` in the mean; localities are as unequal as in the survey, none without anybody."""
    weights = [LOCALITIES[n * len(LOCALITIES) // len(localities)] for n in range(len(localities))]
    whole = each * len(localities)
    counts = [max(1, whole * w // sum(weights)) for w in weights]
    for n in range(whole - sum(counts)):
        counts[n % len(counts)] += 1
    while sum(counts) > whole:
        counts[counts.index(max(counts))] -= 1
    left = dict(zip(localities, counts, strict=True))
    found: list[str] = []
    while len(found) < whole:
        for area in localities:
            if left[area]:
                found.append(area)
                left[area] -= 1
    return found


NAMED = (
    ("running", "hero"),
    ("running", "withdrawn"),
    ("running", "sliding"),
    ("running", "concern"),
    ("year", ""),
    ("coming", "twice"),
    ("running", "gone"),
    ("running", "hero"),
    ("coming", "twice"),
)
"""Paths and stories that every play must hold, most important first."""


def _named(setting: Setting, lives: Sequence[Life]) -> dict[int, tuple[str, str]]:
    """Person → path and story, for those who live where absences are heard of at once."""
    daily = [life.number for life in lives if setting.reports_daily(life.municipality)]
    rest = [life.number for life in lives if life.number not in daily]
    return dict(zip([*daily, *rest], NAMED, strict=False))


def _walk(life: Life, planted: Planted, kind: str, trouble: str) -> Path:
    """Decide which path somebody walks, if it is not given, and how she will attend."""
    random, days = life.random, life.setting.days
    kind = kind or weighted(random, QUEUE)
    match kind:
        case "running" if trouble or days < LONG:
            path = paths.running(life, days_per_week=3 if trouble else 0)
        case "year":
            path = paths.running(life, since=YEAR, days_per_week=4)
            path.history = YEAR
            planted.note("year", life.number, life.setting.start)
        case "ending" | "running":
            path = paths.running(life, ends=random.randrange(4, min(days, MOST) + 25))
            endings.end(path, planted, stays=kind == "running" and life.chance(STAYING))
        case "coming":
            path = paths.coming(life, random.randrange(max(1, days - 18)))
            endings.end(path, planted)
            doubles.perhaps_twice(path, planted, surely=trouble == "twice")
            doubles.perhaps_again(path, planted)
        case _:
            path = paths.waiting(life, random.randrange(-12, max(1, days - 8)))
            doubles.perhaps_twice(path, planted)
    troubles.give(path, planted, trouble if trouble in troubles.TROUBLES else "")
    paths.go_on(path)
    if path.place is not None:
        beside(life, path.place, planted)
        benefits(life, path.place.start_on, path.place.end_on)
        handovers.another_worker(life, path.first, path.last, planted)
    return path


def _attend(path: Path, planted: Planted) -> None:
    life, closure = path.life, path.life.setting.closure
    if path.place is not None and path.habits is not None:
        if closure is not None and closure[0] == path.place.site.id:
            path.habits.closed = frozenset(path.place.scheduled(closure[1], closure[2]))
        attend(life, path.place, path.habits, path.first, path.last)
        tell_kela(life, path.place, path.habits, life.setting.end)
        troubles.put_right(path, planted)
        again.corrections(path, planted)
    if (day := doubles.bypassed(life)) is not None:
        planted.note("bypassed", life.number, day)
