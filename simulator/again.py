"""What is said twice, about the wrong person, or put right later: the everyday noise of honest partners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from simulator.attendance import correct
from simulator.paths import Path
from simulator.planted import Planted
from simulator.setting import Setting, working_day
from simulator.statement import ALONE, IN_BATCH, Statement, at


def corrections(path: Path, planted: Planted) -> None:
    """Now and then a day was written down wrongly: she had come after all, or had told beforehand."""
    if path.place is None or path.habits is None:
        return
    for day, wrong in list(path.habits.days.items()):
        absent = wrong.data["status"] == "absent" and day not in path.habits.vanished
        if day >= path.life.setting.start and absent and path.life.chance(8):
            on = working_day(max(wrong.sent, day) + timedelta(days=path.life.random.randrange(1, 5)))
            told = {"reason": "agreed_leave", "notified_by_client": True}
            correct(path.life, path.place, wrong, on, told)
            planted.note("corrected", path.life.number, day)


def wrong_person(setting: Setting, paths: Sequence[Path], planted: Planted) -> list[Statement]:
    """A day stated about a namesake: retracted after some days, and stated about the right person."""
    random = setting.random("wrong person")
    with_days = [p for p in paths if p.habits and p.place and p.habits.days]
    found: list[Statement] = []
    for path in random.sample(with_days, min(len(with_days), 2 + len(with_days) // 40)):
        host = path.place.host if path.place else setting.region.county
        others = [p for p in with_days if p is not path and p.place and p.place.host.id == host.id]
        days = [s for d, s in (path.habits.days if path.habits else {}).items() if d >= setting.start]
        if not others or not days:
            continue
        right, other = random.choice(days), random.choice(others)
        wrong = replace(right, id=setting.id("wrong person", right.id), person=other.life.number)
        on = working_day(right.sent + timedelta(days=random.randrange(1, 4)))
        if on < setting.end:
            found += [wrong, _retraction(setting, wrong, on)]
            planted.note("wrong_person", other.life.number, right.sent)
    return found


def _retraction(setting: Setting, wrong: Statement, on: date) -> Statement:
    return replace(
        wrong,
        name="fact.retracted",
        id=setting.id("retraction", wrong.id),
        time=at(on, 9 * 60),
        sent=on,
        data={"id": wrong.id, "reason": "wrong_person"},
        recorded=None,
        way=ALONE if wrong.way == IN_BATCH else wrong.way,
    )


def two_systems(setting: Setting, paths: Sequence[Path], planted: Planted) -> list[Statement]:
    """The organiser writes down an absence that the site has reported too: the site's word is to count."""
    random, county = setting.random("two systems"), setting.region.county
    found: list[Statement] = []
    for path in paths:
        for day, said in (path.habits.days if path.habits else {}).items():
            absent = said.data["status"] == "absent" and day >= setting.start
            if absent and said.org != county.id and random.random() < 0.05:
                sent = working_day(day + timedelta(days=1))
                own = replace(said, id=setting.id("county", said.id), org=county.id, source=county.source(1))
                kept = {k: v for k, v in said.data.items() if k != "reason"}
                found.append(replace(own, data=kept, sent=sent, recorded=at(sent, 9 * 60), way=ALONE))
                planted.note("two_systems", path.life.number, day)
    return found


def sent_twice(setting: Setting, statements: Sequence[Statement], planted: Planted) -> list[Statement]:
    """Whole files sent again after the weekend, and single facts whose answer was lost on the way."""
    random = setting.random("sent twice")
    files = sorted({(s.org, s.sent) for s in statements if s.way == IN_BATCH and s.recorded and s.sent > setting.start})
    again = set(random.sample(files, min(len(files), 1 + len(files) // 6)))
    found: list[Statement] = []
    for said in statements:
        if said.sent == setting.start or said.person is None:
            continue
        of_file = said.way == IN_BATCH and (said.org, said.sent) in again
        if of_file or (said.way == ALONE and random.random() < 0.01):
            day = said.sent + timedelta(days=3 if of_file else 0)
            if day < setting.end:
                found.append(replace(said, sent=day, twice=True, wave=3))
                planted.note("sent_twice", said.person, day)
    return found
