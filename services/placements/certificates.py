"""Illnesses that have lasted longer than her own word is enough, without a certificate (R-ABS-5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import Field

from kernel.rules import Resolved
from services.placements.illness import Row, ill, rows_of
from services.placements.placement import Placement
from services.placements.schedule import DAY, schedule_of
from services.placements.spells import AGO, AbsenceParams
from services.placements.state import State

ILL = "own_illness"


class CertificateParams(AbsenceParams):
    """Illness of more than `days` days, from the first to the last that is recorded, needs a certificate (Kela and the
    funds ask for it). `worker_days` after the first day it is the own worker's matter; it rests `rearm_days` after the
    last one, as in every rule of absence.
    """

    days: int = Field(default=3, ge=0, le=366)
    worker_days: int = Field(default=7, ge=0, le=366)


@dataclass(frozen=True, slots=True)
class Missing:
    """A certificate that is not there: needed since a day, of concern to the own worker since another, over when she
    has been back for long enough (None: she is not back).
    """

    key: str
    needed_on: date
    worker_on: date
    until: date | None
    facts: dict[str, Any]
    params: CertificateParams


def missing(state: State, params: Resolved[CertificateParams]) -> Iterator[Missing]:
    """Every illness that lacks one."""
    for placement in state.placements.values():
        if not ill(placement, ILL):
            continue
        schedule = schedule_of(placement, params)
        for row in rows_of(schedule, ILL, state.told_on):
            last = row.days[-1]
            chosen = params.on(last, site=placement.site, organiser=placement.organiser or None)
            over = row.ended_on and row.ended_on + timedelta(days=chosen.rearm_days)
            if over is not None and over < state.told_on - AGO:
                continue
            known = last > schedule.after_first(chosen.grace_days)
            if known and _length(row, last) > chosen.days and not _given(placement, row):
                yield _missing(placement, row, over, chosen)


def _length(row: Row, day: date) -> int:
    return (day - row.days[0]).days + 1


def _given(placement: Placement, row: Row) -> bool:
    """The certificate came, or the site says on the last day that none is needed."""
    told = [placement.days[d].certificate for d in row.days]
    return "received" in told or told[-1] == "not_needed"


def _missing(placement: Placement, row: Row, over: date | None, params: CertificateParams) -> Missing:
    first, last = row.days[0], row.days[-1]
    needed = next(d for d in row.days if _length(row, d) > params.days) + DAY
    facts = {
        "placement_id": placement.id,
        "site_id": placement.site,
        "provider_org": placement.provider_org,
        "window_from": first.isoformat(),
        "window_to": last.isoformat(),
        "days": _length(row, last),
    }
    worker = max(needed, first + timedelta(days=params.worker_days))
    return Missing(f"{placement.id}:{first.isoformat()}", needed, worker, over, facts, params)
