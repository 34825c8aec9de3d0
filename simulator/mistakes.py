"""What partners get wrong, as real ones do: each mistake is known beforehand, with what the door should say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from simulator.identity import code
from simulator.planted import Planted
from simulator.setting import Setting
from simulator.statement import ALONE, IN_BATCH, Statement, at, written

SHARE = 0.008
"""Of all statements in the play so many are followed by a wrong one of the same source."""

DAY = "attendance.day_recorded"
OF_DAYS = frozenset({"bad date", "unknown code"})

Spoil = Callable[[Statement, "Hand"], Statement]


@dataclass(frozen=True, slots=True)
class Hand:
    """Whoever makes the mistake: with chance of its own, and the source of somebody else."""

    setting: Setting
    random: Random
    other: str


def _data(statement: Statement, **changes: object) -> Mapping[str, object]:
    return {**statement.data, **changes}


def _bad_date(s: Statement, _: Hand) -> Statement:
    return replace(s, data=_data(s, date=f"{s.sent.year}-02-30"))


def _wrong_type(s: Statement, _: Hand) -> Statement:
    return replace(s, name=s.name + "s")


def _anothers_source(s: Statement, hand: Hand) -> Statement:
    return replace(s, source=hand.other)


def _not_theirs(s: Statement, _: Hand) -> Statement:
    """A type that only Kela states; from Kela itself, one that Kela may not state."""
    name = "benefit_status.reported" if s.name != "benefit_status.reported" else "placement.started"
    return replace(s, name=name)


def _unknown_person(s: Statement, hand: Hand) -> Statement:
    return replace(s, over={"subject": hand.setting.id("nobody", s.id)})


def _nobody(s: Statement, _: Hand) -> Statement:
    return replace(s, over={"subject": None})


def _identity_code(s: Statement, hand: Hand) -> Statement:
    born = date(1980, 1, 1) + timedelta(days=hand.random.randrange(5000))
    return replace(s, over={"correlationid": f"asiakas {code(born, 900 + hand.random.randrange(100))}"})


def _future(s: Statement, _: Hand) -> Statement:
    time = written(at(s.sent + timedelta(days=2), 9 * 60))
    return replace(s, over={"time": time, "recordedtime": time})


def _unknown_code(s: Statement, _: Hand) -> Statement:
    return replace(s, data=_data(s, status="sick"))


def _half(s: Statement, _: Hand) -> Statement:
    return replace(s, raw=b'{"specversion":"1.0","id":"' + s.id.encode() + b'","source":')


MISTAKES: Mapping[str, tuple[Spoil, str, int]] = {
    "bad date": (_bad_date, "30 February", 6),
    "unknown type": (_wrong_type, "a type that does not exist", 3),
    "another's source": (_anothers_source, "spoke in another organisation's name", 3),
    "not theirs to say": (_not_theirs, "a type that this organisation may not state", 3),
    "unknown person": (_unknown_person, "a client reference that nobody has", 3),
    "about nobody": (_nobody, "a fact about a person without the person", 2),
    "identity code": (_identity_code, "a personal identity code in clear", 3),
    "in the future": (_future, "happened the day after tomorrow", 3),
    "unknown code": (_unknown_code, "a code that is in no list", 5),
    "half a document": (_half, "the line broke in the middle", 2),
}
"""Kind → what is done to a statement, in plain words, how often."""


def wrong_ones(setting: Setting, statements: Sequence[Statement], planted: Planted) -> list[Statement]:
    """Wrong statements to send along, each beside a right one: same sender, same day, an id of its own."""
    random = setting.random("mistakes")
    in_play = [s for s in statements if s.person is not None and s.time >= at(setting.start, 0)]
    days = [s for s in in_play if s.name == DAY]
    kinds = [k for k, (_, _, weight) in MISTAKES.items() for _ in range(weight)]
    random.shuffle(kinds)
    found = []
    for number in range(max(len(kinds), int(len(in_play) * SHARE)) if days else 0):
        kind = kinds[number % len(kinds)]
        beside = random.choice(days if kind in OF_DAYS or random.random() < 0.5 else in_play)
        found.append(_spoilt(setting, beside, kind, random, number))
    found += [_reused(s) for s in random.sample(days, min(len(days), 2 + len(days) // 2000))]
    for statement in found:
        planted.note("wrong", statement.person or 0, statement.sent)
    return found


def _spoilt(setting: Setting, statement: Statement, kind: str, random: Random, number: int) -> Statement:
    others = [o for o in setting.region.orgs if o.id != statement.org]
    hand = Hand(setting, random, random.choice(others).source())
    way = ALONE if kind == "half a document" and statement.way == IN_BATCH else statement.way
    id_ = setting.id("wrong", number)
    return MISTAKES[kind][0](replace(statement, id=id_, wrong=kind, way=way, wave=2, corrects=None), hand)


def _reused(statement: Statement) -> Statement:
    """A day changed and sent under its old id, instead of as a correction."""
    data = _data(statement, minutes_present=111)
    return replace(statement, data=data, wrong="id used again", wave=3, way=ALONE)


def in_words(kind: str) -> str:
    """A mistake in plain words."""
    if kind == "id used again":
        return "another content under an id already used"
    return MISTAKES[kind][1] if kind in MISTAKES else kind
