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
from schemas.benefits.status_reported_v1 import BenefitStatusReported
from schemas.clients.moved_municipality_v1 import ClientMovedMunicipality
from schemas.clients.registered_v1 import ClientRegistered
from schemas.outcomes.recorded_v1 import OutcomeRecorded
from schemas.placements.agreed_v2 import PlacementAgreed
from schemas.placements.ended_v1 import PlacementEnded
from schemas.placements.extended_v1 import PlacementExtended
from schemas.placements.started_v1 import PlacementStarted
from schemas.plans.signed_v2 import PlanSigned
from schemas.referrals.submitted_v2 import ReferralSubmitted
from services.placements.stays import length, livelihood, months, together

CLIENT, ENTRY, PERIOD, OUTCOME, EPISODE = "client", "entry", "period", "outcome", "episode"
TERMS, BENEFIT = "terms", "benefit"
INSTEAD = "instead_of_work_trial"

view = View(
    name="outcomes",
    version=2,
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
        Column("goal", "text[]", "sensitive"),
        Column("content", "text[]"),
        Column("benefit", "text", "benefit"),
        Column("municipality", "text"),
        Column("organiser_org", "text"),
        Column("provider_org", "text"),
        Column("site_id", "uuid"),
        Column("start_on", "date"),
        Column("end_on", "date"),
        Column("end_reason", "text", "sensitive"),
        Column("ended_early", "boolean"),
        Column("length", "text"),
        Column("months", "integer"),
    ),
    title={"fi": "Lopputulokset", "sv": "Utfall", "en": "Outcomes"},
    filters=(
        "state", "outcome_code", "year", "referrer_type", "purpose", "goal", "content", "benefit", "municipality",
        "organiser_org", "provider_org", "site_id", "end_reason", "ended_early", "length", "episode_id",
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


@view.on(PlanSigned)
def aimed(rows: Rows, fact: Fact) -> None:
    """What a plan with work activity aims at, and what is done there: periods at its site are counted by it."""
    said: PlanSigned = fact.data
    if said.ktt_terms is None or not said.includes_ktt:
        return
    terms = said.ktt_terms
    told = {"goal": list(terms.goal), "content": list(terms.content), "site_id": terms.site_id}
    rows.put(state=TERMS, item=str(said.plan_id), start_on=terms.start_on, **told)
    _again(rows)


@view.on(BenefitStatusReported)
def lived_on(rows: Rows, fact: Fact) -> None:
    """What she lived on when a period began: only counted, nobody is chosen by it (survey, row 80)."""
    said: BenefitStatusReported = fact.data
    item = f"{said.benefit_type}:{said.from_.isoformat()}"
    rows.put(state=BENEFIT, item=item, benefit=said.benefit_type, start_on=said.from_, end_on=said.to)
    _again(rows)


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
            _period(
                rows,
                said.placement_id,
                end_on=said.ended_on,
                end_reason=said.end_reason,
                ended_early=not said.planned,
            )


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
    row |= _how_long((last - first).days) if first and last else {"months": None, "length": None}
    row |= _aims(rows, row.get("site_id")) | {"benefit": _benefit(rows, first)}
    rows.put(**{**row, "state": PERIOD, "item": str(placement)})
    _chain(rows, row.get("episode_id") or placement)


def _again(rows: Rows) -> None:
    for row in [r for r in rows if r["state"] == PERIOD]:
        _period(rows, row["placement_id"])


def _aims(rows: Rows, site: UUID | None) -> dict[str, Any]:
    """Those of the newest plan for this site."""
    told = [r for r in rows if r["state"] == TERMS and r["site_id"] == site]
    newest = max(told, key=lambda r: (r["start_on"], r["item"]), default=None)
    return {n: newest[n] for n in ("goal", "content")} if newest else {}


def _benefit(rows: Rows, day: date | None) -> str | None:
    """Her main livelihood on a day, whatever else was paid."""
    return livelihood(r["benefit"] for r in rows if r["state"] == BENEFIT and day and _runs(r, day))


def _runs(row: Row, day: date) -> bool:
    return bool(row["start_on"] <= day and (row["end_on"] is None or day <= row["end_on"]))


def _chain(rows: Rows, episode: UUID) -> None:
    """All periods of one stay as one row, with the days of each counted once."""
    periods = [r for r in rows if r["state"] == PERIOD and (r.get("episode_id") or r["placement_id"]) == episode]
    dated = sorted((r for r in periods if r.get("months") is not None), key=lambda r: (r["start_on"], r["item"]))
    if not dated:
        return
    days = together([(r["start_on"], r["end_on"]) for r in dated])
    whence = {k: dated[0][k] for k in (*WHENCE, "organiser_org", "year") if k in dated[0]}
    ends = {"start_on": dated[0]["start_on"], "end_on": max(r["end_on"] for r in dated)}
    rows.put(**{**whence, **ends, **_how_long(days), "state": EPISODE, "item": str(episode), "episode_id": episode})


def _how_long(days: int) -> dict[str, Any]:
    return {"months": months(days), "length": length(days)}


def _last_before(rows: Rows, day: date) -> Row | None:
    periods: Sequence[Row] = [r for r in rows if r["state"] == PERIOD and (r.get("start_on") or day) <= day]
    return max(periods, key=lambda r: (r.get("end_on") or date.min, r["item"]), default=None)


def _year(day: date) -> str:
    return f"{day.year}"
