"""Where one person stands: who is responsible, what runs, what comes next, and who else is involved."""

from __future__ import annotations

from typing import Any

from kernel.calendar import day_of
from kernel.facts import Conclusion, Fact
from kernel.views import Column, Rows, View
from schemas.telling import WORK_ACTIVITY
from services.notifications.next_step import Step
from services.notifications.people import OWN_WORKER
from services.notifications.situation import put, put_one, reviewed_on, row_of, told_on, without
from services.notifications.standing import ASSESSMENT, PLACEMENT, PLAN, REFERRAL, REVIEW, SERVICE
from services.notifications.state import ALERT, RAISED, WITHDRAWN
from services.notifications.working_time import working_time_after

view = View(
    name="client_situation",
    version=6,
    key=(),
    columns=(
        Column("home_municipality", "text"),
        Column("language", "text"),
        Column("age_band", "text"),
        Column("own_worker_org", "text"),
        Column("own_worker_ref", "text"),
        Column("workers", "jsonb"),
        Column("placements", "jsonb"),
        Column("plans", "jsonb"),
        Column("reviews", "jsonb"),
        Column("referrals", "jsonb"),
        Column("referrals_elsewhere", "jsonb", "service"),  # to other services than work activity itself
        Column("services", "jsonb", "sensitive"),  # which of them she needs tells of her health
        Column("assessments", "jsonb", "sensitive"),
        Column("education_needs", "jsonb", "sensitive"),
        Column("eligibility", "jsonb", "benefit"),
        Column("next_review_on", "date"),
        Column("last_review_on", "date"),
        Column("last_contact_on", "date"),
        Column("last_contact_org", "text"),
        Column("open_alerts", "integer"),
        Column("alerts", "jsonb"),
        Column("steps", "jsonb"),
        Column("next_step", "jsonb"),
        Column("involved", "jsonb"),
    ),
    title={"fi": "Asiakkaan tilanne", "sv": "Klientens situation", "en": "Client situation"},
    filters=("home_municipality", "own_worker_org", "own_worker_ref"),
)


@view.on("client.registered")
def registered(rows: Rows, fact: Fact) -> None:
    """Where she lives and which language she uses."""
    data: Any = fact.data
    put(rows, fact, home_municipality=data.home_municipality, language=data.language, age_band=data.age_band)


@view.on("client.moved_municipality")
def moved(rows: Rows, fact: Fact) -> None:
    """She lives elsewhere now."""
    data: Any = fact.data
    put(rows, fact, home_municipality=data.to)


@view.on("caseworker.assigned")
def assigned(rows: Rows, fact: Fact) -> None:
    """Somebody is there for her from a day on."""
    data: Any = fact.data
    worker = {"role": data.role_code, "org": fact.org, "ref": data.person_ref, "from": data.from_.isoformat()}
    worker |= {"to": data.to.isoformat()} if data.to else {}
    _put_workers(rows, fact, [*row_of(rows)["workers"], worker])


@view.on("caseworker.ended")
def ended(rows: Rows, fact: Fact) -> None:
    """Somebody is no longer there for her after a day."""
    data: Any = fact.data
    which = (data.role_code, fact.org, data.person_ref)
    workers = [
        {**w, "to": data.to.isoformat()} if (w["role"], w["org"], w["ref"]) == which and "to" not in w else w
        for w in row_of(rows)["workers"]
    ]
    _put_workers(rows, fact, workers)


def _put_workers(rows: Rows, fact: Fact, workers: list[dict[str, Any]]) -> None:
    own = [w for w in workers if w["role"] == OWN_WORKER]
    newest = max(own, key=lambda w: ("to" not in w, w.get("to", ""), w["from"]), default=None)
    own_worker = {f"own_worker_{name}": newest and newest[name] for name in ("org", "ref")}
    put(rows, fact, workers=workers, **own_worker)


@view.on(*PLACEMENT)
def placed(rows: Rows, fact: Fact) -> None:
    """A placement and where it stands."""
    put_one(rows, fact, "placements", "placement_id", PLACEMENT, ("site_id", "start_on", "end_on", "started_on"))


@view.on(*PLAN)
def planned(rows: Rows, fact: Fact) -> None:
    """A plan and when it is looked at again."""
    put_one(rows, fact, "plans", "plan_id", PLAN, ("plan_type", "lead_org", "reviewed_on", "next_review_on"))
    reviewed_on(rows, fact, getattr(fact.data, "reviewed_on", None))


