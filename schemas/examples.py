"""The ids that examples share, so that they tell one story: one client, one plan, one placement, two organisations."""

from __future__ import annotations

from uuid import UUID

COUNTY = "9000003-8"
EMPLOYMENT_AREA = "9000004-6"
WORKSHOP = "9000012-6"
COACHING = "9000014-2"
OHJAAMO = "9000019-3"
EMPLOYER = "9000028-1"

REFERRAL = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a01")
ASSESSMENT = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a02")
PLAN = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a03")
REVIEW = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a04")
PLACEMENT = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a05")
EPISODE = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a06")
SITE = UUID("5b7a0001-0000-4000-8000-000000000001")
ALERT = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a08")
PARALLEL = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a09")
APPOINTMENT = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a0a")
OPPORTUNITY = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a0b")
OTHER_PLAN = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a0c")
PERMIT = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a0d")
HANDOVER = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a0e")
DUPLICATE = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a0f")
OLD_REF = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a10")
NEW_REF = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a11")
DOCUMENT = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a13")
REQUEST = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a14")
OFFER = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a15")
EVENT = "attendance-2025-03-04"

CLIENT = "6f2b1c74-5a0e-4d1b-8f3a-0c9d7e5b4a21"
"""The client_ref in examples; a partner puts the ref of a resolved person in its place."""

SOURCES: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"employment_authority"}), f"urn:polku:{EMPLOYMENT_AREA}:employment-system"),
    (frozenset({"adult_social_work", "social_services"}), f"urn:polku:{COUNTY}:case-system"),
    (frozenset({"workshop"}), f"urn:polku:{WORKSHOP}:attendance"),
    (frozenset({"kela"}), "urn:polku:9000006-2:benefits"),
    (frozenset({"association", "provider"}), f"urn:polku:{COACHING}:coaching"),
    (frozenset({"multisector_model"}), "urn:polku:9000009-7:typpi"),
    (frozenset({"ohjaamo"}), f"urn:polku:{OHJAAMO}:ohjaamo"),
    (frozenset({"employer"}), f"urn:polku:{EMPLOYER}:hr"),
    (frozenset({"municipality"}), "urn:polku:9000011-8:city"),
    (frozenset({"educational_institution"}), "urn:polku:9000030-2:student-services"),
    (frozenset({"debt_counselling"}), "urn:polku:9000033-7:counselling"),
    (frozenset({"project"}), "urn:polku:9000015-0:toike"),
    (frozenset({"joint_municipal_enterprise"}), "urn:polku:9000021-4:llky"),
    (frozenset({"joint_municipal_authority"}), "urn:polku:9000018-5:kaksineuvoinen"),
    (frozenset({"parish"}), "urn:polku:9000024-9:diaconia"),
    (frozenset({"activity_site"}), "urn:polku:9000025-7:attendance"),
    (frozenset({"religious_community", "ngo"}), "urn:polku:9000026-5:attendance"),
    (frozenset({"private_provider"}), "urn:polku:9000027-3:coaching"),
    (frozenset({"foundation"}), "urn:polku:9000023-0:attendance"),
    (
        frozenset({"specialised_health_care", "psychiatry", "rehabilitation_polyclinic", "work_ability_team"}),
        "urn:polku:9000031-0:referrals",
    ),
    (frozenset({"health_care", "mental_health_services", "substance_services"}), "urn:polku:9000032-9:referrals"),
    (frozenset({"municipal_employment_services"}), "urn:polku:9000008-9:trial-system"),
    (frozenset({"registry_office", "referrer"}), "urn:polku:9000034-5:registry"),
    (frozenset({"unemployment_fund"}), "urn:polku:9000035-3:benefits"),
    (frozenset({"enforcement_authority"}), "urn:polku:9000036-1:enforcement"),
)
"""Which demo organisation speaks in an example, by the types that it holds today; the first that fits."""
TEMPLATE = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a12")
