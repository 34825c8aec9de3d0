"""Code lists: a list that holds `other` is open to codes that Polku does not know, every other list is closed."""

from __future__ import annotations

from typing import Annotated, Literal

from schemas.fields import Open

OrgType = Literal[
    "te_office", "employment_authority", "municipal_employment_trial", "typ", "multisector_model",
    "adult_social_work", "social_services", "wellbeing_county", "municipality", "joint_municipal_authority",
    "joint_municipal_enterprise", "joint_health_social_authority", "municipal_employment_services", "kela",
    "unemployment_fund", "ohjaamo", "educational_institution", "specialised_health_care", "mental_health_services",
    "psychiatry", "substance_services", "health_care", "rehabilitation_polyclinic", "work_ability_team",
    "foundation", "association", "ngo", "parish", "religious_community", "private_provider", "state_agency",
    "workshop", "activity_site", "employer", "enforcement_authority", "debt_counselling", "project", "organiser",
    "provider", "referrer", "registry_office", "keha", "chief_shop_steward", "operator",
]  # fmt: skip
RoleCode = Literal[
    "client", "social_instructor", "social_worker", "adult_social_work_employee", "social_welfare_professional",
    "own_worker", "provider_client_manager", "employment_officer", "workshop_supervisor", "individual_coach",
    "job_coach", "unemployed_health_nurse", "debt_counsellor", "support_person", "ops", "dpo",
    "team_lead", "kela_officer", "school_counsellor",
]  # fmt: skip
ServiceType = Literal[
    "rehab_work_activity", "social_rehabilitation", "social_guidance", "financial_social_work",
    "adult_social_work_service", "individual_coaching", "job_coaching", "coaching_services", "work_trial",
    "wage_subsidised_work", "education", "card_training", "vocational_rehabilitation", "vocational_rehab_assessment",
    "rehabilitation", "kela_rehabilitation", "work_ability_assessment", "health_clarification",
    "pension_clarification", "service_need_assessment", "low_threshold_service", "substance_services",
    "substance_guidance", "mental_health_services", "psychiatry", "health_services", "debt_counselling",
    "employment_services", "meal_offer", "labour_policy_measure",
]  # fmt: skip
PlanType = Literal[
    "activation_plan", "employment_plan", "multisector_employment_plan", "integration_plan", "client_plan"
]
BenefitType = Literal[
    "unemployment_benefit", "labour_market_subsidy", "basic_allowance", "general_support",
    "earnings_related_allowance", "expense_allowance", "benefit_increase", "basic_social_assistance",
    "supplementary_social_assistance", "activity_money", "travel_compensation", "housing_allowance", "meal_benefit",
]  # fmt: skip
EligibilityGround = Literal["u25_180of12m", "u25_allowance_used", "u25_sa4m", "o25_500d", "o25_180after", "o25_sa12m"]
AgeBand = Literal["u25", "25plus"]
Language = Annotated[Literal["fi", "sv", "en", "other"], Open()]
Qualification = Annotated[
    Literal["social_welfare_professional", "health_care_professional", "coach", "none", "other"], Open()
]
Payer = Annotated[Literal["kela", "unemployment_fund", "wellbeing_county", "other"], Open()]

