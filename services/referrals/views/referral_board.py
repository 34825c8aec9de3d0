"""Every referral: who sent whom where, when, and how it stands."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from kernel.calendar import day_of
from kernel.facts import Conclusion, Fact
from kernel.views import Column, Row, Rows, View
from schemas.referrals.accepted_v1 import ReferralAccepted
from schemas.referrals.received_v1 import ReferralReceived
from schemas.referrals.redirected_v1 import ReferralRedirected
from schemas.referrals.rejected_v1 import ReferralRejected
from schemas.referrals.submitted_v2 import ReferralSubmitted
from schemas.referrals.withdrawn_v1 import ReferralWithdrawn

view = View(
    name="referral_board",
    version=4,
    key=("referral_id",),
    columns=(
        Column("referral_id", "uuid"),
        Column("state", "text"),
        Column("service_type", "text", "service"),
        Column("referrer_org", "text"),
        Column("referrer_type", "text"),
        Column("target_org", "text", "service"),
        Column("target_provider", "text", "service"),
        Column("receiver_org", "text", "service"),
        Column("basis_of_entry", "text"),
        Column("purpose", "text[]", "sensitive"),
        Column("desired_start", "date"),
        Column("work_trial_considered", "boolean"),
        Column("feedback_permitted", "boolean"),
        Column("feedback_org", "text", "internal"),  # the referrer, once she permits that it hears what became of it
        Column("external_ref", "text"),
        Column("channel", "text"),
        Column("plan_id", "uuid"),
        Column("times_redirected", "integer"),
        Column("submitted_on", "date"),
        Column("received_on", "date"),
        Column("decided_on", "date"),
        Column("reason_code", "text", "sensitive"),
        Column("changed_at", "timestamptz"),
        Column("waits_for", "text"),
        Column("waits_since", "date"),
        Column("waiting", "jsonb", "internal"),  # open raises of what it waits for, by id
    ),
    title={"fi": "Lähetteet", "sv": "Remisser", "en": "Referrals"},
    filters=(
        "state", "waits_for", "service_type", "referrer_org", "referrer_type", "channel", "target_org", "receiver_org",
        "referral_id",
    ),
    route="referrals",
)  # fmt: skip
DECIDED = {ReferralAccepted: "accepted", ReferralRejected: "rejected", ReferralWithdrawn: "withdrawn"}


def _put(rows: Rows, fact: Fact, referral: UUID, **columns: Any) -> None:
    """Change what is known of a referral; that it exists shows from the first word about it."""
    row = rows.get(referral) or {"state": "unknown"}
    rows.put(**{**row, **columns, "referral_id": referral, "changed_at": fact.time})


@view.on(ReferralSubmitted)
def submitted(rows: Rows, fact: Fact) -> None:
    """It was sent, or sent again with changes: then it stands where it stood, with its first day."""
    said: ReferralSubmitted = fact.data
    known = rows.get(said.referral_id) or {}
    referrer = known.get("referrer_org") or fact.org
    _put(
        rows,
        fact,
        said.referral_id,
        state=known.get("state") if known.get("state") not in {None, "unknown"} else "submitted",
        service_type=said.service_type,
        referrer_org=referrer,
        referrer_type=said.referrer_type,
        target_org=said.target_org,
        target_provider=said.target_provider,
        receiver_org=known.get("receiver_org") or said.target_org,
        basis_of_entry=said.basis_of_entry,
        purpose=list(said.purpose),
        desired_start=said.desired_start,
        work_trial_considered=said.work_trial_considered,
        feedback_permitted=said.feedback_permitted,
        feedback_org=referrer if said.feedback_permitted else None,
        external_ref=said.external_ref,
        channel=getattr(said, "channel", None),
        plan_id=getattr(said, "plan_id", None),
        submitted_on=known.get("submitted_on") or day_of(fact.time),
    )


@view.on(ReferralReceived)
def received(rows: Rows, fact: Fact) -> None:
    """It lies on the receiver's desk."""
    said: ReferralReceived = fact.data
    _put(rows, fact, said.referral_id, state="received", receiver_org=fact.org, received_on=day_of(fact.time))


@view.on(ReferralRedirected)
def redirected(rows: Rows, fact: Fact) -> None:
    """It was sent on; the next organisation has it now."""
    said: ReferralRedirected = fact.data
    times = ((rows.get(said.referral_id) or {}).get("times_redirected") or 0) + 1
    _put(
        rows,
        fact,
        said.referral_id,
        state="redirected",
        receiver_org=said.next_org,
        reason_code=said.reason_code,
        times_redirected=times,
    )


@view.on(ReferralAccepted, ReferralRejected, ReferralWithdrawn)
def decided(rows: Rows, fact: Fact) -> None:
    """It was decided upon, or taken back."""
    said: ReferralAccepted | ReferralRejected | ReferralWithdrawn = fact.data
    _put(
        rows,
        fact,
        said.referral_id,
        state=DECIDED[type(said)],
        decided_on=day_of(fact.time),
        reason_code=said.reason_code,
    )


@view.on("referral.stale")
def waits(rows: Rows, fact: Fact) -> None:
    """Its time is up: to be received, decided upon or begun."""
    said: Conclusion = fact.data
    row = rows.get(UUID(said.facts["referral_id"]))
    if row is not None:
        told = {"step": said.facts["step"], "since": day_of(said.since).isoformat()}
        _waits(rows, row, {**(row.get("waiting") or {}), fact.id: told})


@view.on("finding.withdrawn")
def goes_on(rows: Rows, fact: Fact) -> None:
    """The step was taken."""
    said: Conclusion = fact.data
    for row in rows:
        if said.raised in (row.get("waiting") or {}):
            _waits(rows, row, {k: v for k, v in row["waiting"].items() if k != said.raised})


def _waits(rows: Rows, row: Row, waiting: dict[str, dict[str, str]]) -> None:
    """The newest step of those that it waits for."""
    newest = max(waiting.values(), key=lambda w: w["since"], default=None)
    since = date.fromisoformat(newest["since"]) if newest else None
    rows.put(**{**row, "waits_for": newest["step"] if newest else None, "waits_since": since, "waiting": waiting})
