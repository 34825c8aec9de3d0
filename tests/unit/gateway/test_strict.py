"""Strict JSON: each way in which two readers could differ is refused, at its place, without an echo."""

import json
import math
import time
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kernel.errors import Refused
from services.gateway.strict import MAX_PROBLEMS, parse, read

LIMIT = 1024 * 1024
VALID = b'{"id":"a","data":{"n":[1,-2.5,true,null],"t":"\xc3\xa4\xf0\x9f\x98\x80"}}'
DEEP = b"[" * 33 + b"]" * 33

REFUSED = [
    (b"", 400, "", "empty"),
    (b" \r\n\t", 400, "", "empty"),
    (b'{"id":1,"id":2}', 400, "/id", "duplicate_key"),
    (b'{"a":[{"id":1,"\\u0069d":2}]}', 400, "/a/0/id", "duplicate_key"),
    (b'{"a" : 1, "a" : 2}', 400, "/a", "duplicate_key"),
    (b'{"a":{"x":1},"a":{"x":1}}', 400, "/a", "duplicate_key"),
    (b'{"t":"\\u0022:","a":1,"a":2}', 400, "/a", "duplicate_key"),
    (b'{"a":NaN}', 400, "/a", "not_a_number"),
    (b"[Infinity,1]", 400, "/0", "not_a_number"),
    (b"[0,-Infinity]", 400, "/1", "not_a_number"),
    (b'{"a":[1e400]}', 400, "/a/0", "number_range"),
    (b"[-1e400]", 400, "/0", "number_range"),
    (b"[1e-400]", 400, "/0", "number_range"),
    (b"[0, 1e-400]", 400, "/1", "number_range"),
    (b"[9007199254740992]", 400, "/0", "number_range"),
    (b"[-9007199254740992]", 400, "/0", "number_range"),
    (b"[18446744073709551616]", 400, "/0", "number_range"),
    (b"[1180591620717411303424]", 400, "/0", "number_range"),
    (b"[" + b"9" * 5000 + b"]", 400, "/0", "number_range"),
    (b"[-0]", 422, "/0", "negative_zero"),
    (b"[0.12345678901234567890]", 422, "/0", "number_exact"),
    (b"[1." + b"1" * 60_000 + b"]", 422, "/0", "number_exact"),
    (b'{"a":"x\\u0000"}', 422, "/a", "nul"),
    (b'{"a\\u0000":1}', 422, "/*", "nul"),
    (b'["\\ud800"]', 400, "/0", "surrogate"),
    (b'["\\udc00\\ud800"]', 400, "/0", "surrogate"),
    (b'{"a":"\\ude00x"}', 400, "/a", "surrogate"),
    (('["a' + "\u0301" * 31 + '"]').encode(), 422, "/0", "combining_marks"),
    (b'["a' + b"\\u0301" * 10_000 + b'"]', 422, "/0", "combining_marks"),
    (DEEP, 400, "", "too_deep"),
    (b"[" * 500 + b"]" * 500, 400, "", "too_deep"),
    (b"[" * 100_000, 400, "", "too_deep"),
    (b'{"a":' * 2_000 + b"1" + b"}" * 2_000, 400, "", "too_deep"),
    (b"\xef\xbb\xbf{}", 400, "", "encoding"),
    ('{"a":1}'.encode("utf-16-le"), 400, "", "encoding"),
    ('{"a":1}'.encode("utf-16-be"), 400, "", "encoding"),
    ('{"a":1}'.encode("utf-16"), 400, "", "encoding"),
    ('{"a":1}'.encode("utf-32"), 400, "", "encoding"),
    (b'["\xff"]', 400, "", "encoding"),
    (b'["\xc0\xa0"]', 400, "", "encoding"),
    (b'["\xed\xa0\x80"]', 400, "", "encoding"),
    (b"{}{}", 400, "", "syntax"),
    (b"{} x", 400, "", "syntax"),
    (b"[01]", 400, "", "syntax"),
    (b"[+1]", 400, "", "syntax"),
    (b"[0x10]", 400, "", "syntax"),
    (b"[1.]", 400, "", "syntax"),
    (b"[.5]", 400, "", "syntax"),
    (b"[1,]", 400, "", "syntax"),
    (b"{'a':1}", 400, "", "syntax"),
    (b'{"a":1}//x', 400, "", "syntax"),
    (b'["\x01"]', 400, "", "syntax"),
    (b'["\\x41"]', 400, "", "syntax"),
    (b"[True]", 400, "", "syntax"),
]