ReferrerType = OrgType | Literal["client"]
BasisOfEntry = Literal["client_need", "client_wish"]
Purpose = Annotated[
    Literal[
        "strengthen_everyday_life", "no_stable_daily_rhythm", "substance_problem", "mental_health_problem",
        "support_ability_assessment", "work_ability_substantially_reduced_evidence_needed",
        "trial_after_long_illness", "promote_functional_ability", "burdensome_life_situation",
        "reinforce_work_life_rules", "commitment_to_regular_activity",
        "commitment_to_norms_and_community_practices", "other",
    ],
    Open(),
]  # fmt: skip
ReferralReason = Annotated[
    Literal[
        "suitable", "service_not_suitable", "no_service_in_area", "no_free_places", "other_service_first",
        "client_declined", "client_not_reached", "criteria_not_met", "sent_by_mistake", "already_in_service", "other",
    ],
    Open(),
]  # fmt: skip
NeedAssessmentKind = Literal["social", "multisector"]
Recommendation = Annotated[
    Literal[
        "start_service", "continue", "continue_with_changes", "end_service", "rehab_work_activity", "work_trial",
        "wage_subsidised_work", "open_labour_market", "education", "job_coaching", "individual_coaching",
        "social_rehabilitation", "health_clarification", "work_ability_assessment", "pension_clarification",
        "vocational_rehabilitation", "substance_services", "debt_counselling", "other",
    ],
    Open(),
]  # fmt: skip
Content = Annotated[Literal["life_management", "work_life_skills", "work", "other"], Open()]
Goal = Annotated[
    Literal[
        "daily_rhythm", "attendance", "functional_ability", "work_life_rules", "work_skills", "social_skills",
        "ability_evidence", "next_step_known", "other",
    ],
    Open(),
]  # fmt: skip
SupportType = Annotated[
    Literal["individual_coaching", "job_coaching", "social_guidance", "peer_support", "support_person", "other"],
    Open(),
]
SupportPhase = Literal["entry", "during", "transition", "after"]
PlanReason = Annotated[
    Literal[
        "periodic_review", "needs_changed", "absences", "goal_reached", "moved", "employed", "education",
        "client_request", "benefit_ended", "replaced", "no_longer_needed", "other",
    ],
    Open(),
]  # fmt: skip
ReviewKind = Literal["plan_review", "interim_assessment", "assessment_visit", "contact"]
MeetingMode = Annotated[
    Literal["office_visit", "site_visit", "home_visit", "phone", "video", "message", "other"], Open()
]
CancelReason = Annotated[
    Literal["client_request", "worker_unavailable", "merged_with_other", "not_needed", "other"], Open()
]
Direction = Literal["in", "out"]
ContactPurpose = Annotated[
    Literal["referral", "absence", "follow_up", "review", "planning", "support", "benefit", "other"], Open()
]
PolicyKind = Literal[
    "max_interval", "usual_interval", "on_demand", "at_contract_event", "by_period_length", "n_times_per_window",
    "before_period_end",
]  # fmt: skip

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
SuspensionReason = Annotated[Literal["illness", "site_closed", "epidemic", "other"], Open()]
EndReason = Annotated[
    Literal[
        "period_ended", "education", "employed", "work_trial", "wage_subsidised_work", "illness", "moved",
        "interrupted_by_client", "interrupted_by_organiser", "absences", "site_closed", "pension", "other",
    ],
    Open(),
]  # fmt: skip
AttendanceStatus = Literal["present", "partial", "absent", "service_not_provided", "swapped"]
AbsenceReason = Annotated[
    Literal[
        "own_illness", "child_illness_u10", "job_interview", "public_trust_office", "agreed_leave", "other_service",
        "unknown", "other",
    ],
    Open(),
]  # fmt: skip
Certificate = Literal["not_needed", "missing", "received"]
ConcernCode = Literal["many", "pattern", "worry"]
OutcomeCode = Literal[
    "education", "open_labour_market", "wage_subsidised_work", "work_ability_and_health_clarification",
    "rehabilitation_service", "pension_clarification", "pension", "sick_leave", "new_ktt_period",
    "returned_unemployed_jobseeker", "te_client", "employment_services", "kela_vocational_rehabilitation",
    "work_trial", "interrupted_by_client", "interrupted_by_organiser", "moved_municipality", "deceased", "unknown",
]  # fmt: skip
Outcome = Annotated[Literal[OutcomeCode, "other"], Open()]
Enabling = Annotated[
    Literal[
        "ability_risen", "own_field_found", "readiness_grown", "rhythm_found", "support_network", "skills_gained",
        "debts_arranged", "other",
    ],
    Open(),
]  # fmt: skip
Barrier = Annotated[
    Literal[
        "lacks_courage", "work_ability_insufficient", "social_skills", "stigma", "distance", "debt_demotivation",
        "hard_to_commit_mh", "hard_to_commit_substance", "other",
    ],
    Open(),
]  # fmt: skip

