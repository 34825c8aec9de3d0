"""Cases about plans, referrals and assessments: prepared twice, led twice, or made instead of one another."""

from __future__ import annotations

from simulator.cases import Planter, Stage
from simulator.region import Org

ACTIVATION, EMPLOYMENT_PLAN, MULTISECTOR = "activation_plan", "employment_plan", "multisector_employment_plan"
SERVICE = "rehab_work_activity"


def _refer(stage: Stage, org: Org, name: str, day: int, **more: object) -> None:
    data: dict[str, object] = {
        "referral_id": stage.id(name),
        "service_type": SERVICE,
        "referrer_type": org.types_at(stage.life.setting.start)[0],
        "basis_of_entry": "client_need",
        "target_org": stage.county.id,
        "external_ref": f"ref-{name}",
        **more,
    }
    stage.say(org, "referral.submitted", stage.day(day), data)


def two_referrers(stage: Stage) -> bool:
    """D01."""
    guide = stage.other(("ohjaamo", "educational_institution", "kela"))
    if guide is None:
        return False
    _refer(stage, stage.officer, "first", 0)
    _refer(stage, guide, "second", 3)
    return True


def two_plans(stage: Stage) -> bool:
    """D02."""
    if (team := stage.team) is None:
        return False
    stage.begin_plan(stage.officer, ACTIVATION, stage.id("plan"), stage.day(0))
    stage.begin_plan(team, MULTISECTOR, stage.id("other plan"), stage.day(3))
    return True


def bypassed(stage: Stage) -> bool:
    """D03."""
    plan, on = stage.id("plan"), stage.day(2)
    begun = {"plan_id": plan, "plan_type": ACTIVATION, "lead_org": stage.officer.id, "required_roles": ["client"]}
    stage.say(stage.officer, "plan.preparation_started", stage.day(0), begun)
    alone = stage.people(("employment_officer", stage.officer), on=on)
    stage.say(stage.officer, "plan.signed", on, {"plan_id": plan, "plan_type": ACTIVATION, "signed_by": alone})
    return True


def employment_plan_instead(stage: Stage) -> bool:
    """D04, whatever the law of the day: a multi-sector plan is in force."""
    if (team := stage.team) is None:
        return False
    plan = stage.id("plan")
    stage.begin_plan(team, MULTISECTOR, plan, stage.day(0))
    stage.sign_plan(team, MULTISECTOR, plan, stage.day(2))
    stage.begin_plan(stage.officer, EMPLOYMENT_PLAN, stage.id("instead"), stage.day(5))
    return True


def provider_asked_twice(stage: Stage) -> bool:
    """D05: a referral, and a call about the same matter."""
    if (provider := stage.provider) is None:
        return False
    _refer(stage, stage.officer, "first", 0, target_provider=provider.id)
    called = {"mode": "phone", "direction": "out", "purpose_code": "referral", "on": stage.day(4).isoformat()}
    stage.say(stage.county, "contact.logged", stage.day(4), {**called, "org": provider.id, "service_type": SERVICE})
    return True


def two_assessments(stage: Stage) -> bool:
    """D06."""
    if (team := stage.team) is None:
        return False
    stage.say(
        stage.county, "need_assessment.started", stage.day(0), {"assessment_id": stage.id("social"), "kind": "social"}
    )
    stage.say(
        team, "need_assessment.started", stage.day(4), {"assessment_id": stage.id("multi"), "kind": "multisector"}
    )
    return True


def two_leads(stage: Stage) -> bool:
    """D16."""
    stage.begin_plan(stage.officer, ACTIVATION, stage.id("plan"), stage.day(0))
    stage.begin_plan(stage.county, ACTIVATION, stage.id("other plan"), stage.day(3))
    return True


def nobody_works(stage: Stage) -> bool:
    """D17: two hand-overs, and neither receiver answers."""
    one, other = stage.other(("association",)), stage.other(("project",))
    if one is None or other is None:
        return False
    for day, org in ((0, one), (1, other)):
        data = {"handover_id": stage.id("handover", day), "to_org": org.id, "to_role": "job_coach"}
        stage.say(stage.county, "handover.started", stage.day(day), data)
    return True


def employment_plan_first(stage: Stage) -> bool:
    """The law wants an employment plan before the activation plan (L189/2001 5 § 4)."""
    stage.begin_plan(stage.officer, EMPLOYMENT_PLAN, stage.id("first"), stage.day(0))
    stage.sign_plan(stage.officer, EMPLOYMENT_PLAN, stage.id("first"), stage.day(1))
    stage.begin_plan(stage.officer, ACTIVATION, stage.id("plan"), stage.day(4))
    return True


def renewal(stage: Stage) -> bool:
    """A plan is renewed while the old one still runs."""
    old, new = stage.id("old"), stage.id("new")
    stage.begin_plan(stage.officer, ACTIVATION, old, stage.day(-30))
    stage.sign_plan(stage.officer, ACTIVATION, old, stage.day(-25))
    stage.begin_plan(stage.officer, ACTIVATION, new, stage.day(2), predecessor_plan_id=old)
    stage.sign_plan(stage.officer, ACTIVATION, new, stage.day(5))
    return True


def same_referral_again(stage: Stage) -> bool:
    """The same organisation sends its referral anew under the same reference."""
    _refer(stage, stage.officer, "first", 0)
    _refer(stage, stage.officer, "again", 3, external_ref="ref-first")
    return True


PLANTERS = (
    Planter("D01", True, "two organisations refer the client to the same service", 3, two_referrers),
    Planter("D02", True, "an activation plan and a multi-sector plan are prepared at once", 3, two_plans),
    Planter("D03", True, "a plan is signed without the social instructor", 2, bypassed),
    Planter("D04", True, "an employment plan is begun beside a multi-sector plan", 5, employment_plan_instead),
    Planter("D05", True, "a provider is turned to by two about the same client", 4, provider_asked_twice),
    Planter("D06", True, "a social and a multi-sector assessment of need are open at once", 4, two_assessments),
    Planter("D16", True, "authority and social work both begin the activation plan", 3, two_leads),
    Planter("D17", True, "two hand-overs are not answered for two weeks", 15, nobody_works),
    Planter("employment_plan_first", False, "an employment plan before the activation plan", 4, employment_plan_first),
    Planter("renewal", False, "a plan renewed while the old one runs", 2, renewal),
    Planter("same_referral", False, "the same referral sent again", 3, same_referral_again),
)
