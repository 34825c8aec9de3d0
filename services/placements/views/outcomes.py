"""Where clients went, period by period, with what led them there: the rows that statistics count without names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from kernel.calendar import day_of
from kernel.facts import Fact
from kernel.rules import Finding
from kernel.views import Column, Row, Rows, View
from schemas.clients.moved_municipality_v1 import ClientMovedMunicipality
from schemas.clients.registered_v1 import ClientRegistered
from schemas.outcomes.recorded_v1 import OutcomeRecorded
from schemas.placements.agreed_v2 import PlacementAgreed
from schemas.placements.ended_v1 import PlacementEnded
from schemas.placements.extended_v1 import PlacementExtended
from schemas.placements.started_v1 import PlacementStarted
from schemas.referrals.submitted_v2 import ReferralSubmitted

CLIENT, ENTRY, PERIOD, OUTCOME = "client", "entry", "period", "outcome"
INSTEAD = "instead_of_work_trial"
MONTH = 30.4375

view = View(
    name="outcomes",
    version=1,
    key=("state", "item"),
    columns=(
        Column("state", "text"),
        Column("item", "text"),
        Column("rule", "text"),
        Column("placement_id", "uuid"),
        Column("episode_id", "uuid"),
        Column("outcome_code", "text", "sensitive"),
        Column("outcome_on", "date"),
        Column("year", "text"),
        Column("enabling", "text[]", "sensitive"),
        Column("barrier", "text[]", "sensitive"),
        Column("referrer_type", "text"),
        Column("purpose", "text", "sensitive"),
        Column("municipality", "text"),
        Column("organiser_org", "text"),
        Column("provider_org", "text"),
        Column("site_id", "uuid"),
        Column("start_on", "date"),
        Column("end_on", "date"),
        Column("end_reason", "text", "sensitive"),
        Column("length", "text"),
    ),
    title={"fi": "Lopputulokset", "sv": "Utfall", "en": "Outcomes"},
    filters=(
        "state", "outcome_code", "year", "referrer_type", "purpose", "municipality", "organiser_org", "provider_org",
        "site_id", "end_reason", "length", "episode_id",
    ),
)  # fmt: skip
WHENCE = ("referrer_type", "purpose", "municipality")
"""What is carried from the entry to the periods and their outcomes."""


@view.on(ClientRegistered, ClientMovedMunicipality)
def lives(rows: Rows, fact: Fact) -> None:
    """Where she lives; a period keeps the place from which she came into it."""
    said: ClientRegistered | ClientMovedMunicipality = fact.data
    home = said.home_municipality if isinstance(said, ClientRegistered) else said.to
    rows.put(state=CLIENT, item=CLIENT, municipality=home)


@view.on(ReferralSubmitted)
def entered(rows: Rows, fact: Fact) -> None:
    """Who referred her and for which purpose, the first one named; the newest referral counts."""
    said: ReferralSubmitted = fact.data
    purpose = said.purpose[0] if said.purpose else None
    rows.put(state=ENTRY, item=ENTRY, referrer_type=said.referrer_type, purpose=purpose, year=_year(day_of(fact.time)))


@view.on(PlacementAgreed)
def agreed(rows: Rows, fact: Fact) -> None:
    """A period, with what had led to it by then."""
    said: PlacementAgreed = fact.data
    known = rows.get(PERIOD, str(said.placement_id))
    whence = {k: known[k] for k in WHENCE if k in known} if known is not None else _whence(rows)
    _period(
        rows,
        said.placement_id,
        **whence,
        episode_id=said.episode_id or said.placement_id,
        organiser_org=fact.org,
        provider_org=said.provider_org or fact.org,
        site_id=said.site_id,
        start_on=said.start_on,
        end_on=said.end_on,
    )


@view.on(PlacementStarted, PlacementExtended, PlacementEnded)
def went_on(rows: Rows, fact: Fact) -> None:
    """It began, was made longer, or ended."""
    match fact.data:
        case PlacementStarted() as said:
            _period(rows, said.placement_id, start_on=said.started_on)
        case PlacementExtended() as said:
            _period(rows, said.placement_id, end_on=said.end_on)
        case PlacementEnded() as said:
            _period(rows, said.placement_id, end_on=said.ended_on, end_reason=said.end_reason)


@view.on(OutcomeRecorded)
def outcome(rows: Rows, fact: Fact) -> None:
    """Where she went: after the period that is named, else after the one that ended last before."""
    said: OutcomeRecorded = fact.data
    on = said.confirmed_on or day_of(fact.time)
    period = rows.get(PERIOD, str(said.placement_id)) if said.placement_id else _last_before(rows, on)
    of_period = {k: v for k, v in (period or _whence(rows)).items() if k not in {"state", "item"}}
    rows.put(
        **{
            **of_period,
            "state": OUTCOME,
            "item": f"{fact.org}:{fact.id}",
            "outcome_code": said.outcome_code,
            "outcome_on": on,
            "year": _year(on),
            "enabling": list(said.enabling),
            "barrier": list(said.barrier),
        }
    )


@view.forecast("R-TRIAL-1")
def instead_of_work_trial(rows: Rows, rule: str, finding: Finding) -> None:
    """A long stay of somebody for whom a work trial was meant, in the year in which it became so long: only counted."""
    period = rows.get(PERIOD, str(finding.facts["placement_id"])) or {}
    kept = {k: v for k, v in period.items() if k in {*WHENCE, "placement_id", "episode_id", "organiser_org", "site_id"}}
    year = _year(day_of(finding.since))  # type: ignore[arg-type]  # dates are instants by now
    rows.put(**{**kept, "rule": rule, "state": INSTEAD, "item": finding.key, "year": year})


def _whence(rows: Rows) -> dict[str, Any]:
    entry, client = rows.get(ENTRY, ENTRY) or {}, rows.get(CLIENT, CLIENT) or {}
    return {k: v for k in WHENCE if (v := entry.get(k) or client.get(k)) is not None}


def _period(rows: Rows, placement: UUID, **columns: Any) -> None:
    """Change what is known of a period, and with it how long it is, in classes that tell nobody's exact days."""
    known = rows.get(PERIOD, str(placement)) or {"placement_id": placement, **_whence(rows)}
    row = {**known, **columns}
    first, last = row.get("start_on"), row.get("end_on")
    row["year"] = _year(first) if first else None
    row["length"] = _length(first, last) if first and last else None
    rows.put(**{**row, "state": PERIOD, "item": str(placement)})


def _last_before(rows: Rows, day: date) -> Row | None:
    periods: Sequence[Row] = [r for r in rows if r["state"] == PERIOD and (r.get("start_on") or day) <= day]
    return max(periods, key=lambda r: (r.get("end_on") or date.min, r["item"]), default=None)


def _length(first: date, last: date) -> str:
    months = (last - first).days / MONTH
    bounds = ((3, "under_3"), (6, "3_to_6"), (12, "6_to_12"), (24, "12_to_24"), (60, "24_to_60"))
    return next((name for limit, name in bounds if months < limit), "over_60")


def _year(day: date) -> str:
    return f"{day.year}"
