"""A service beside the work activity is given more seldom than was agreed: talk about it (R-PS-2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pydantic import Field

from kernel.calendar import add_months
from kernel.rules import Finding, Params, Resolved, Rule
from services.placements.beside import Parallel
from services.placements.schedule import DAY
from services.placements.state import State


class SeldomParams(Params):
    """`slack_days` beyond the agreed week or month, because visits are told late; after `give_up_days` without any
    word the service counts as forgotten and not as seldom.
    """

    slack_days: int = Field(default=7, ge=0, le=366)
    give_up_days: int = Field(default=180, ge=1, le=3660)


def find(state: State, params: Resolved[SeldomParams]) -> Iterator[Finding]:
    """Services that run, from the day on which the sliding week or month holds too few visits."""
    for service in state.beside.services.values():
        if service.began_on is None or service.ended_on is not None or not service.times:
            continue
        enough = _enough_until(service, service.began_on)
        if enough is None:
            continue
        chosen = params.on(enough)
        since = enough + timedelta(days=chosen.slack_days)
        facts = {"ps_id": service.id, "times": service.times, "per": service.per, "since_on": enough.isoformat()}
        yield Finding(service.id, since, since + timedelta(days=chosen.give_up_days), facts, chosen)


def _enough_until(service: Parallel, began: date) -> date | None:
    """The first day of a window without enough visits; the beginning stands for those not asked for before. How often
    something is given within a whole period can be told only when that is over.
    """
    wanted = service.times or 0
    held = sorted({*service.held})
    day = [*[began] * wanted, *(d for d in held if d > began)][-wanted]
    if service.per == "week":
        return day + timedelta(days=7) + DAY
    return add_months(day, 1) + DAY if service.per == "month" else None


rule = Rule(
    id="R-PS-2",
    version=1,
    name="parallel_service.too_seldom",
    params=SeldomParams(),
    find=find,
    listens=frozenset(
        {"parallel_service.agreed", "parallel_service.started", "parallel_service.held", "parallel_service.ended"}
    ),
    family="service",
)