@pytest.mark.parametrize(("body", "status", "pointer", "code"), REFUSED, ids=lambda v: repr(v)[:40])
def test_a_document_that_could_be_read_in_two_ways_is_refused(
    body: bytes, status: int, pointer: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        parse(body, max_bytes=LIMIT)

    assert (refused.value.status, [(p.pointer, p.code) for p in refused.value.problems]) == (status, [(pointer, code)])


@pytest.mark.parametrize(
    "body",
    [
        *(VALID, b"0", b'""', b"null", b"[]", b"{}", b" [ 1 , 2 ] ", b"[9007199254740991,-9007199254740991]"),
        *(b"[1.50,1e5,1E+2,-0.0,0.1,5e-324,1.7976931348623157e308]", b'["\\ud83d\\ude00"]', DEEP[1:-1], b'["\x7f"]'),
        *(b'["\\u00e4\\n\\"\\\\\\/"]', b'["a\\":","a\\":"]', b'{"":1}', b'{" ":1,"  ":2}', b"[1000000000000000e0]"),
        '["กำ้ สวัสดี 東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京"]'.encode(),
    ],
    ids=repr,
)
def test_a_good_document_means_what_the_standard_reader_says(body: bytes) -> None:
    assert parse(body, max_bytes=LIMIT) == json.loads(body)


def test_a_document_cut_anywhere_is_refused() -> None:
    for end in range(len(VALID)):
        with pytest.raises(Refused) as refused:
            parse(VALID[:end], max_bytes=LIMIT)
        assert refused.value.status == 400


def test_a_document_above_the_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(Refused) as refused:
        parse(b'{"a":1}', max_bytes=6)

    assert refused.value.status == 413


def test_everything_wrong_is_reported_with_its_place_and_without_its_value() -> None:
    body = b'{"a/b~":"\\u0000","n":[1,9007199254740993,{"k":1,"k":2}],"secret-key-%s":"x\\u0000"}' % (b"z" * 70)

    with pytest.raises(Refused) as refused:
        parse(body, max_bytes=LIMIT)

    found = [(p.pointer, p.code) for p in refused.value.problems]
    assert found == [("/a~1b~0", "nul"), ("/n/1", "number_range"), ("/n/2/k", "duplicate_key"), ("/*", "nul")]
    assert "9007199254740993" not in str(refused.value)


def test_an_identity_code_as_a_key_is_not_echoed() -> None:
    _, problems = read(b'{"131052-308T":"\\u0000"}', max_bytes=LIMIT)

    assert [p.pointer for p in problems] == ["/*"]


@pytest.mark.parametrize(
    "body",
    [
        b"[" + b"0," * 499_999 + b"0]",
        b"{" + b",".join(b'"k%d":1' % i for i in range(90_000)) + b"}",
        b"{" + b'"a":1,' * 100_000 + b'"a":1}',
        b"[" + b"1" * 1_000_000 + b"]",
        b"[0." + b"1" * 1_000_000 + b"]",
        b"[1e-" + b"0" * 1_000_000 + b"1]",
        b'["' + b"\\u0301" * 160_000 + b'"]',
        b"[0e99999999999999999999]",
    ],
    ids=lambda b: repr(b[:20]),
)
def test_a_document_made_to_be_slow_is_judged_quickly(body: bytes) -> None:
    def judged() -> float:
        began = time.process_time()
        try:
            parse(body, max_bytes=LIMIT)
        except Refused as error:
            assert len(error.problems) <= MAX_PROBLEMS
        return time.process_time() - began

    assert (
        min(judged() for _ in range(3)) < 0.2
    )  # processor time; 0.1 s on a quiet machine, shared ones run at half speed


def _strict(text: str) -> object:
    """The oracle: the standard reader with hooks, and nothing of ours."""

    def pairs(found: list[tuple[str, object]]) -> dict[str, object]:
        if len({k for k, _ in found}) != len(found):
            raise ValueError
        return dict(found)

    def integer(number: str) -> int:
        if number == "-0" or abs(int(number)) >= 2**53:
            raise ValueError
        return int(number)

    def real(number: str) -> float:
        if not math.isfinite(float(number)) or Decimal(number) != Decimal(repr(float(number))):
            raise ValueError
        return float(number)

    value = json.loads(text, object_pairs_hook=pairs, parse_int=integer, parse_float=real, parse_constant=integer)
    if "\\u0000" in json.dumps(value) or any("\ud800" <= c <= "\udfff" for c in json.dumps(value, ensure_ascii=False)):
        raise ValueError
    return value


TOKENS = ['"a"', '"b"', '"\\u0061"', '"a :"', '"\\":"', "1", "-0", "1.0", "1e5", "1.50", "9007199254740992", "true"]
TOKENS += ["1e-400", "1e400", "NaN", '"\\u0000"', '"\\ud800"', '"ä"', '":"', '"a b"', "12345678901234567890", "0.1"]
leaves = st.sampled_from(TOKENS)
space = st.sampled_from(["", "", " ", "\n", "\t "])


def _joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    keys = st.sampled_from([t for t in TOKENS if t[0] == '"'])
    member = st.tuples(keys, space, space, inner).map(lambda m: f"{m[0]}{m[1]}:{m[2]}{m[3]}")
    objects = st.tuples(space, st.lists(member, max_size=4)).map(lambda m: "{" + m[0] + ("," + m[0]).join(m[1]) + "}")
    lists = st.tuples(space, st.lists(inner, max_size=4)).map(lambda m: "[" + m[0] + (m[0] + ",").join(m[1]) + "]")
    return objects | lists


@settings(max_examples=300, deadline=None)
@given(st.recursive(leaves, _joined, max_leaves=8))
@example('{"t":"\\u0022:","a":1,"a":2}')
def test_the_fast_way_and_the_exact_way_never_differ(text: str) -> None:
    try:
        expected = repr(_strict(text))
    except ValueError:
        expected = "refused"
    try:
        found = repr(parse(text.encode(), max_bytes=LIMIT))
    except Refused:
        found = "refused"

    assert found == expected


@settings(max_examples=250, deadline=None)
@given(
    st.binary(max_size=60)
    | st.tuples(st.integers(0, len(VALID) - 1), st.binary(min_size=1, max_size=2)).map(
        lambda m: VALID[: m[0]] + m[1] + VALID[m[0] + 1 :]
    )
)
def test_any_bytes_are_either_read_or_refused(body: bytes) -> None:
    try:
        parse(body, max_bytes=LIMIT)
    except Refused as error:
        assert error.problems
