"""Every plan: who leads it, who was asked to the table and came, when it was signed and gone through."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from kernel.calendar import day_of
from kernel.facts import Fact
from kernel.views import Column, Rows, View
from schemas.clients.informed_of_benefits_v1 import ClientInformedOfBenefits
from schemas.plans.ended_v1 import PlanEnded
from schemas.plans.interrupted_v1 import PlanInterrupted
from schemas.plans.participant_attended_v1 import PlanParticipantAttended
from schemas.plans.participant_declined_v1 import PlanParticipantDeclined
from schemas.plans.participant_invited_v1 import PlanParticipantInvited
from schemas.plans.parties import Participant, Signature
from schemas.plans.preparation_started_v1 import PlanPreparationStarted
from schemas.plans.renewed_v1 import PlanRenewed
from schemas.plans.reviewed_v1 import PlanReviewed
from schemas.plans.signed_v2 import PlanSigned
from schemas.plans.superseded_v1 import PlanSuperseded
from services.referrals.items import SHARED_PLANS, WORKERS

view = View(
    name="plan_register",
    version=2,
    key=("plan_id",),
    columns=(
        Column("plan_id", "uuid"),
        Column("state", "text"),
        Column("plan_type", "text"),
        Column("lead_org", "text"),
        Column("required_roles", "text[]"),
        Column("participants", "jsonb"),
        Column("missing_roles", "text[]"),
        Column("social_work_present", "boolean"),
        Column("reviews", "integer"),
        Column("reviews_with_social_work", "integer"),
        Column("social_work_in_reviews", "text"),
        Column("plan_no", "integer"),
        Column("includes_ktt", "boolean"),
        Column("support", "text[]"),
        Column("support_missing", "boolean"),
        Column("started_on", "date"),
        Column("signed_on", "date"),
        Column("last_reviewed_on", "date"),
        Column("next_review_on", "date"),
        Column("ended_on", "date"),
        Column("end_reason", "text", "sensitive"),
        Column("predecessor", "uuid"),
        Column("successor", "uuid"),
        Column("benefits_informed_on", "date"),
        Column("client_wishes_recorded", "boolean"),
        Column("support_person_present", "boolean"),
        Column("document_ref", "text"),
    ),
    title={"fi": "Suunnitelmat", "sv": "Planer", "en": "Plans"},
    filters=(
        "state", "plan_type", "lead_org", "plan_no", "social_work_present", "social_work_in_reviews", "support_missing",
        "client_wishes_recorded", "support_person_present", "plan_id", "next_review_on",
    ),
)  # fmt: skip
REQUIRED = ("client", "employment_officer", "social_instructor")
"""Whom the law wants at an activation or multi-sector plan when nobody has named others (L189/2001 8§4)."""


def _put(rows: Rows, plan: UUID, **columns: Any) -> dict[str, Any]:
    """Change what is known of a plan; that it exists shows from the first word about it."""
    known = rows.get(plan) or {"state": "unknown", "participants": [], "reviews": 0, "reviews_with_social_work": 0}
    row = {**known, **columns, "plan_id": plan}
    row["missing_roles"], row["social_work_present"] = _missing(row), _social(_present(row))
    row["social_work_in_reviews"] = _share(row["reviews_with_social_work"], row["reviews"])
    rows.put(**row)
    return row


def _share(some: int, all_: int) -> str | None:
    """In how many of the reviews social work took part, in words that can be counted; None: none was held."""
    return None if not all_ else "all" if some == all_ else "some" if some else "none"


def _present(row: dict[str, Any]) -> set[str]:
    return {p["role"] for p in row["participants"] if p["part"] in {"attended", "signed"}}


def _social(roles: Iterable[str]) -> bool:
    return bool(WORKERS & set(roles))


def _missing(row: dict[str, Any]) -> list[str]:
    """Roles that were never at the table; one of social work stands for all of them."""
    required = row.get("required_roles") or (REQUIRED if row.get("plan_type") in SHARED_PLANS else ())
    there = _present(row)
    return sorted(r for r in required if r not in there and not (r in WORKERS and _social(there)))


def _people(
    rows: Rows, plan: UUID, part: str, on: date, *parties: Participant | Signature | tuple[str, str | None]
) -> list[dict[str, Any]]:
    """The list of participants with these parties, each role and organisation once, in its latest part."""
    known = {(p["role"], p["org"]): p for p in (rows.get(plan) or {}).get("participants", [])}
    for party in parties:
        role, org = party if isinstance(party, tuple) else (party.role, party.org)
        before = known.get((role, org), {})
        stays = before.get("part") == "signed" and part != "signed"
        known[role, org] = before if stays else {"role": role, "org": org, "part": part, "on": on.isoformat()}
    return [known[k] for k in sorted(known, key=lambda k: (k[0], k[1] or ""))]


@view.on(PlanPreparationStarted)
def prepared(rows: Rows, fact: Fact) -> None:
    """Somebody leads its preparation."""
    said: PlanPreparationStarted = fact.data
    row = rows.get(said.plan_id) or {}
    _put(
        rows,
        said.plan_id,
        state="in_preparation" if row.get("state") in {None, "unknown"} else row["state"],
        plan_type=said.plan_type,
        lead_org=said.lead_org,
        required_roles=list(said.required_roles),
        started_on=row.get("started_on") or day_of(fact.time),
        predecessor=said.predecessor_plan_id or row.get("predecessor"),
    )


@view.on(PlanParticipantInvited, PlanParticipantAttended, PlanParticipantDeclined)
def asked(rows: Rows, fact: Fact) -> None:
    """Somebody was asked, came, or would not come."""
    said: PlanParticipantInvited | PlanParticipantAttended | PlanParticipantDeclined = fact.data
    part = {PlanParticipantInvited: "invited", PlanParticipantAttended: "attended"}.get(type(said), "declined")
    people = _people(rows, said.plan_id, part, day_of(fact.time), (said.role_code, said.org))
    _put(rows, said.plan_id, participants=people)


@view.on(PlanSigned)
def signed(rows: Rows, fact: Fact) -> None:
    """It is in force from now on."""
    said = fact.data
    people = _people(rows, said.plan_id, "signed", day_of(fact.time), *said.signed_by)
    on = max((s.on for s in said.signed_by), default=day_of(fact.time))
    row = rows.get(said.plan_id) or {}
    terms = said.ktt_terms if said.includes_ktt else None
    _put(
        rows,
        said.plan_id,
        state="in_force",
        plan_type=said.plan_type or row.get("plan_type"),
        lead_org=row.get("lead_org") or fact.org,
        participants=people,
        includes_ktt=said.includes_ktt,
        support=list(terms.support) if terms else [],
        support_missing=terms is not None and not terms.support,
        signed_on=on,
        next_review_on=said.next_review_on,
        document_ref=said.document_ref,
        client_wishes_recorded=getattr(said, "client_wishes_recorded", None),
        support_person_present=getattr(said, "support_person_present", None),
        ended_on=None,
        end_reason=None,
    )
    _number(rows)


def _number(rows: Rows) -> None:
    """Her first plan is 1, however late somebody tells of it."""
    signed_ = sorted((r for r in rows if r.get("signed_on")), key=lambda r: (r["signed_on"], str(r["plan_id"])))
    for number, row in enumerate(signed_, 1):
        if row.get("plan_no") != number:
            rows.put(**{**row, "plan_no": number})


@view.on(PlanReviewed, PlanRenewed)
def reviewed(rows: Rows, fact: Fact) -> None:
    """It was gone through; who was there counts for every review, not only for the first."""
    said: PlanReviewed | PlanRenewed = fact.data
    people = _people(rows, said.plan_id, "attended", said.reviewed_on, *said.participants)
    row = _put(rows, said.plan_id, participants=people)
    social = _social(p.role for p in said.participants)
    newest = row.get("last_reviewed_on") is None or said.reviewed_on >= row["last_reviewed_on"]
    _put(
        rows,
        said.plan_id,
        plan_type=getattr(said, "plan_type", None) or row.get("plan_type"),
        reviews=row["reviews"] + 1,
        reviews_with_social_work=row["reviews_with_social_work"] + social,
        last_reviewed_on=said.reviewed_on if newest else row["last_reviewed_on"],
        next_review_on=said.next_review_on if newest else row.get("next_review_on"),
        successor=getattr(said, "successor", None) or row.get("successor"),
    )


@view.on(PlanSuperseded)
def superseded(rows: Rows, fact: Fact) -> None:
    """Another plan stands in its place."""
    said: PlanSuperseded = fact.data
    ended = said.superseded_on
    _put(rows, said.plan_id, state="superseded", successor=said.successor, ended_on=ended, end_reason=said.reason)
    _put(rows, said.successor, predecessor=said.plan_id)


@view.on(PlanEnded, PlanInterrupted)
def ended(rows: Rows, fact: Fact) -> None:
    """It is over, as planned or not."""
    said: PlanEnded | PlanInterrupted = fact.data
    if isinstance(said, PlanEnded):
        _put(rows, said.plan_id, state="ended", ended_on=said.ended_on, end_reason=said.reason)
    else:
        _put(rows, said.plan_id, state="interrupted", ended_on=said.interrupted_on, end_reason=said.reason)


@view.on(ClientInformedOfBenefits)
def informed(rows: Rows, fact: Fact) -> None:
    """She knows what the plan means for her benefits."""
    said: ClientInformedOfBenefits = fact.data
    _put(rows, said.plan_id, benefits_informed_on=said.on)