@view.on(*REFERRAL)
def referred(rows: Rows, fact: Fact) -> None:
    """A referral and where it stands; apart from the others while it is not known to be one to work activity."""
    row, id_ = row_of(rows), str(fact.data.referral_id)
    known = row["referrals"].get(id_) or row["referrals_elsewhere"].get(id_) or {}
    here = (getattr(fact.data, "service_type", None) or known.get("service_type")) == WORK_ACTIVITY
    column, other = ("referrals", "referrals_elsewhere") if here else ("referrals_elsewhere", "referrals")
    if id_ in row[other]:
        put(rows, fact, **{other: without(row[other], id_), column: {**row[column], id_: known}})
    put_one(rows, fact, column, "referral_id", REFERRAL, ("service_type",))


@view.on(*SERVICE)
def served(rows: Rows, fact: Fact) -> None:
    """A service beside the placement."""
    put_one(rows, fact, "services", "ps_id", SERVICE, ("service_type", "org"))


@view.on(*ASSESSMENT)
def assessed(rows: Rows, fact: Fact) -> None:
    """An assessment of need with the day of each step, so that its age shows; and what it recommends."""
    data: Any = fact.data
    all_, id_, advice = row_of(rows)["assessments"], str(data.assessment_id), getattr(data, "recommendation", None)
    step = {ASSESSMENT[fact.name]: told_on(fact), "kind": data.kind, "org": fact.org}
    step |= {} if advice is None else {"recommendation": list(advice)}
    put(rows, fact, assessments={**all_, id_: {**all_.get(id_, {}), **step}})


@view.on("education_need.recorded")
def wants_education(rows: Rows, fact: Fact) -> None:
    """What education she needs, as it was recorded last."""
    data: Any = fact.data
    put(rows, fact, education_needs={"codes": list(data.codes), "org": fact.org, "on": told_on(fact)})


@view.on("eligibility.reported")
def eligible(rows: Rows, fact: Fact) -> None:
    """Kela's word that a plan must be made, each ground with its days."""
    data: Any = fact.data
    said = {"fulfilled_on": data.fulfilled_on.isoformat(), "reported_on": data.reported_on.isoformat()}
    put(rows, fact, eligibility={**(row_of(rows).get("eligibility") or {}), data.ground: said})


@view.on(*REVIEW)
def reviewed(rows: Rows, fact: Fact) -> None:
    """A review that is booked, or was held."""
    put_one(rows, fact, "reviews", "review_id", REVIEW, ("kind", "starts_at"))
    reviewed_on(rows, fact, day_of(fact.time) if fact.name == "review.held" else None)


@view.on("contact.logged")
def contacted(rows: Rows, fact: Fact) -> None:
    """Somebody was in touch with her."""
    data: Any = fact.data
    last = row_of(rows).get("last_contact_on")
    newer = {"last_contact_on": data.on, "last_contact_org": fact.org} if last is None or data.on >= last else {}
    put(rows, fact, **newer)


@view.on(RAISED)
def alerted(rows: Rows, fact: Fact) -> None:
    """An alert is open, and somebody should answer it."""
    facts = fact.data.facts
    to = {name: facts["to"][name] for name in ("org", "person_ref", "role")}
    by = working_time_after(fact.time, facts["respond_days"])
    _put_alerts(rows, fact, fact.id, {"what": facts["family"], **to, "by": day_of(by).isoformat()})


@view.on(WITHDRAWN)
def explained(rows: Rows, fact: Fact) -> None:
    """An alert is not needed any more."""
    said: Conclusion = fact.data
    if said.rule == ALERT:
        _put_alerts(rows, fact, str(said.raised), None)


@view.on("alert.closed")
def closed(rows: Rows, fact: Fact) -> None:
    """An alert was closed."""
    data: Any = fact.data
    _put_alerts(rows, fact, str(data.alert_id), None)


@view.on("handover.started")
def handed_over(rows: Rows, fact: Fact) -> None:
    """Another service is to take her over."""
    data: Any = fact.data
    step = {"what": "take_over", "org": data.to_org, "person_ref": "", "role": data.to_role}
    put(rows, fact, steps={**row_of(rows)["steps"], str(data.handover_id): {**step, "by": told_on(fact)}})


@view.on("handover.confirmed")
def taken_over(rows: Rows, fact: Fact) -> None:
    """It has taken her over."""
    data: Any = fact.data
    put(rows, fact, steps=without(row_of(rows)["steps"], str(data.handover_id)))


def _put_alerts(rows: Rows, fact: Fact, id_: str, step: Step | None) -> None:
    """`step`: who should do what about an alert that is open; None: nothing any more. An organisation is no client."""
    if fact.lane == 0:
        return
    row = row_of(rows)
    steps = without(row["steps"], id_) | ({id_: step} if step else {})
    alerts = [a for a in row["alerts"] if a != id_] + ([id_] if step else [])
    put(rows, fact, alerts=alerts, open_alerts=len(alerts), steps=steps)
