"""Facts: names, sources and lanes."""

from uuid import UUID

from kernel.decode import Catalogue
from kernel.facts import Event, Meta, lane_of, name_of, org_of


def test_a_type_and_its_name_lead_to_each_other() -> None:
    assert Meta(name="review.held", version=2).type == "fi.polku.review.held.v2"
    assert name_of("fi.polku.review.held.v2") == "review.held"


def test_the_organisation_stands_in_the_source() -> None:
    assert org_of("urn:polku:1234567-1:case-system") == "1234567-1"


def test_a_person_keeps_one_lane_between_1_and_the_number_of_lanes() -> None:
    lanes = {lane_of(str(UUID(int=n * 7919)), 32) for n in range(1000)}
    assert lanes == set(range(1, 33))


class Told(Event):
    meta = Meta(name="test.told")
    note: str
    why: str | None = None


def test_facts_that_were_given_the_same_fields_keep_one_note_of_it() -> None:
    """A set for each took more of a worker's memory than all that the facts said."""
    read = Catalogue({Told.meta.type: Told}, ()).read
    one, other, more = (
        read(Told.meta.type, data) for data in (b'{"note":"a"}', b'{"note":"b"}', b'{"note":"a","why":null}')
    )
    strange = read(Told.meta.type, b'{"note":"a","new":1}')

    assert one.model_fields_set is other.model_fields_set
    assert [e.model_fields_set for e in (one, more, strange)] == [{"note"}, {"note", "why"}, {"note", "new"}]
    assert (one, strange) == (Told(note="a"), Told.model_validate({"note": "a", "new": 1}))
    assert (one.model_extra, strange.model_extra) == ({}, {"new": 1})
    assert one.model_copy(update={"why": "b"}).model_fields_set == {"note", "why"}
    assert one.model_fields_set == {"note"} and other.model_dump(exclude_unset=True) == {"note": "b"}
