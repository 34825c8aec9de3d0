"""Where a placement, plan, referral, review or service stands after the newest fact about it."""

from __future__ import annotations

from collections.abc import Mapping

PLACEMENT: Mapping[str, str] = {
    "placement.offered": "offered",
    "placement.agreed": "agreed",
    "placement.extended": "agreed",
    "placement.started": "running",
    "placement.suspended": "suspended",
    "placement.resumed": "running",
    "placement.ended": "ended",
}
PLAN: Mapping[str, str] = {
    "plan.preparation_started": "in_preparation",
    "plan.signed": "in_force",
    "plan.reviewed": "in_force",
    "plan.ended": "ended",
}
REFERRAL: Mapping[str, str] = {
    f"referral.{s}": s for s in ("submitted", "received", "accepted", "rejected", "withdrawn", "redirected")
}
REVIEW: Mapping[str, str] = {"review.scheduled": "scheduled", "review.cancelled": "cancelled", "review.held": "held"}
ASSESSMENT: Mapping[str, str] = {f"need_assessment.{s}": s for s in ("requested", "started", "completed")}
SERVICE: Mapping[str, str] = {f"parallel_service.{s}": s for s in ("agreed", "started", "held", "ended")}
