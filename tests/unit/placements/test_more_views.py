"""Read models of services, days, notices, places, travel, paths and outcomes: the right rows, corrections included."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from kernel.calendar import midnight
from kernel.conclude import evaluate
from kernel.params import Reference
from kernel.rules import Rule
from kernel.views import Row, Rows, View
from schemas.appointments.booked_v1 import AppointmentBooked
from schemas.assessments.held_v1 import AssessmentHeld
from schemas.benefits.status_reported_v1 import BenefitStatusReported
from schemas.clients.moved_municipality_v1 import ClientMovedMunicipality
from schemas.clients.registered_v1 import ClientRegistered
from schemas.kela_notices.absence_notice_sent_v1 import KelaAbsenceNoticeSent
from schemas.outcomes.recorded_v1 import OutcomeRecorded
from schemas.parallel_services.agreed_v1 import ParallelServiceAgreed
from schemas.parallel_services.ended_v1 import ParallelServiceEnded as Older
from schemas.parallel_services.ended_v2 import ParallelServiceEnded
from schemas.parallel_services.held_v1 import ParallelServiceHeld
from schemas.parallel_services.started_v1 import ParallelServiceStarted
from schemas.paths.step_completed_v1 import PathStepCompleted
from schemas.paths.template_set_v1 import PathTemplateSet
from schemas.placements.agreed_v2 import PlacementAgreed
from schemas.placements.ended_v1 import PlacementEnded
from schemas.placements.extended_v1 import PlacementExtended
from schemas.places.opened_v1 import PlaceOpened
from schemas.places.reserved_v1 import PlaceReserved
from schemas.plans.signed_v2 import PlanSigned
from schemas.plans.terms import KttTerms
from schemas.referrals.submitted_v2 import ReferralSubmitted
from schemas.services.resumed_v1 import ServiceResumed
from schemas.services.suspended_v1 import ServiceSuspended
from schemas.sites.described_v1 import SiteDescribed
from schemas.travel.policy_set_v1 import TravelPolicySet as OlderPolicy
from schemas.travel.policy_set_v2 import TravelPolicySet
from services.placements.rules import (
    cap_approaching,
    contact_due,
    increase_approaching,
    instead_of_work_trial,
    kela_notice_due,
    review_overdue,
    schedule_conflict,
    support_gap,
)
from services.placements.views import (
    attendance_trend,
    benefit_day_counters,
    kela_reporting,
    outcomes,
    parallel_services,
    path_templates,
    placement_register,
    provider_capacity,
    review_calendar,
    schedule_overlap,
    service_path,
    service_pauses,
    travel_policy,
)
from tests.unit.given import AUTHORITY, COUNTY, WORKSHOP, Story
from tests.unit.placements.story import (
    OTHER,
    PLACEMENT,
    SITE,
    START,
    came,
    corrected,
    day,
    march,
    missed,
    place,
    placed,
    story,
)  # fmt: skip

SERVICE = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7c01")
PLAN = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a03")
EPISODE = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7b00")
KELA = ("0246246-0", "kela")


def forecast(told: Story, view: View, *rules: Rule[Any, Any]) -> list[Row]:
    """The rows of findings, begun or not."""
    rows = Rows(view.key)
    seen = evaluate(list(rules), told.state(), Reference(told.reference), [], midnight(march(3)))
    for rule, finding in seen.findings:
        view.forecasts[rule](rows, rule, finding)
    return list(rows)


def guided() -> Story:
    agreed = ParallelServiceAgreed.model_validate(
        {"ps_id": SERVICE, "service_type": "substance_guidance", "frequency": {"n": 1, "per": "week"}}
    )
    return story().told(agreed, on=march(2), by=COUNTY)


def test_a_parallel_service_waits_runs_and_ends() -> None:
    told = guided()
    (row,) = told.rows(parallel_services.view)
    assert (row["state"], row["agreed_on"], row["times"], row["per"]) == ("waiting", march(2), 1, "week")

    for on in (march(9), march(16)):
        told.told(ParallelServiceHeld(ps_id=SERVICE, held_on=on), on=on, by=COUNTY)
    (row,) = told.rows(parallel_services.view)
    assert (row["state"], row["times_held"], row["last_held_on"]) == ("running", 2, march(16))

    (row,) = told.retracted(told.last, march(17), by=COUNTY).rows(parallel_services.view)
    assert (row["times_held"], row["last_held_on"]) == (1, march(9))

    told.told(ParallelServiceEnded(ps_id=SERVICE, ended_on=march(20)), on=march(20), by=COUNTY)
    assert [r["state"] for r in told.rows(parallel_services.view)] == ["ended"]


def test_which_service_runs_beside_is_sensitive_and_so_is_who_gives_it() -> None:
    assert {c.name for c in parallel_services.view.columns if c.data_class == "sensitive"} == {
        *("service_type", "org", "end_reason")
    }


def test_phases_without_support_stand_beside_the_services() -> None:
    rows = forecast(placed(), parallel_services.view, support_gap.rule)

    assert {r["phase"] for r in rows} == {"entry", "during", "transition", "after"}
    assert {r["state"] for r in rows} == {"support_gap"}


def test_an_appointment_on_a_day_at_her_place_is_an_overlap() -> None:
    at = datetime(2026, 3, 10, 9, tzinfo=UTC)
    told = placed().told(AppointmentBooked(appointment_id=SERVICE, starts_at=at, minutes=45), on=march(2), by=COUNTY)

    (row,) = forecast(told, schedule_overlap.view, schedule_conflict.rule)
    assert (row["on_day"], row["placement_id"], row["starts_at"], row["minutes"]) == (march(10), PLACEMENT, at, 45)

    told.told(corrected(march(10), "swapped"), on=march(3))
    assert forecast(told, schedule_overlap.view, schedule_conflict.rule) == []


def test_a_day_of_participation_counts_once_however_many_places_she_has() -> None:
    told = place(placed(), ("mon", "tue"), OTHER)
    came(told, march(2), march(3)).told(day(march(3), "partial", OTHER), on=march(3))
    missed(told, march(4))

    (row,) = told.rows(benefit_day_counters.view)
    assert (row["month"], row["days"], row["dates"]) == ("2026-03", 2, ["2026-03-02", "2026-03-03"])

    told.told(corrected(march(2), "absent"), on=march(5))
    assert [r["dates"] for r in told.rows(benefit_day_counters.view)] == [["2026-03-03"]]


def paid(told: Story, days: int, on: date) -> Story:
    status = BenefitStatusReported.model_validate(
        {"benefit_type": "benefit_increase", "from": START, "paid_days": days, "payer": "kela"}
    )
    return told.told(status, on=on, by=KELA)


def test_paid_days_are_those_of_the_newest_report_and_of_class_benefit() -> None:
    told = paid(paid(story(), 120, march(9)), 100, march(2))

    (row,) = told.rows(benefit_day_counters.view)
    assert (row["counter"], row["paid_days"]) == ("benefit_increase", 120)
    assert {c.name for c in benefit_day_counters.view.columns if c.data_class == "benefit"} >= {"counter", "paid_days"}


def test_limits_that_are_near_stand_among_the_counters() -> None:
    told = paid(placed(start=date(2024, 9, 2)), 190, march(2))
    (row,) = forecast(told, benefit_day_counters.view, cap_approaching.rule, increase_approaching.rule)

    assert (row["counter"], row["paid_days"], row["cap"]) == ("benefit_increase", 190, 200)


def test_kela_was_told_or_waits() -> None:
    told = missed(placed(), march(2), march(10))
    notice = KelaAbsenceNoticeSent(placement_id=PLACEMENT, period_from=march(1), period_to=march(8), days=1, form="TT3")
    told.told(notice, on=march(9))

    (sent,) = told.rows(kela_reporting.view)
    assert (sent["state"], sent["days"], sent["sent_on"], sent["provider_org"]) == ("sent", 1, march(9), WORKSHOP[0])
    (due,) = forecast(told, kela_reporting.view, kela_notice_due.rule)
    assert (due["state"], due["period_from"], due["due_on"]) == ("due", march(10), march(24))

    told.retracted(told.last, march(11))
    assert told.rows(kela_reporting.view) == []
    assert [r["period_from"] for r in forecast(told, kela_reporting.view, kela_notice_due.rule)] == [march(2)]


def test_travel_policies_of_both_eras_stay_side_by_side() -> None:
    old = OlderPolicy(means="public_transport", cents=900, basis="other", valid_from=date(2021, 1, 1))
    new = TravelPolicySet(
        means="public_transport",
        cents=1200,
        basis="cheapest_means",
        valid_from=date(2023, 1, 1),
        cents_per_month=9000,
        receipts_required=True,
    )
    told = story().told(TravelPolicySet.upgrade(old), new, on=date(2023, 1, 1), by=COUNTY)

    rows = sorted(told.rows(travel_policy.view), key=lambda r: r["valid_from"])
    assert [(r["cap_cents_per_day"], r["cap_cents_per_month"]) for r in rows] == [(900, None), (1200, 9000)]
    assert {r["organiser_org"] for r in rows} == {COUNTY[0]}


def test_places_are_opened_kept_and_counted_free() -> None:
    site = SiteDescribed(site_id=SITE, municipality="743", host_org_type="workshop", content=("life_management",))
    told = story().told(site, PlaceOpened(site_id=SITE, places=8, content=("work",)), on=march(2))
    told.told(PlaceReserved(site_id=SITE, places=3), on=march(3))

    (row,) = told.rows(provider_capacity.view)
    assert (row["municipality"], row["places"], row["reserved"], row["free"]) == ("743", 8, 3, 5)
    assert row["content"] == ["life_management", "work"]

    (row,) = told.retracted(told.last, march(4)).rows(provider_capacity.view)
    assert row["free"] == 8


def referred(purpose: str = "strengthen_everyday_life") -> Story:
    home = ClientRegistered(home_municipality="743", age_band="25plus", language="fi", birth_year=1990)
    referral = ReferralSubmitted(
        referral_id=SERVICE,
        service_type="rehab_work_activity",
        referrer_type="employment_authority",
        basis_of_entry="client_need",
        purpose=(purpose,),  # type: ignore[arg-type]  # one of the codes
    )
    return story().told(home, on=date(2025, 1, 2), by=COUNTY).told(referral, on=date(2025, 1, 3), by=AUTHORITY)


def period(told: Story, placement: UUID, start: date, end: date, number: int = 1) -> Story:
    said = PlacementAgreed(
        placement_id=placement, episode_id=EPISODE, site_id=SITE, start_on=start, end_on=end, period_no=number
    )
    return told.told(said, on=start, by=COUNTY)


def walked() -> Story:
    told = period(referred(), PLACEMENT, date(2025, 2, 3), date(2025, 8, 1))
    ended = PlacementEnded(placement_id=PLACEMENT, ended_on=date(2025, 8, 1), end_reason="period_ended", planned=True)
    told.told(ended, on=date(2025, 8, 1), by=COUNTY)
    again = OutcomeRecorded(outcome_code="new_ktt_period", placement_id=PLACEMENT, confirmed_on=date(2025, 8, 2))
    told.told(again, on=date(2025, 8, 2), by=COUNTY)
    period(told, OTHER, date(2025, 8, 4), date(2026, 2, 27), 2)
    work = OutcomeRecorded(outcome_code="open_labour_market", barrier=("distance",), confirmed_on=march(2))
    return told.told(work, on=march(2), by=COUNTY)


def test_a_path_goes_from_guidance_to_outcome_over_a_chain_of_periods() -> None:
    told = walked()
    told.told(PlanSigned(plan_id=PLAN, plan_type="activation_plan"), on=date(2025, 1, 20), by=AUTHORITY)
    told.told(ParallelServiceStarted(ps_id=SERVICE, service_type="debt_counselling", started_on=march(1)), on=march(1))
    told.told(PathStepCompleted(template_id=EPISODE, step="ktt", site_id=SITE), on=march(2), by=COUNTY)
    paid(told, 100, date(2025, 9, 1))

    rows = sorted(told.rows(service_path.view), key=lambda r: (r["from_day"], r["kind"]))
    assert [r["kind"] for r in rows] == [
        "referral", "plan", "period", "outcome", "period", "benefit", "parallel_service", "outcome", "path_step",
    ]  # fmt: skip
    periods = [r for r in rows if r["kind"] == "period"]
    assert [(r["episode_id"], r["period_no"], r["state"]) for r in periods] == [
        (EPISODE, 1, "ended"),
        (EPISODE, 2, "agreed"),
    ]
    (benefit,) = [r for r in rows if r["kind"] == "benefit"]
    assert (benefit["benefit"], benefit.get("code")) == ("benefit_increase", None)


def test_a_step_that_was_taken_back_is_no_part_of_the_path() -> None:
    told = walked()
    assert "open_labour_market" in {r.get("code") for r in told.rows(service_path.view)}

    told.retracted(told.last, march(5), by=COUNTY)
    assert "open_labour_market" not in {r.get("code") for r in told.rows(service_path.view)}


def test_an_extension_moves_the_end_of_the_period() -> None:
    told = period(referred(), PLACEMENT, march(2), date(2026, 6, 30))
    told.told(PlacementExtended(placement_id=PLACEMENT, end_on=date(2026, 9, 30)), on=march(9), by=COUNTY)

    (row,) = [r for r in told.rows(service_path.view) if r["kind"] == "period"]
    assert (row["to_day"], row["site_id"], row["period_no"]) == (date(2026, 9, 30), SITE, 1)


def found(told: Story, state: str) -> list[Row]:
    return sorted((r for r in told.rows(outcomes.view) if r["state"] == state), key=lambda r: str(r["start_on"]))


def test_an_outcome_carries_what_led_to_it_and_its_period() -> None:
    first, last = found(walked(), "outcome")

    assert (first["outcome_code"], first["placement_id"], first["end_reason"]) == (
        "new_ktt_period",
        PLACEMENT,
        "period_ended",
    )
    assert (last["outcome_code"], last["placement_id"], last["episode_id"]) == ("open_labour_market", OTHER, EPISODE)
    assert (last["referrer_type"], last["purpose"]) == ("employment_authority", "strengthen_everyday_life")
    assert (last["municipality"], last["year"], last["length"]) == ("743", "2026", "6_to_12")
    assert last["barrier"] == ["distance"]


def test_who_moves_in_the_middle_keeps_the_municipality_from_which_she_came_into_the_period() -> None:
    moved = ClientMovedMunicipality.model_validate({"from": "743", "to": "145", "on": date(2025, 5, 1)})
    told = period(referred(), PLACEMENT, date(2025, 2, 3), date(2025, 8, 1)).told(moved, on=date(2025, 5, 1), by=COUNTY)
    period(told, OTHER, date(2025, 8, 4), date(2026, 2, 27), 2)

    assert [r["municipality"] for r in found(told, "period")] == ["743", "145"]


def test_a_correction_of_the_end_changes_the_length() -> None:
    told = period(referred(), PLACEMENT, march(2), date(2026, 5, 1))
    assert [r["length"] for r in found(told, "period")] == ["under_3"]

    told.told(PlacementExtended(placement_id=PLACEMENT, end_on=date(2026, 6, 5)), on=march(9), by=COUNTY)
    assert [r["length"] for r in found(told, "period")] == ["3_to_6"]
    told.retracted(told.last, march(10), by=COUNTY)
    assert [r["length"] for r in found(told, "period")] == ["under_3"]


def test_long_stays_instead_of_a_work_trial_are_counted_by_the_year_in_which_they_became_long() -> None:
    told = period(referred(), PLACEMENT, date(2025, 2, 3), date(2027, 6, 30))
    advice = AssessmentHeld(placement_id=PLACEMENT, recommendation=("work_trial",))
    told.told(advice, on=date(2025, 8, 1), by=COUNTY)
    rows = Rows(outcomes.view.key)
    for row in told.rows(outcomes.view):
        rows.put(**row)
    seen = evaluate([instead_of_work_trial.rule], told.state(), Reference(), [], midnight(march(3)))
    for rule, finding in seen.findings:
        outcomes.view.forecasts[rule](rows, rule, finding)

    (row,) = [r for r in rows if r["state"] == "instead_of_work_trial"]
    assert (row["year"], row["municipality"], row["referrer_type"]) == ("2027", "743", "employment_authority")
    assert "outcome_code" not in row


def test_a_stay_is_counted_by_its_aims_its_content_and_what_she_lived_on() -> None:
    terms = KttTerms.model_validate(
        {
            **{"site_id": SITE, "days_per_week": 3, "minutes_per_day": 300, "goal": ("attendance",)},
            **{"content": ("work", "life_management"), "start_on": march(2), "end_on": date(2026, 9, 1)},
        }
    )
    plan = PlanSigned(plan_id=PLAN, includes_ktt=True, ktt_terms=terms)
    told = referred().told(plan, on=date(2026, 2, 20), by=AUTHORITY)
    for benefit in ("basic_social_assistance", "labour_market_subsidy", "housing_allowance"):
        said = {"benefit_type": benefit, "from": date(2025, 1, 1), "paid_days": 10, "payer": "kela"}
        told.told(BenefitStatusReported.model_validate(said), on=date(2026, 2, 21), by=KELA)
    period(told, PLACEMENT, march(2), date(2026, 9, 1))
    over = PlacementEnded(placement_id=PLACEMENT, ended_on=march(30), end_reason="absences", planned=False)
    told.told(over, on=march(30), by=COUNTY)

    (row,) = found(told, "period")
    assert (row["goal"], row["content"]) == (["attendance"], ["work", "life_management"])
    assert (row["benefit"], row["ended_early"]) == ("labour_market_subsidy", True)
    assert {"goal", "content", "benefit", "ended_early", "referrer_type"} <= set(outcomes.view.filters)
    assert {c.name: c.data_class for c in outcomes.view.columns}["benefit"] == "benefit"


def test_a_period_has_its_months_and_a_chain_of_periods_all_of_them_together() -> None:
    told = period(referred(), PLACEMENT, date(2025, 2, 1), date(2025, 8, 1))
    period(told, OTHER, date(2025, 8, 1), date(2026, 8, 1), 2)

    assert [(r["months"], r["length"]) for r in found(told, "period")] == [(6, "3_to_6"), (12, "6_to_12")]
    (chain,) = found(told, "episode")
    assert (chain["months"], chain["length"], chain["municipality"]) == (18, "12_to_24", "743")
    assert (chain["episode_id"], chain["start_on"], chain["end_on"]) == (EPISODE, date(2025, 2, 1), date(2026, 8, 1))


def test_attendance_of_a_month_stands_beside_the_one_before_and_what_she_came_for() -> None:
    told = came(missed(referred("reinforce_work_life_rules"), march(2), march(3)), march(4), march(5))
    april = [date(2026, 4, n) for n in (1, 2, 7)]
    missed(came(told, *april), date(2026, 4, 8))
    told.told(day(date(2026, 4, 9), "service_not_provided"), on=date(2026, 4, 9))

    rows = sorted((r for r in told.rows(attendance_trend.view) if r["kind"] == "month"), key=lambda r: str(r["month"]))
    assert [(r["month"], r["came"], r["absent"], r["rate_pct"], r["change_pct"]) for r in rows] == [
        ("2026-03", 2, 2, 50, None),
        ("2026-04", 3, 1, 75, 25),
    ]
    assert {tuple(r["purpose"]) for r in rows} == {("reinforce_work_life_rules",)}
    assert {c.name for c in attendance_trend.view.columns if c.data_class == "sensitive"} == {"purpose"}

    told.told(corrected(march(2), "present"), on=date(2026, 4, 20))
    rows = sorted((r for r in told.rows(attendance_trend.view) if r["kind"] == "month"), key=lambda r: str(r["month"]))
    assert [(r["rate_pct"], r["change_pct"]) for r in rows] == [(75, None), (75, 0)]


def test_the_content_of_a_plan_stands_in_the_register_and_goes_over_to_its_placement() -> None:
    terms = KttTerms.model_validate(
        {
            **{"site_id": SITE, "days_per_week": 3, "minutes_per_day": 300, "start_on": march(2)},
            **{"content": ("work_life_skills", "life_management", "work"), "end_on": date(2026, 9, 1)},
        }
    )
    plan = PlanSigned(plan_id=PLAN, includes_ktt=True, ktt_terms=terms)
    told = story().told(plan, on=date(2026, 2, 20), by=AUTHORITY)
    (row,) = told.rows(placement_register.view)
    assert (row["state"], row["content"]) == ("planned", ["work_life_skills", "life_management", "work"])

    period(told, PLACEMENT, march(2), date(2026, 9, 1))
    (row,) = told.rows(placement_register.view)
    assert (row["state"], row["placement_id"], row["plan_id"]) == ("agreed", PLACEMENT, PLAN)
    assert row["content"] == ["work_life_skills", "life_management", "work"]

    newer = terms.model_copy(update={"content": ("work",)})
    told.told(PlanSigned(plan_id=OTHER, includes_ktt=True, ktt_terms=newer), on=march(20), by=AUTHORITY)
    assert [(r["content"], r["state"]) for r in told.rows(placement_register.view)] == [(["work"], "agreed")]


def test_pauses_stay_known_after_they_are_over_with_their_reason() -> None:
    first = ServiceSuspended.model_validate({"reason": "epidemic", "from": date(2020, 3, 17)})
    told = story().told(first, on=date(2020, 3, 17), by=COUNTY)
    (row,) = told.rows(service_pauses.view)
    assert (row["reason"], row["to_day"], row["told_by"]) == ("epidemic", None, COUNTY[0])

    again = ServiceResumed.model_validate({"from": date(2020, 8, 3)})
    second = ServiceSuspended.model_validate({"reason": "site_closed", "from": march(2), "to": march(6)})
    rows = told.told(again, on=date(2020, 8, 3), by=COUNTY).told(second, on=march(2), by=COUNTY)
    assert [(r["from_day"], r["to_day"]) for r in rows.rows(service_pauses.view)] == [
        (date(2020, 3, 17), date(2020, 8, 2)),
        (march(2), march(6)),
    ]


def test_a_pathway_in_the_same_place_is_listed_and_its_steps_carry_the_site() -> None:
    steps = ("ktt", "work_trial", "wage_subsidy", "employment")
    template = PathTemplateSet(template_id=EPISODE, steps=steps, same_place=True)
    (row,) = story().told(template, on=march(2), by=COUNTY).rows(path_templates.view)
    assert (row["steps"], row["same_place"]) == (list(steps), True)

    told = story()
    for step in steps:
        done = PathStepCompleted.model_validate({"template_id": EPISODE, "step": step, "site_id": SITE})
        told.told(done, on=march(2), by=COUNTY)
    assert {(r["code"], r["site_id"]) for r in told.rows(service_path.view)} == {(s, SITE) for s in steps}


def test_why_a_service_ended_is_kept_and_sensitive() -> None:
    ended = ParallelServiceEnded(ps_id=SERVICE, ended_on=march(20), reason="did_not_commit")
    (row,) = guided().told(ended, on=march(20), by=COUNTY).rows(parallel_services.view)

    assert (row["state"], row["end_reason"]) == ("ended", "did_not_commit")
    older = Older.example()
    assert ParallelServiceEnded.upgrade(older).reason is None


def test_meetings_that_fall_due_stand_in_the_calendar_and_so_does_what_was_agreed_too_late() -> None:
    plan = PlanSigned(plan_id=PLAN, plan_type="activation_plan", next_review_on=march(2) + timedelta(days=180))
    told = placed(start=march(2)).told(plan, on=march(2), by=AUTHORITY)

    rows = {r["rule"]: r for r in forecast(told, review_calendar.view, contact_due.rule, review_overdue.rule)}
    assert (rows["R-REV-2"]["kind"], rows["R-REV-2"]["on_day"]) == ("max_interval", date(2026, 6, 2))
    assert rows["R-REV-1-OVERDUE"]["compliance_gap_days"] == 88
