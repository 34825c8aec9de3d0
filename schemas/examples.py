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
EVENT = "attendance-2025-03-04"
