"""Facts: names, sources and lanes."""

from uuid import UUID

from kernel.facts import Meta, lane_of, name_of, org_of


def test_a_type_and_its_name_lead_to_each_other() -> None:
    assert Meta(name="review.held", version=2).type == "fi.polku.review.held.v2"
    assert name_of("fi.polku.review.held.v2") == "review.held"


def test_the_organisation_stands_in_the_source() -> None:
    assert org_of("urn:polku:1234567-1:case-system") == "1234567-1"


def test_a_person_keeps_one_lane_between_1_and_the_number_of_lanes() -> None:
    lanes = {lane_of(str(UUID(int=n * 7919)), 32) for n in range(1000)}
    assert lanes == set(range(1, 33))
