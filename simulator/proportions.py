"""What the survey of the region counted, as weights: who refers, for what, what runs beside, how it ends, how long.

The numbers in brackets are rows of the handbook's survey. Where it gave an order and no number, the weights keep it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

EMPLOYMENT = ("employment_authority", "te_office", "municipal_employment_trial")
REFERRERS: Sequence[tuple[tuple[str, ...], int]] = (
    (EMPLOYMENT, 45),
    (("wellbeing_county", "adult_social_work"), 20),
    (("multisector_model", "typ"), 14),
    (("kela",), 6),
    (("municipal_employment_services",), 7),
    (("ohjaamo",), 3),
    (("educational_institution",), 2),
    (("mental_health_services", "psychiatry"), 2),
    (("specialised_health_care",), 1),
)
"""Who refers [24–26]: employment services most often, then adult social work and the multi-sector teams."""

PURPOSES: Sequence[tuple[str, int]] = (
    ("strengthen_everyday_life", 36),
    ("support_ability_assessment", 14),
    ("promote_functional_ability", 22),
    ("reinforce_work_life_rules", 28),
)
"""What for [20–23]."""
NEED, WISH = 70, 30
"""Of a hundred enter by need or by wish; nobody is asked for a diagnosis [16]."""

BESIDE: Sequence[tuple[str, int, str, int]] = (
    ("social_guidance", 4, "month", 1),
    ("financial_social_work", 2, "month", 1),
    ("substance_guidance", 4, "week", 1),
    ("health_services", 3, "month", 1),
    ("kela_rehabilitation", 4, "month", 2),
    ("social_rehabilitation", 2, "week", 1),
    ("job_coaching", 1, "month", 2),
    ("mental_health_services", 1, "month", 1),
    ("debt_counselling", 1, "month", 1),
    ("individual_coaching", 1, "month", 2),
)
"""What runs beside [51, 52]: service, mentions, and how often it is given in each week or month [97]."""
WITH_SERVICE = 45
"""Of a hundred clients at a site so many have a service beside the work activity."""

OUTCOMES: Sequence[tuple[str, int]] = (
    ("returned_unemployed_jobseeker", 27),
    ("work_ability_and_health_clarification", 16),
    ("education", 15),
    ("wage_subsidised_work", 12),
    ("rehabilitation_service", 10),
    ("open_labour_market", 8),
    ("pension_clarification", 6),
    ("pension", 3),
    ("sick_leave", 3),
)
"""What comes after the last period [27–32]; that a period is followed by another is decided before."""
AGAIN, OVER, OPEN = 50, 40, 10
"""At the end of a period: another one [32], the end, or nobody says anything."""

CHAINS: Sequence[tuple[int, int]] = ((6, 22), (12, 28), (24, 24), (36, 14), (48, 8), (60, 4))
"""How long people stay in all [33]: months at most, from half a year to five years, and how often."""

DAYS_A_WEEK: Sequence[tuple[int, int]] = ((1, 6), (2, 24), (3, 38), (4, 32))
"""Days a week [8]."""

LOCALITIES: Sequence[int] = (500, 420, 360, 300, 250, 200, 160, 120, 80)
"""Clients of the largest to the smallest locality [14], as far as there are localities; more of them are small."""
WITHOUT_COACHING = 2
"""The smallest localities have no job coaching [73]; the reasons that people suspect are these."""
REASONS = ("attitude", "competence", "resources")


@dataclass(frozen=True, slots=True)
class Cadence:
    """How an organiser meets its clients: kinds of policy with their numbers, and the days between two contacts."""

    kinds: Sequence[tuple[str, dict[str, int]]]
    days: int


CADENCES: Sequence[Cadence] = (
    Cadence((("max_interval", {"interval_months": 3}),), 56),  # [57, 68]
    Cadence((("max_interval", {"interval_months": 3}), ("on_demand", {})), 70),  # [60, 68]
    Cadence((("on_demand", {}),), 120),  # a coach at the site [58]
    Cadence((("usual_interval", {"interval_months": 6}),), 150),  # [66, 70]
    Cadence((("n_times_per_window", {"n_min": 1, "n_max": 2, "window_months": 3}),), 45),  # [69]
    Cadence((("max_interval", {"interval_months": 3}),), 63),  # [57]
    Cadence((("usual_interval", {"interval_months": 12}),), 200),  # [56, 66]
    Cadence((("max_interval", {"interval_months": 2}),), 40),  # [56]
    Cadence((("on_demand", {}), ("before_period_end", {})), 84),  # [71]
)
"""One for each locality, in turn."""
MONTHLY = 6
"""Of a hundred clients so many have agreed to be met each month [59]."""
