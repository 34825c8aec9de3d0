"""Codes of the national employment register (URA) and what they are here; values as its public description gives them.

A code is a zero-padded string, as the register's extracts write it. What Polku does not express stays as it was stated.
"""

from __future__ import annotations

from collections.abc import Mapping

PLAN_KINDS: Mapping[str, str] = {
    "01": "employment_plan",
    "03": "activation_plan",
    "04": "integration_plan",
    "07": "multisector_employment_plan",
}
"""URA plan kind → `PlanType`. 02 (employment programme) and 05, 06 (job-search plans) have no counterpart."""

PLAN_TASKS: Mapping[str, str] = {
    **dict.fromkeys(("029", "072", "086"), "rehab_work_activity"),
    **dict.fromkeys(("018", "063"), "work_trial"),
    **dict.fromkeys(("026", "077"), "wage_subsidised_work"),
    **dict.fromkeys(("017", "070"), "job_coaching"),
    **dict.fromkeys(("031", "085"), "pension_clarification"),
    **dict.fromkeys(("030", "069", "084"), "employment_services"),
}
"""URA plan task → `ServiceType`: what the client takes part in or applies for. 030, 069 and 084 are other authorities'
services, which the register does not tell apart.
"""

MULTISECTOR_TASKS = frozenset({"027", "071", "074"})
"""URA plan tasks by which the multi-sector service is meant."""

SEGMENTS: Mapping[str, str] = {"05": "multisector_model"}
"""URA customer segment → the organisation type that serves it: 05 is the multi-sector joint service."""

EMPLOYMENT: Mapping[str, str] = {"02": "unemployed", "07": "in_service_promoting_employment"}
"""URA employment code → what it says of a jobseeker; other codes are for the register alone."""

CONTACT_MODES = frozenset(
    f"{n:02}" for first, last in ((1, 36), (70, 72), (80, 82), (95, 99)) for n in range(first, last + 1)
)
"""URA contact modes that there are: call, letter, message, visit, interview; which is which the register keeps."""

REPLACING_PLANS = frozenset({"activation_plan", "integration_plan", "multisector_employment_plan"})
"""Plans that stand in the place of an employment plan (L380/2023 3 § 8)."""


def plan_type(code: str) -> str | None:
    """The `PlanType` of a URA plan kind, or None."""
    return PLAN_KINDS.get(code)


def is_replacing_plan(plan: str) -> bool:
    """Whether a `PlanType` replaces the employment plan."""
    return plan in REPLACING_PLANS
