"""Rows 1–13: the survey itself, content and aims, who organises and who provides."""

import json
from datetime import date

from kernel.discover import units
from kernel.facts import Event
from kernel.processor import PROCESSORS
from kernel.rules import Rule
from schemas.catalogue import catalogue, example_data
from services.gateway.envelope import from_json
from services.referrals.views.service_catalogue import view as service_catalogue
from tests.unit.given import COUNTY
from tests.unit.referrals.story import story
from tests.unit.survey.stating import ORGANISATIONS, kind, may_state, refused, stated, types_of

NAMED = (
    "JIK",
    "Järvi-Pohjanmaan",
    "Kaksineuvoinen",
    "KuusSoTe",
    "LLKY",
    "Seinäjoen kaupunki",
    "Ilmajoen kunta",
    "kuntakokeilu (Seinäjoki ja Ilmajoki)",
    "Buusti ry",
    "TOIKE-hanke",
)


def test_row_1_an_entry_of_the_catalogue_tells_where_and_when_its_text_was_read() -> None:
    said = stated("service_offer.published", source="page:work-activity", source_date="2021-04-01")

    assert (said.source, said.source_date) == ("page:work-activity", date(2021, 4, 1))
    (row,) = story().told(said, on=date(2021, 4, 1), by=COUNTY).rows(service_catalogue)
    assert (row["source"], row["source_date"]) == ("page:work-activity", date(2021, 4, 1))
    rules = [rule for p in PROCESSORS for rule in units(f"services.{p}.rules", Rule)]
    assert rules and [r.id for r in rules if "service_offer.published" in r.listens] == []


def test_row_2_the_organisations_of_the_survey_take_part_and_a_joint_authority_serves_several_municipalities() -> None:
    names = [o.name for o in ORGANISATIONS.organisation]

    assert [n for n in NAMED if not any(n in name for name in names)] == []
    joint = [o for o in ORGANISATIONS.organisation if any(t.code.startswith("joint_") for t in o.types)]
    assert joint
    assert all(len(o.municipalities) > 1 for o in joint)


def test_row_3_a_clerk_of_the_registry_office_states_on_another_s_behalf() -> None:
    event = {
        "specversion": "1.0", "id": "r-1", "source": "urn:polku:9000034-5:registry",
        "type": "fi.polku.referral.submitted.v2", "subject": "6f2b1c74-5a0e-4d1b-8f3a-0c9d7e5b4a21",
        "time": "2025-02-10T13:00:00Z", "recordedtime": "2025-02-10T13:00:00Z", "datacontenttype": "application/json",
        "actorref": "rek-1", "onbehalfof": "9000030-2", "data": example_data(kind("referral.submitted")),
    }  # fmt: skip

    read, problems = from_json(event)

    assert problems == []
    assert (read.extensions["actorref"], read.extensions["onbehalfof"]) == ("rek-1", "9000030-2")
    assert may_state("referral.submitted", "registry_office")
    assert stated("referral.submitted", channel="registry_office").channel == "registry_office"


def test_row_4_content_follows_the_client_s_need_and_has_several_codes() -> None:
    terms = stated("plan.signed").ktt_terms.model_dump(mode="json")

    said = stated("plan.signed", ktt_terms={**terms, "content": ["work_life_skills", "life_management", "work"]})

    assert set(said.ktt_terms.content) == {"work_life_skills", "life_management", "work"}


def test_row_5_aims_stand_apart_from_content_and_both_may_be_left_out() -> None:
    terms = {k: v for k, v in stated("plan.signed").ktt_terms.model_dump(mode="json").items() if v is not None}

    aims = stated("plan.signed", ktt_terms={k: v for k, v in terms.items() if k != "content"})
    none = stated("plan.signed", ktt_terms={k: v for k, v in terms.items() if k not in ("content", "goal")})

    assert aims.ktt_terms.goal
    assert aims.ktt_terms.content == ()
    assert none.ktt_terms.goal == ()


def _names(schema: object) -> set[str]:
    if isinstance(schema, list):
        return set().union(*map(_names, schema))
    if not isinstance(schema, dict):
        return set()
    own = set(schema.get("properties", {}))
    return own.union(*map(_names, schema.values()))


def _fields(cls: type[Event]) -> set[str]:
    return _names(cls.model_json_schema())


def test_row_6_no_fact_knows_a_salary_or_an_employment_contract() -> None:
    forbidden = {"salary", "wage", "wages", "employment_contract", "contract", "employment_id", "palkka", "job_title"}

    assert {c.meta.name: _fields(c) & forbidden for c in catalogue().values() if _fields(c) & forbidden} == {}
    assert not [c for c in catalogue().values() if c.meta.name.startswith("employment.")]


def test_row_7_the_site_the_provider_and_the_organiser_are_three_things() -> None:
    said = stated("site.described", host_org_type="parish", provider_org="9000014-2")

    assert (said.host_org_type, said.provider_org) == ("parish", "9000014-2")
    assert ORGANISATIONS.organiser != said.provider_org
    assert stated("placement.agreed", provider_org="9000014-2").site_id != said.provider_org


def test_row_8_intensity_goes_from_one_short_day_to_nearly_full_days_and_changes_by_its_own_fact() -> None:
    terms = stated("plan.signed").ktt_terms.model_dump(mode="json")
    for days, minutes in ((1, 240), (4, 480)):
        said = stated("plan.signed", ktt_terms={**terms, "days_per_week": days, "minutes_per_day": minutes})
        assert (said.ktt_terms.days_per_week, said.ktt_terms.minutes_per_day) == (days, minutes)

    assert stated("placement.terms_changed", days_per_week=2, weekdays=["mon", "thu"]).days_per_week == 2


def test_row_9_an_outcome_tells_work_reached_directly_from_work_by_a_measure() -> None:
    codes = ("open_labour_market", "wage_subsidised_work", "work_trial", "employment_services")

    assert [stated("outcome.recorded", outcome_code=c).outcome_code for c in codes] == list(codes)


def test_row_10_the_organiser_of_a_municipality_is_the_one_of_the_day() -> None:
    duty = {"wellbeing_county", "joint_municipal_authority", "joint_municipal_enterprise", "municipality"}

    before = ORGANISATIONS.municipality_org("301", date(2022, 12, 31), duty - {"municipality"})
    after = ORGANISATIONS.municipality_org("301", date(2023, 1, 1), {"wellbeing_county"})

    assert before is not None and "JIK" in before.name
    assert after is not None and after.id == ORGANISATIONS.organiser
    assert "wellbeing_county" not in types_of(ORGANISATIONS.organiser, date(2022, 12, 31))


def test_row_11_associations_foundations_and_communities_host_sites_registered_or_not() -> None:
    for host in ("association", "foundation", "religious_community", "parish", "municipality", "private_provider"):
        assert stated("site.described", host_org_type=host, is_registered=False).is_registered is False
        assert may_state("attendance.day_recorded", host), host


def test_row_12_a_state_agency_is_a_kind_of_organisation_like_any_other_though_none_takes_part() -> None:
    assert stated("site.described", host_org_type="state_agency").host_org_type == "state_agency"
    assert [o.name for o in ORGANISATIONS.organisation if any(t.code == "state_agency" for t in o.types)] == []


def test_a_host_that_is_no_kind_of_organisation_is_refused() -> None:
    refused("site.described", "host_org_type", host_org_type="ministry")
    assert json.loads(json.dumps(example_data(kind("site.described"))))["host_org_type"] == "association"
