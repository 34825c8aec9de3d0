"""What Kela tells: that the ground for a plan is fulfilled, and each month which benefit runs and for how many days."""

from __future__ import annotations

from datetime import date, timedelta

from simulator.life import AFTERNOON, Life
from simulator.region import Org
from simulator.setting import working_day

GENERAL_SUPPORT = date(2026, 5, 1)
"""From this day general support stands in the place of labour-market subsidy and basic allowance."""
ONLY_ASSISTANCE = date(2026, 1, 1)
"""From this day activation plans are for those on social assistance: Kela tells of no other ground."""
MONTH = 21
"""Paid days of a month."""
EARLY = 20
"""Days from the day on which the ground was fulfilled until Kela tells of it."""


def benefits(life: Life, first: date, last: date) -> None:
    """A word each month of the play from a day to a day; about nobody when the region has no Kela."""
    kela = _kela(life)
    if kela is None:
        return
    since = first - timedelta(days=life.random.randrange(200, 900))
    day = max(life.setting.start, first).replace(day=1)
    until = min(last, life.setting.end - timedelta(days=1))
    paid = life.random.randrange(100, 600)
    while (day := _next_month(day)) <= until:
        paid += MONTH
        new = day > GENERAL_SUPPORT
        begun = GENERAL_SUPPORT if new and since < GENERAL_SUPPORT else since
        data = {
            "benefit_type": "general_support" if new else "labour_market_subsidy",
            "from": begun.isoformat(),
            "paid_days": paid,
            "payer": "kela",
        }
        life.say(kela, "benefit_status.reported", working_day(day), data, batch=True)


def eligible(life: Life, on: date) -> None:
    """Kela tells the employment authority that a plan is to be made."""
    if (kela := _kela(life)) is None:
        return
    young = (on - life.born).days < 25 * 365.25
    grounds = ("u25_sa4m", "o25_sa12m") if on >= ONLY_ASSISTANCE else ("u25_180of12m", "o25_500d")
    data = {
        "ground": grounds[0] if young else grounds[1],
        "fulfilled_on": (on - timedelta(days=EARLY)).isoformat(),
        "reported_on": on.isoformat(),
    }
    life.say(kela, "eligibility.reported", on, data, part=AFTERNOON)


def _kela(life: Life) -> Org | None:
    return next(iter(life.setting.region.having(life.setting.start, ("kela",))), None)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
