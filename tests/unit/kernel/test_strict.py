"""Strict JSON against the reader with every hook, on what people send and on what attackers send."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.errors import Refused
from kernel.strict import parse

GOOD = b'{"id":"a:1","n":[1,2.5,-3e2],"deep":{"x":{"y":"z"}},"t":"10:00:00","\xc3\xa4":"\xf0\x9f\x99\x82"}'


def status(body: bytes) -> int:
    with pytest.raises(Refused) as caught:
        parse(body, max_bytes=65_536)
    return caught.value.status


def test_good_json_is_read_as_everybody_reads_it() -> None:
    assert parse(GOOD, max_bytes=1000) == json.loads(GOOD)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  \n",
        b'{"a":1,"a":2}',
        b'{"id":1,"\\u0069d":2}',
        b'{"x":{"b":1,"b":{"c":1}}}',
        b'[{"a:":1,"a:":1}]',
        b'{"a\\u003a":1,"a:":2}',
        b"NaN",
        b"[Infinity]",
        b"[-Infinity]",
        b"[1e400]",
        b"[-1e400]",
        b"[1e-400]",
        b"[0.0000e5, 1e-500]",
        b"[9007199254740992]",
        b"[-9007199254740992]",
        b"[18446744073709551616]",
        b"[" + b"9" * 5000 + b"]",
        b"[01]",
        b"[+1]",
        b"[0x10]",
        b'["\\ud800"]',
        b'["\\udc00\\ud800"]',
        b"\xef\xbb\xbf{}",
        '{"a":1}'.encode("utf-16"),
        '{"a":1}'.encode("utf-32"),
        b'["\xff"]',
        b"{} {}",
        b"{},",
        b"[" * 33 + b"]" * 33,
        b"[" * 30_000 + b"]" * 30_000,
        b'{"a":"\n"}',
        b"{'a':1}",
        b"[1,]",
    ],
)
def test_what_is_not_strict_json_is_a_bad_request(body: bytes) -> None:
    assert status(body) == 400


@pytest.mark.parametrize("body", [b'["\\u0000"]', b'{"a\\u0000":1}', '["{}"]'.format("o" + "\u0308" * 9).encode()])
def test_what_cannot_be_stored_or_shown_is_unprocessable(body: bytes) -> None:
    assert status(body) == 422


def test_zero_is_a_number_that_does_not_vanish() -> None:
    assert parse(b"[0, 0.0, -0.0, 0e9]", max_bytes=100) == [0, 0.0, 0.0, 0.0]


def test_a_body_over_the_limit_is_too_large() -> None:
    assert status(b'"' + b"x" * 65_536 + b'"') == 413


def test_a_good_event_cut_anywhere_is_refused() -> None:
    assert {status(GOOD[:n]) for n in range(len(GOOD))} == {400}


@pytest.mark.parametrize(
    "body", [b"{" + b",".join(b'"k%d":0' % i for i in range(100_000)) + b"}", b"[" + b"0," * 10**6 + b"0]"]
)
def test_enormous_collections_are_refused_quickly(body: bytes) -> None:
    start = time.perf_counter()

    with pytest.raises(Refused):
        parse(body, max_bytes=10**8)

    assert time.perf_counter() - start < 1.0


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs", "Mn", "Me", "Mc")), max_size=20)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs", "Mn", "Me", "Mc")), max_size=8),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(VALUES, st.booleans())
@settings(max_examples=300, deadline=None)
def test_whatever_can_be_written_is_read_back(value: Any, escaped: bool) -> None:
    assert parse(json.dumps(value, ensure_ascii=escaped).encode(), max_bytes=10**6) == value


@given(st.dictionaries(st.text('ab:\\"', max_size=4), SCALARS, min_size=1, max_size=4), st.data())
@settings(max_examples=300, deadline=None)
def test_a_key_written_twice_is_always_found(value: dict[str, Any], data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(value)))
    members = [f"{json.dumps(k)}:{json.dumps(v)}" for k, v in value.items()]
    members.insert(data.draw(st.integers(0, len(members))), f"{json.dumps(key)}:{json.dumps(data.draw(SCALARS))}")

    assert status(("{" + ",".join(members) + "}").encode()) == 400
