"""Every placement: where, from when to when, how many days a week, and where it stands now."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kernel.facts import Fact
from kernel.views import Column, Rows, View
from schemas.attendance.day import AttendanceDay
from schemas.attendance.day_corrected_v1 import AttendanceDayCorrected
from schemas.attendance.day_recorded_v1 import AttendanceDayRecorded
from schemas.codes import SOCIAL
from schemas.placements.agreed_v1 import PlacementAgreed
from schemas.placements.ended_v1 import PlacementEnded
from schemas.placements.extended_v1 import PlacementExtended
from schemas.placements.insurance_confirmed_v1 import PlacementInsuranceConfirmed
from schemas.placements.offered_v1 import PlacementOffered
from schemas.placements.resumed_v1 import PlacementResumed
from schemas.placements.shop_steward_informed_v1 import PlacementShopStewardInformed
from schemas.placements.started_v1 import PlacementStarted
from schemas.placements.suspended_v1 import PlacementSuspended
from schemas.placements.terms_changed_v1 import PlacementTermsChanged
from schemas.plans.signed_v2 import PlanSigned

view = View(
    name="placement_register",
    version=2,
    key=("placement_id",),
    columns=(
        Column("placement_id", "uuid"),
        Column("state", "text"),
        Column("agreed", "boolean"),
        Column("episode_id", "uuid"),
        Column("period_no", "integer"),
        Column("site_id", "uuid"),
        Column("organiser_org", "text"),
        Column("provider_org", "text"),
        Column("start_on", "date"),
        Column("end_on", "date"),
        Column("started_on", "date"),
        Column("ended_on", "date"),
        Column("end_reason", "text", "sensitive"),
        Column("ended_as_planned", "boolean"),
        Column("days_per_week", "integer"),
        Column("weekdays", "text[]"),
        Column("minutes_per_day", "integer"),
        Column("content", "text[]"),
        Column("goal", "text[]", "sensitive"),
        Column("plan_id", "uuid"),
        Column("terms_from", "date"),
        Column("suspended_from", "date"),
        Column("suspended_to", "date"),
        Column("suspension_reason", "text", "sensitive"),
        Column("resumed_from", "date"),
        Column("last_recorded_on", "date"),
        Column("agreement_ref", "text"),
        Column("shop_steward_informed_on", "date"),
        Column("insurance_confirmed_on", "date"),
    ),
    title={"fi": "Sijoitukset", "sv": "Placeringar", "en": "Placements"},
    filters=("state", "content", "site_id", "provider_org", "organiser_org", "placement_id"),
    route="placements",
)
OF_PLAN = ("plan_id", "content", "goal")


def _put(rows: Rows, placement: UUID, **columns: Any) -> None:
    """Change what is known of a placement, and with it where it stands."""
    row = {**(rows.get(placement) or {"period_no": 1}), **columns, "placement_id": placement}
    row["state"] = _state(row)
    rows.put(**row)


def _state(row: dict[str, Any]) -> str:
    if row.get("ended_on"):
        return "ended"
    if row["placement_id"] == row.get("plan_id"):
        return "planned"
    if _pauses(row):
        return "suspended"
    if row.get("started_on") or row.get("last_recorded_on"):
        return "running"
    return "agreed" if row.get("agreed") else "offered" if row.get("start_on") else "unknown"


def _pauses(row: dict[str, Any]) -> bool:
    """A pause holds until it was resumed, or until days after its last one are recorded."""
    first, last, heard = row.get("suspended_from"), row.get("suspended_to"), row.get("last_recorded_on")
    if first is None or (row.get("resumed_from") or first) > first:
        return False
    return last is None or heard is None or heard <= last


@view.on(PlacementOffered, PlacementAgreed)
def agreed(rows: Rows, fact: Fact) -> None:
    """A period was offered or agreed; what is agreed is no mere offer any more."""
    said: PlacementOffered | PlacementAgreed = fact.data
    known = rows.get(said.placement_id) or {}
    if isinstance(said, PlacementOffered) and known.get("agreed"):
        return
    by_organiser = fact.org_type in SOCIAL
    told = known if "plan_id" in known else _planned(rows, said.site_id)
    _put(
        rows,
        said.placement_id,
        episode_id=said.episode_id,
        period_no=said.period_no,
        site_id=said.site_id,
        organiser_org=fact.org if by_organiser else known.get("organiser_org"),
        provider_org=said.provider_org or (known.get("provider_org") if by_organiser else fact.org),
        start_on=said.start_on,
        end_on=said.end_on,
        agreement_ref=getattr(said, "agreement_ref", None),
        agreed=isinstance(said, PlacementAgreed),
        **{name: told[name] for name in OF_PLAN if name in told},
    )


@view.on(PlanSigned)
def planned(rows: Rows, fact: Fact) -> None:
    """What a plan says of the activity: it stands by itself until a placement at its site is agreed."""
    said: PlanSigned = fact.data
    terms = said.ktt_terms if said.includes_ktt else None
    if terms is None:
        return
    told = {"plan_id": said.plan_id, "content": list(terms.content), "goal": list(terms.goal)}
    placed = [r for r in rows if r["state"] not in {"planned", "ended"} and r.get("site_id") == terms.site_id]
    for row in placed:
        _put(rows, row["placement_id"], **told)
    if not placed:
        week = {"days_per_week": terms.days_per_week, "minutes_per_day": terms.minutes_per_day}
        days = {"start_on": terms.start_on, "end_on": terms.end_on}
        _put(rows, said.plan_id, site_id=terms.site_id, agreed=False, **told, **week, **days)


def _planned(rows: Rows, site: UUID) -> dict[str, Any]:
    """The newest plan for this site that had no placement until now; it is one with the placement from here on."""
    waiting = [r for r in rows if r["state"] == "planned" and r.get("site_id") == site]
    for row in waiting:
        rows.delete(row["placement_id"])
    return max(waiting, key=lambda r: (r["start_on"], str(r["plan_id"])), default={})


@view.on(PlacementExtended)
def extended(rows: Rows, fact: Fact) -> None:
    """The period goes on to a later day."""
    said: PlacementExtended = fact.data
    known = rows.get(said.placement_id) or {}
    _put(
        rows,
        said.placement_id,
        period_no=max(said.period_no, known.get("period_no") or 1),
        site_id=said.site_id or known.get("site_id"),
        end_on=said.end_on,
        agreement_ref=said.agreement_ref or known.get("agreement_ref"),
    )


@view.on(PlacementStarted)
def started(rows: Rows, fact: Fact) -> None:
    """Her first day has come."""
    said: PlacementStarted = fact.data
    known = rows.get(said.placement_id) or {}
    _put(rows, said.placement_id, started_on=said.started_on, provider_org=known.get("provider_org") or fact.org)


@view.on(PlacementTermsChanged)
def terms_changed(rows: Rows, fact: Fact) -> None:
    """A weekly pattern; the one that begins last is shown."""
    said: PlacementTermsChanged = fact.data
    known = (rows.get(said.placement_id) or {}).get("terms_from")
    if known is None or said.from_ >= known:
        _put(
            rows,
            said.placement_id,
            days_per_week=said.days_per_week,
            weekdays=list(said.weekdays),
            minutes_per_day=said.minutes_per_day,
            terms_from=said.from_,
        )


@view.on(PlacementSuspended)
def suspended(rows: Rows, fact: Fact) -> None:
    """It pauses; the pause that begins last is shown."""
    said: PlacementSuspended = fact.data
    known = (rows.get(said.placement_id) or {}).get("suspended_from")
    if known is None or said.from_ >= known:
        _put(
            rows,
            said.placement_id,
            suspended_from=said.from_,
            suspended_to=said.to,
            suspension_reason=said.reason,
        )


@view.on(PlacementResumed)
def resumed(rows: Rows, fact: Fact) -> None:
    """It goes on after a pause."""
    said: PlacementResumed = fact.data
    known = (rows.get(said.placement_id) or {}).get("resumed_from")
    _put(rows, said.placement_id, resumed_from=max(said.from_, known or said.from_))


@view.on(PlacementEnded)
def ended(rows: Rows, fact: Fact) -> None:
    """It is over."""
    said: PlacementEnded = fact.data
    _put(rows, said.placement_id, ended_on=said.ended_on, end_reason=said.end_reason, ended_as_planned=said.planned)


@view.on(PlacementShopStewardInformed)
def shop_steward_informed(rows: Rows, fact: Fact) -> None:
    """Part of the start checklist (L189/2001 16§)."""
    said: PlacementShopStewardInformed = fact.data
    _put(rows, said.placement_id, shop_steward_informed_on=said.on)


@view.on(PlacementInsuranceConfirmed)
def insurance_confirmed(rows: Rows, fact: Fact) -> None:
    """Part of the start checklist (L189/2001 23§)."""
    said: PlacementInsuranceConfirmed = fact.data
    _put(rows, said.placement_id, insurance_confirmed_on=said.on)


@view.on(AttendanceDayRecorded, AttendanceDayCorrected)
def recorded(rows: Rows, fact: Fact) -> None:
    """Up to which day there are records: silence after it is not presence."""
    day: AttendanceDay = fact.data
    known = (rows.get(day.placement_id) or {}).get("last_recorded_on")
    _put(rows, day.placement_id, last_recorded_on=max(day.date, known or day.date))