PermitScope = Annotated[
    Literal["attendance", "plan", "placement", "assessment", "contact", "health", "benefit", "situation", "other"],
    Open(),
]
RiskForm = Literal["TT3", "TEM691"]
FrequencyPer = Literal["week", "month", "period"]
BarrierType = Literal["distance", "queue", "not_offered", "cost"]
TravelMeans = Annotated[Literal["public_transport", "own_car", "taxi", "bicycle", "school_transport", "other"], Open()]
TravelBasis = Annotated[Literal["cheapest_means", "no_public_transport", "health", "other"], Open()]
MealOffer = Annotated[Literal["free", "cheap", "none", "other"], Open()]
OpportunityReason = Annotated[
    Literal["no_permission_to_fill", "no_need", "no_supervision", "subsidy_refused", "filled", "not_suitable", "other"],
    Open(),
]
HelpCode = Annotated[Literal["wage_subsidy", "coaching", "adaptation", "paperwork", "other"], Open()]
SubsidyStep = Annotated[
    Literal["asked", "applied", "supplemented", "decided", "contract_made", "paid", "other"], Open()
]
PathStep = Literal["ktt", "work_trial", "wage_subsidy", "employment"]
EducationNeed = Annotated[
    Literal["no_education", "interrupted_education", "deficient_education", "card_training", "language", "other"],
    Open(),
]
Characteristic = Annotated[
    Literal[
        "long_term_unemployed", "partially_able_to_work", "deficient_education", "no_education",
        "interrupted_education", "debts_in_enforcement", "vulnerable_position", "other",
    ],
    Open(),
]  # fmt: skip
Channel = Literal["interface", "file", "web_form", "registry_office", "low_threshold_service", "client_self"]
WorkKind = Literal["referral", "plan", "need_assessment", "review", "parallel_service", "contact", "placement"]

TaskKind = Literal[
    "plan_preparation", "plan_review", "placement_arrangement", "insurance", "shop_steward", "absence_clarification",
    "need_assessment", "parallel_service", "outcome_follow_up", "contact",
]  # fmt: skip
LegalBasis = Literal["statute", "local", "default"]

RetractReason = Annotated[Literal["wrong_person", "never_happened", "entered_twice", "wrong_system", "other"], Open()]

AlertReason = Annotated[
    Literal[
        "illness", "agreed_absence", "transport", "family", "motivation", "wrong_schedule", "not_reached",
        "site_problem", "data_error", "other",
    ],
    Open(),
]  # fmt: skip
AlertAction = Literal["plan_changed", "support_added", "health_referral", "none"]
CloseReason = Literal[
    "sorted", "known_agreed", "health", "plan_changed", "data_error", "no_action_needed", "not_my_client"
]
DismissReason = Annotated[
    Literal["joint_work", "different_matter", "agreed_division", "successor", "data_error", "other"], Open()
]
ResolveAction = Literal["merged", "withdrawn", "split", "joint_made"]

EMPLOYMENT: frozenset[str] = frozenset({"employment_authority", "te_office", "municipal_employment_trial"})
"""EA of the handbook: whoever carries the employment services' duty on the day."""
SOCIAL: frozenset[str] = frozenset(
    {"wellbeing_county", "adult_social_work", "joint_municipal_authority", "joint_municipal_enterprise", "municipality"}
)
"""SW: adult social work, by whoever organises it on the day."""
SITES: frozenset[str] = frozenset({"workshop", "activity_site"})
"""SU: where the days are spent."""
PROVIDER_OFFICES: frozenset[str] = frozenset(
    {"provider", "foundation", "association", "ngo", "parish", "religious_community", "private_provider", "project"}
)
PROVIDERS: frozenset[str] = (
    PROVIDER_OFFICES
    | SITES
    | {"municipality", "joint_municipal_authority", "joint_municipal_enterprise", "wellbeing_county"}
)
"""PR: any provider; authorities produce the service themselves too."""
COACHES: frozenset[str] = PROVIDER_OFFICES
"""CO: individual and job coaching."""
TEAMS: frozenset[str] = frozenset({"typ", "multisector_model"})
"""TY: the multi-sector teams, old and new."""
KELA: frozenset[str] = frozenset({"kela"})
EMPLOYERS: frozenset[str] = frozenset({"employer"})
REFERRERS: frozenset[str] = frozenset(
    {
        "referrer", "ohjaamo", "educational_institution", "specialised_health_care", "mental_health_services",
        "psychiatry", "substance_services", "health_care", "rehabilitation_polyclinic", "work_ability_team",
        "social_services", "municipal_employment_services", "parish", "project", "debt_counselling",
        "registry_office",
    }
)  # fmt: skip
"""RF: other referrers."""
SERVICES: frozenset[str] = REFERRERS | EMPLOYMENT | SOCIAL | TEAMS | KELA | PROVIDERS
"""Any service that meets the client."""
EVERYBODY: frozenset[str] = SERVICES | EMPLOYERS
"""Every organisation that may state something."""
DAY_RANK: dict[str, int] = {**dict.fromkeys(PROVIDER_OFFICES, 1), **dict.fromkeys(SITES, 2)}
"""Whose word counts about a day: the site before the provider's office before everybody else."""
