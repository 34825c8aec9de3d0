"""Who is responsible for what: the one own worker, the provider's client manager, each plan's lead, each hand-over."""

from __future__ import annotations

from datetime import date
from typing import Any

from kernel.calendar import day_of
from kernel.facts import Conclusion, Fact
from kernel.views import Column, Row, Rows, View
from schemas.benefits.status_reported_v1 import BenefitStatusReported
from schemas.caseworkers.assigned_v1 import CaseworkerAssigned
from schemas.caseworkers.ended_v1 import CaseworkerEnded
from schemas.handovers.confirmed_v1 import HandoverConfirmed
from schemas.handovers.started_v1 import HandoverStarted
from schemas.plans.preparation_started_v1 import PlanPreparationStarted
from services.referrals.client import SOCIAL_ASSISTANCE, UNEMPLOYMENT
from services.referrals.lead import INSTRUCTOR, OFFICER, OWN_WORKER
from services.referrals.planned import MULTISECTOR

PROFESSIONAL = "social_welfare_professional"
LEAD, HANDOVER, NEXT = "plan_lead", "handover", ""

view = View(
    name="responsibility_matrix",
    version=2,
    key=("task", "item"),
    columns=(
        Column("task", "text"),
        Column("item", "text"),
        Column("state", "text"),
        Column("org", "text"),
        Column("person_ref", "text"),
        Column("role", "text"),
        Column("basis", "text"),
        Column("from_on", "date"),
        Column("to_on", "date"),
        Column("from_org", "text"),
        Column("confirmed_on", "date"),
        Column("others", "text[]"),
        Column("warning", "text"),
        Column("held", "jsonb", "internal"),  # all that was named, so that endings may come in any order
    ),
    title={"fi": "Vastuut", "sv": "Ansvar", "en": "Responsibilities"},
    filters=("task", "state", "org", "item"),
)


@view.on(CaseworkerAssigned, CaseworkerEnded)
def named(rows: Rows, fact: Fact) -> None:
    """One row for each role: who began last holds it; others who hold it too are named beside her."""
    said: CaseworkerAssigned | CaseworkerEnded = fact.data
    row = rows.get(said.role_code, NEXT) or {"held": [], "state": "named"}
    begins = said.from_.isoformat() if isinstance(said, CaseworkerAssigned) else None
    told = {"org": fact.org, "ref": said.person_ref, "from": begins, "to": said.to.isoformat() if said.to else None}
    if isinstance(said, CaseworkerAssigned):
        told["qualified"] = said.qualification_class
    rows.put(**_holder([*row["held"], told], said.role_code, row["state"]))


def _holder(told: list[dict[str, Any]], role: str, state: str) -> Row:
    """The holder after all assignments and endings that were told."""
    begun = [dict(t) for t in told if t["from"]]
    for ending in (t for t in told if not t["from"]):
        for one in begun:
            same = (one["org"], one["ref"]) == (ending["org"], ending["ref"])
            if same and one["from"] <= ending["to"] and (one["to"] is None or ending["to"] <= one["to"]):
                one["to"] = ending["to"]
    open_ = [t for t in begun if t["to"] is None] or begun
    last = max(open_, key=lambda t: (t["to"] or "9", t["from"], t["org"], t["ref"]), default=None)
    others = sorted({f"{t['org']}/{t['ref']}" for t in begun if last and t["to"] is None and t != last})
    return {
        "task": role,
        "item": NEXT,
        "state": state,
        "role": role,
        "org": last["org"] if last else None,
        "person_ref": last["ref"] if last else None,
        "from_on": _day(last["from"]) if last else None,
        "to_on": _day(last["to"]) if last else None,
        "others": others,
        "warning": _warning(role, last),
        "held": told,
    }


def _warning(role: str, holder: dict[str, Any] | None) -> str | None:
    """An own worker should be a social-welfare professional (survey, row 53): it is shown, and blocks nothing."""
    qualified = holder.get("qualified") if holder and role == OWN_WORKER else None
    return "not_social_welfare_professional" if qualified not in {None, PROFESSIONAL} else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@view.on("caseworker.missing", "caseworker.conflict")
def wrong(rows: Rows, fact: Fact) -> None:
    """What the rule has found of own workers: there is none, or there are several."""
    state = "missing" if fact.name == "caseworker.missing" else "several"
    held: Row = rows.get(OWN_WORKER, NEXT) or {"held": []}
    rows.put(**{**held, "task": OWN_WORKER, "item": NEXT, "role": OWN_WORKER, "state": state, "basis": fact.id})


@view.on("finding.withdrawn")
def right_again(rows: Rows, fact: Fact) -> None:
    """There is exactly one again."""
    said: Conclusion = fact.data
    row = rows.get(OWN_WORKER, NEXT)
    if row is not None and said.raised and row.get("basis") == said.raised:
        rows.put(**{**row, "state": "named", "basis": None})


@view.on(BenefitStatusReported)
def paid(rows: Rows, fact: Fact) -> None:
    """What she lives on says who leads the next plan: unemployment benefit the authority, assistance the county."""
    said: BenefitStatusReported = fact.data
    row = rows.get(LEAD, NEXT) or {"held": []}
    last = said.to.isoformat() if said.to else None
    held = [*row["held"], {"type": said.benefit_type, "from": said.from_.isoformat(), "to": last}]
    role = _by_benefit(held, day_of(fact.time).isoformat())
    rows.put(task=LEAD, item=NEXT, state="computed", role=role, basis="benefit" if role else None, held=held)


def _by_benefit(held: list[dict[str, Any]], day: str) -> str | None:
    kinds = {h["type"] for h in held if h["from"] <= day and (h["to"] is None or day <= h["to"])}
    if kinds & UNEMPLOYMENT:
        return OFFICER
    return INSTRUCTOR if kinds & SOCIAL_ASSISTANCE else None


@view.on(PlanPreparationStarted)
def led(rows: Rows, fact: Fact) -> None:
    """Who leads it as was told, and by what: her benefit on that day, or an agreement of the partners."""
    said: PlanPreparationStarted = fact.data
    held = (rows.get(LEAD, NEXT) or {"held": []})["held"]
    role = None if said.plan_type == MULTISECTOR else _by_benefit(held, day_of(fact.time).isoformat())
    known = rows.get(LEAD, str(said.plan_id)) or {}
    others = {o for o in (*known.get("others", []), known.get("org")) if o and o != said.lead_org}
    rows.put(
        task=LEAD,
        item=str(said.plan_id),
        state="several" if others else "named",
        org=said.lead_org,
        role=role,
        basis="benefit" if role else "stated",
        from_on=known.get("from_on") or day_of(fact.time),
        others=sorted(others),
    )


@view.on(HandoverStarted, HandoverConfirmed)
def handed_over(rows: Rows, fact: Fact) -> None:
    """She stays with whoever hands her over until the receiver itself says yes."""
    said: HandoverStarted | HandoverConfirmed = fact.data
    row = rows.get(HANDOVER, str(said.handover_id)) or {"held": [], "state": "handed_over"}
    row = {**row, "task": HANDOVER, "item": str(said.handover_id)}
    if isinstance(said, HandoverStarted):
        since = row.get("from_on") or day_of(fact.time)
        row |= {"from_org": fact.org, "org": said.to_org, "role": said.to_role, "from_on": since}
    else:
        row["held"] = [*row["held"], {"org": fact.org, "on": day_of(fact.time).isoformat()}]
    yes = [h["on"] for h in row["held"] if h["org"] == row.get("org")]
    row |= {"state": "confirmed" if yes else "handed_over", "confirmed_on": _day(min(yes, default=None))}
    rows.put(**row)
