"""What people do, by the code of their role, in Finnish, Swedish and English."""

from __future__ import annotations

ROLES: dict[str, tuple[str, str, str]] = {
    "role_own_worker": ("omatyöntekijä", "egen kontaktperson", "own worker"),
    "role_social_instructor": ("sosiaaliohjaaja", "socialhandledare", "social instructor"),
    "role_social_worker": ("sosiaalityöntekijä", "socialarbetare", "social worker"),
    "role_team_lead": ("tiimin esihenkilö", "teamledare", "team lead"),
    "role_employment_officer": ("työllisyysasiantuntija", "sysselsättningssakkunnig", "employment officer"),
    "role_workshop_supervisor": ("työpajaohjaaja", "verkstadshandledare", "workshop supervisor"),
    "role_provider_client_manager": (
        "palveluntuottajan asiakasvastaava",
        "producentens klientansvariga",
        "provider's client manager",
    ),
    "role_individual_coach": ("yksilövalmentaja", "individuell coach", "individual coach"),
    "role_job_coach": ("työvalmentaja", "arbetscoach", "job coach"),
    "role_ops": ("käyttövalvonta", "driftövervakning", "operations"),
    "role_dpo": ("tietosuojavastaava", "dataskyddsombud", "data protection officer"),
    "role_kela_officer": ("Kelan käsittelijä", "FPA:s handläggare", "Kela officer"),
    "role_debt_counsellor": ("velkaneuvoja", "skuldrådgivare", "debt counsellor"),
    "role_unemployed_health_nurse": (
        "työttömien terveydenhoitaja",
        "hälsovårdare för arbetslösa",
        "nurse for unemployed people",
    ),
    "role_school_counsellor": ("opinto-ohjaaja", "studiehandledare", "school counsellor"),
    "role_support_person": ("tukihenkilö", "stödperson", "support person"),
}
