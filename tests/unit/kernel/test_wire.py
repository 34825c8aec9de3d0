"""A fact as a Kafka record: there and back without a loss."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kernel.stored import Stored
from kernel.wire import from_record, rows_of, to_record
from tests.sample.book import row

instants = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
refs = st.uuids().map(str)
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
stored = st.builds(
    Stored,
    lane=st.integers(0, 1024),
    seq=st.integers(1, 2**62),
    source=text,
    id=text,
    type=text,
    subject=st.none() | refs,
    stated=st.none() | refs,
    time=instants,
    recorded=instants,
    appended=instants,
    corrects=st.none() | text.filter(bool),
    org_type=text,
    attributes=st.dictionaries(text, text | st.booleans() | st.integers(-(2**31), 2**31 - 1)),
    key=st.none() | st.integers(1, 2**60),
    data=st.binary(min_size=1, max_size=200),
    digest=st.binary(min_size=32, max_size=32),
)


@dataclass
class Record:
    value: bytes | None
    headers: list[tuple[str, bytes]]


@given(stored, st.uuids().map(str))
def test_what_comes_back_is_what_was_sent(given_row: Stored, era: str) -> None:
    key, value, headers = to_record(given_row, era)

    sent_in, back = from_record(value, headers)

    assert (sent_in, back) == (era, given_row)
    assert key == (given_row.subject.encode() if given_row.subject else None)


def test_every_field_of_a_stored_fact_is_carried() -> None:
    assert from_record(*record(row(1, 1)))[1] == row(1, 1)


def test_what_was_encrypted_stays_encrypted_and_names_its_key() -> None:
    _, value, headers = to_record(row(1, 1), "era")

    assert value == row(1, 1).data
    assert dict(headers)["keyref"] == b"7"


def test_headers_are_those_of_cloudevents_in_binary_mode() -> None:
    _, _, headers = to_record(row(1, 1), "era")
    found = dict(headers)

    assert found["ce_specversion"] == b"1.0"
    assert {"ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "content-type"} <= found.keys()
    assert UUID(found["ce_subject"].decode())


def test_a_record_that_is_not_ours_is_passed_over() -> None:
    value, headers = record(row(1, 1))
    foreign: list[Any] = [Record(b"{}", []), Record(None, [("seq", b"x")]), Record(value, headers)]

    assert [r.seq for _, r in rows_of(foreign)] == [1]


def record(given_row: Stored) -> tuple[bytes, list[tuple[str, bytes]]]:
    _, value, headers = to_record(given_row, "era")
    return value, headers
