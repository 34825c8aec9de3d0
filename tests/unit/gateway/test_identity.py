"""Codes of persons and organisations: which are well formed, and where they hide."""

import random
import time
from uuid import UUID

import pytest

from kernel.errors import Refused
from services.gateway.identity import IdentityCode, is_business_id, looks_like_identity_code, may_hold_identity_code

TEST_CODES = ["010594Y9032", "020594X903P", "010516B903X", "020502E902X", "020504A902E"]
WRONG = [
    *(
        "",
        "131052-308U",
        "310299-123A",
        "131052-308t",
        "131052308T",
        "131052‐308T",
        "１３１０５２-308T",
        "131052-308T\n",
    ),
    *(" 131052-308T", "131052G308T", "131052-001K", "131052-308TT", "300290-9009", "010594y9032", "131052-30８T"),
]


@pytest.mark.parametrize("text", TEST_CODES)
def test_artificial_codes_are_taken_where_tests_are_allowed_and_only_there(text: str) -> None:
    assert str(IdentityCode.parse(text, allow_test=True)) == text
    with pytest.raises(Refused) as refused:
        IdentityCode.parse(text, allow_test=False)
    assert [p.code for p in refused.value.problems] == ["identity_code_kind"]


def test_a_real_code_is_taken_in_production_only() -> None:
    assert str(IdentityCode.parse("131052-308T", allow_test=False)) == "131052-308T"
    with pytest.raises(Refused):
        IdentityCode.parse("131052-308T", allow_test=True)


@pytest.mark.parametrize("text", WRONG)
@pytest.mark.parametrize("allow_test", [True, False])
def test_a_code_that_is_not_exactly_right_is_refused(text: str, allow_test: bool) -> None:
    with pytest.raises(Refused) as refused:
        IdentityCode.parse(text, allow_test=allow_test)

    assert refused.value.status == 422
    assert text == "" or text not in str(refused.value)


def test_the_separator_is_part_of_the_identity() -> None:
    codes = {IdentityCode.parse(f"100190{s}999P", allow_test=True) for s in "-Y"}

    assert len(codes) == 2


def test_a_code_is_not_shown_by_accident() -> None:
    assert "9032" not in repr(IdentityCode.parse("010594Y9032", allow_test=True))


def test_a_code_in_signs_of_another_script_or_between_signs_that_nobody_sees_is_found() -> None:
    arabic = "131052".translate({ord(str(d)): 0x660 + d for d in range(10)})
    written = [
        f"{arabic}-308T",
        *(f"131052{dash}308T" for dash in "\u2212\u207b\u208b\u2796\u301c\xad"),
        "131052-308\u0301T",
    ]
    written += ["1310\u200b52-308T", "00000000-0000-4000-8000-aaaaaa131052-308T"]

    assert [text for text in written if not looks_like_identity_code(text)] == []


@pytest.mark.parametrize("code", ["131052-308T", *TEST_CODES])
@pytest.mark.parametrize("around", ["{}", "hetu:{}", "({})", "x {} y", "käyntiä {}, sovittu", "_{}_", "a/{}/b"])
def test_a_code_in_a_text_is_found(code: str, around: str) -> None:
    for written in (code, code.lower()):
        text = around.format(written)

        assert looks_like_identity_code(text)
        assert may_hold_identity_code(text.encode())


@pytest.mark.parametrize("text", ["id131052-308T", "131052-308Tx", "131052‐308T", "131052−308T", "１３１０５２-308T"])
def test_a_code_between_letters_or_in_other_signs_is_found(text: str) -> None:
    assert looks_like_identity_code(text)


@pytest.mark.parametrize(
    "text", ["", "131052-308U", "310299-123A", "1710128-9", "2025-03-04T16:00:00+02:00", "9131052-308T", "131052-3080T"]
)
def test_what_is_no_code_is_not_found(text: str) -> None:
    assert not looks_like_identity_code(text)


@pytest.mark.parametrize("raw", [b"131052-308U", b"310299-123A", b'"131052-308', b"00000000-0000-4000", b"999999a9999"])
def test_digits_in_the_shape_of_a_code_ask_for_no_second_look(raw: bytes) -> None:
    assert not may_hold_identity_code(raw)
    assert may_hold_identity_code(raw + b" 131052-308t")


def test_random_uuids_are_never_taken_for_codes() -> None:
    chance = random.Random(1)  # noqa: S311  # a test's own chance
    texts = [str(UUID(int=chance.getrandbits(128))) for _ in range(50_000)]

    assert not any(looks_like_identity_code(t) for t in texts)
    assert not looks_like_identity_code("00131052-308a-4f0e-9d11-0a2b3c4d5e6f")


@pytest.mark.parametrize("text", ["1" * 50_000 + "!", "131052-" * 8_000, "a" * 50_000, "ä131052-308U" * 4_000])
def test_searching_takes_linear_time(text: str) -> None:
    began = time.process_time()
    looks_like_identity_code(text)

    assert time.process_time() - began < 0.2


@pytest.mark.parametrize(
    "text", ["1710128-9", "2077474-0", "0245458-3", "2296962-1", "7019376-8", "2388924-4", "0115776-3"]
)
def test_public_business_ids_are_right(text: str) -> None:
    assert is_business_id(text)


@pytest.mark.parametrize(
    "text", ["1710128-8", "17101289", "171012-9", "1710128-9 ", "1710128-9\n", "１710128-9", "", "*"]
)
def test_other_business_ids_are_wrong(text: str) -> None:
    assert not is_business_id(text)


def test_exactly_one_check_digit_fits_or_none() -> None:
    for number in range(1_000_000, 1_000_200):
        right = [d for d in range(10) if is_business_id(f"{number}-{d}")]
        assert len(right) <= 1
