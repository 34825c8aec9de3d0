"""A play has the proportions that the survey of the region counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

from simulator.proportions import (
    BESIDE,
    CADENCES,
    DAYS_A_WEEK,
    EMPLOYMENT,
    LOCALITIES,
    OUTCOMES,
    PURPOSES,
    WITHOUT_COACHING,
)
from simulator.region import load
from simulator.statement import Statement
from simulator.story import Story, tell

ORGANISATIONS = Path(__file__).parents[2] / "deploy" / "organisations.toml"
START = date(2026, 1, 5)


@cache
def played() -> Story:
    return tell(load(ORGANISATIONS), 3, START, 52, 20)


@cache
def said() -> Mapping[str, Sequence[Statement]]:
    """Right statements of the persons of the play, cases aside, by their names."""
    cases = {case.person for case in played().planted.cases}
    found: dict[str, list[Statement]] = defaultdict(list)
    for statement in played().statements:
        if not (statement.wrong or statement.twice) and statement.person not in cases:
            found[statement.name].append(statement)
    return found


def shares(counts: Mapping[str, int]) -> dict[str, float]:
    whole = sum(counts.values())
    return {name: count / whole for name, count in counts.items()}


def near(found: Mapping[str, int], wanted: Sequence[tuple[str, int]], slack: float = 0.07) -> None:
    seen, meant = shares(found), shares(dict(wanted))

    assert seen.keys() <= meant.keys()
    for name, share in meant.items():
        assert abs(seen.get(name, 0.0) - share) < slack, (name, share, seen.get(name, 0.0))


def first_by(statements: Sequence[Statement]) -> dict[int | None, Statement]:
    return {s.person: s for s in reversed(statements)}


def test_employment_services_refer_most_and_then_adult_social_work_and_the_multi_sector_team() -> None:
    region = played().setting.region
    firsts = first_by(said()["referral.submitted"]).values()
    by = Counter(region.by_id[s.org].types_at(START)[0] for s in firsts)

    ranked = [kind for kind, _ in by.most_common(3)]
    assert ranked[0] in EMPLOYMENT
    assert ranked[1] == "wellbeing_county"
    assert ranked[2] in ("multisector_model", "typ")
    assert len(by) >= 5
    assert sum(by[kind] for kind in EMPLOYMENT) / sum(by.values()) > 0.4


def test_purposes_and_need_or_wish_are_as_in_the_survey() -> None:
    firsts = first_by(said()["referral.submitted"]).values()

    near(Counter(str(p) for s in firsts for p in s.data["purpose"]), PURPOSES)  # type: ignore[attr-defined]  # a list
    near(Counter(str(s.data["basis_of_entry"]) for s in firsts), (("client_need", 70), ("client_wish", 30)))


def test_services_beside_stand_in_the_order_of_their_mentions() -> None:
    agreed = said()["parallel_service.agreed"]

    near(Counter(str(s.data["service_type"]) for s in agreed), [(kind, weight) for kind, weight, _, _ in BESIDE], 0.09)


def test_substance_guidance_is_agreed_and_given_each_week() -> None:
    agreed = {
        s.data["ps_id"] for s in said()["parallel_service.agreed"] if s.data["frequency"] == {"n": 1, "per": "week"}
    }
    days = defaultdict(list)
    for visit in said()["parallel_service.held"]:
        if visit.data["ps_id"] in agreed:
            days[visit.data["ps_id"]].append(date.fromisoformat(str(visit.data["held_on"])))

    assert days
    assert {(b - a).days for held in days.values() for a, b in pairwise(held)} == {7}


def test_outcomes_are_shared_out_as_in_the_survey() -> None:
    near(Counter(str(s.data["outcome_code"]) for s in said()["outcome.recorded"]), OUTCOMES, 0.1)


def test_stays_reach_from_half_a_year_to_five_years_in_chains_of_periods() -> None:
    begun = [date.fromisoformat(str(s.data["start_on"])) for s in said()["placement.agreed"]]
    before = sorted((START - day).days / 30.4 for day in begun if day < START)

    assert before[0] < 6
    assert 24 < before[-1] <= 60
    assert 4 < before[len(before) // 2] < 24
    longest = max(int(str(s.data["period_no"])) for s in said()["placement.extended"])
    assert longest >= 4


def test_no_period_is_longer_than_two_years() -> None:
    for statement in [*said()["placement.agreed"], *said()["placement.extended"]]:
        first, last = (date.fromisoformat(str(statement.data[k])) for k in ("start_on", "end_on"))
        assert (last - first).days <= 730, statement


def test_days_a_week_are_one_to_four_and_mostly_three_or_four() -> None:
    asked = first_by([s for s in said()["placement.terms_changed"] if s.person not in named()])

    near(Counter(str(s.data["days_per_week"]) for s in asked.values()), [(str(d), w) for d, w in DAYS_A_WEEK], 0.1)


def named() -> set[int]:
    """Persons whose stories are given, and with them their days."""
    told = ("hero", "withdrawn", "sliding", "concern", "year", "gone")
    return {n for kind in told for n in played().planted.persons(kind)}


def test_each_locality_has_its_cadence_and_people_are_met_by_it() -> None:
    policies = {(s.data["kind"], str(s.data["scope"])) for s in said()["review_policy.set"] if s.person is None}

    assert {kind for kind, _ in policies} == {kind for cadence in CADENCES for kind, _ in cadence.kinds}
    assert any(s.person is not None and s.data["interval_months"] == 1 for s in said()["review_policy.set"])
    assert {s.data["mode"] for s in said()["contact.logged"]} == {"phone", "site_visit", "office_visit"}


def test_two_localities_have_no_job_coaching_and_it_is_said_why() -> None:
    areas = played().setting.region.localities
    offered = {s.data["municipality"] for s in said()["service_offer.published"]}
    missing = {s.data["municipality"] for s in said()["service_gap.explained"]}

    assert len(missing) == WITHOUT_COACHING
    assert offered | missing == set(areas)
    assert not offered & missing


def test_localities_are_as_unequal_as_in_the_survey() -> None:
    found = sorted(Counter(played().municipalities[: 20 * 9]).values(), reverse=True)

    assert sum(found) == 20 * 9
    assert abs(found[0] / found[-1] - LOCALITIES[0] / LOCALITIES[-1]) < 2.5


def test_kela_tells_each_month_what_runs_and_names_it_by_the_law_of_the_day() -> None:
    for statement in said()["benefit_status.reported"]:
        new = statement.time.date() >= date(2026, 5, 2)
        assert statement.data["benefit_type"] == ("general_support" if new else "labour_market_subsidy")


def test_hand_overs_are_mostly_confirmed_and_the_rest_is_planted() -> None:
    started = {s.data["handover_id"]: s for s in said()["handover.started"]}
    confirmed = {s.data["handover_id"]: s for s in said()["handover.confirmed"]}
    late = {s.person for id_, s in started.items() if id_ not in confirmed or (confirmed[id_].time - s.time).days > 14}

    assert started
    assert late
    end = played().setting.end
    assert {p for p in late} <= {*played().planted.persons("handover_unanswered")} | {
        s.person for s in started.values() if (end - s.sent).days < 15
    }
