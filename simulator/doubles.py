"""Work done twice, and what only looks like it: two referrers for one client, and the same referral sent again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from simulator.life import Life
from simulator.paths import Path, refer
from simulator.planted import Planted
from simulator.setting import working_day

SHARE = 14.0
"""Of a hundred new referrals so many have a second referrer."""


def perhaps_twice(path: Path, planted: Planted, *, surely: bool = False) -> None:
    """A second organisation refers the same client some days later, because it cannot see the first."""
    life, on = path.life, path.referred_on
    if on is None or path.referrer is None or on < life.setting.start or not (surely or life.chance(SHARE)):
        return
    other = life.setting.referrer(life.municipality, life.random, on, not_like=path.referrer)
    day = working_day(on + timedelta(days=life.random.randrange(1, 4)))
    if other.id == path.referrer.id or day >= life.setting.end:
        return
    second = life.id("second referral")
    refer(path, other, day, second, provider=False)
    planted.note("two_referrers", life.number, day)
    if life.chance(60):
        withdrawn = {"referral_id": second, "reason_code": "sent_by_mistake"}
        life.say(
            other, "referral.withdrawn", working_day(day + timedelta(days=life.random.randrange(4, 12))), withdrawn
        )


def perhaps_again(path: Path, planted: Planted) -> None:
    """The same organisation sends the same referral anew: a revision under another id, with its own reference."""
    life, on = path.life, path.referred_on
    if on is None or on < life.setting.start or not life.chance(6):
        return
    first = next(s for s in life.said if s.name == "referral.submitted")
    day = working_day(on + timedelta(days=1))
    if day < life.setting.end:
        again = replace(first, id=life.id("referral again"), time=first.time + (day - on), sent=day, wave=2)
        life.said.append(again)
        planted.note("resent_referral", life.number, day)


UNCALLED = timedelta(days=14)
"""After so many days of preparing a plan without calling the social instructor she has been left out."""


def bypassed(life: Life) -> date | None:
    """The day on which a plan was signed or reviewed without the social instructor, or by which she was not called."""
    called = any(said.name == "plan.participant_invited" for said in life.said)
    for said in life.said:
        if said.name == "plan.preparation_started" and not called and said.sent + UNCALLED <= life.setting.end:
            return said.sent + UNCALLED
        people = said.data.get("signed_by", said.data.get("participants"))
        about = said.name in ("plan.signed", "plan.reviewed") and said.sent < life.setting.end
        if about and "social_instructor" not in str(people):
            return said.sent
    return None
