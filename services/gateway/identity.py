"""Codes by which Finland knows a person or an organisation: are they well formed, and where do they hide in text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from kernel.errors import Problem, Refused

_SIGNS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_CENTURIES = {"+": 1800, **dict.fromkeys("-YXWVU", 1900), **dict.fromkeys("ABCDEF", 2000)}
_CODE = re.compile(r"([0-9]{6})([-+A-FU-Y])([0-9]{3})([0-9A-Y])")
_TEST_NUMBERS = range(900, 1000)
_REAL_NUMBERS = range(2, 900)

# Between other letters a code is known by its dash only: a hexadecimal digest holds six digits and a letter too often.
_HIDDEN = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![0-9a-z-])"  # a UUID is read over as a whole
    r"|(?<![0-9])([0-9]{6}[-+][0-9]{3}[0-9A-Y])(?![0-9])"
    r"|(?<![0-9A-Z])([0-9]{6}[A-FU-Y][0-9]{3}[0-9A-Y])(?![0-9A-Z])",
    re.ASCII | re.IGNORECASE,
)
_DASHES = dict.fromkeys(
    [0x2D7, 0x1806, *range(0x2010, 0x2016), 0x2043, 0x2212, 0x2796, 0x2E3A, 0x301C, 0x30FC, 0xFE58, 0xFE63], "-"
)
_SHAPE = bytes(
    ord("0") if chr(c).isdigit() else ord("-") if chr(c).upper() in _CENTURIES else ord(".") for c in range(128)
) + bytes(128)

_LIKE_A_CODE = b"000000-000"

_BUSINESS_ID = re.compile(r"([0-9]{7})-([0-9])", re.ASCII)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class IdentityCode:
    """A valid personal identity code, separator included: codes that differ only there are different persons."""

    text: str = field(repr=False)

    @classmethod
    def parse(cls, text: str, *, allow_test: bool) -> IdentityCode:
        """Read one exactly as it is written; nothing is trimmed, folded or corrected.

        With `allow_test` only artificial codes (individual number 900–999) are taken, without it only real ones, so
        that no real person ever stands in a development instance. Refused 422 otherwise.
        """
        match = _CODE.fullmatch(text)
        if match is None or not _possible(*match.groups()):
            raise _refused("identity_code", "not a valid personal identity code")
        number = int(match[3])
        if number not in (_TEST_NUMBERS if allow_test else _REAL_NUMBERS):
            kind = "artificial codes (900–999) only" if allow_test else "no artificial codes (900–999)"
            raise _refused("identity_code_kind", f"this installation takes {kind}")
        return cls(text)

    def __str__(self) -> str:
        return self.text


def _refused(code: str, detail: str) -> Refused:
    return Refused(422, [Problem("", code, detail)])


def _possible(day: str, separator: str, number: str, sign: str) -> bool:
    try:
        date(_CENTURIES[separator] + int(day[4:]), int(day[2:4]), int(day[:2]))
    except ValueError:
        return False
    return int(number) >= 2 and _SIGNS[int(day + number) % 31] == sign


def looks_like_identity_code(text: str) -> bool:
    """Whether a valid code, real or artificial, hides anywhere in a text, in any case or width; linear time."""
    if not text.isascii():
        plain = unicodedata.normalize("NFKC", text.replace("\xad", "-")).translate(_DASHES)
        text = "".join(_plain(sign) for sign in plain)
    found = (m[1] or m[2] for m in _HIDDEN.finditer(text))
    return any(_possible(c[:6], c[6], c[7:10], c[10]) for c in (f.upper() for f in found if f))


def _plain(sign: str) -> str:
    """A digit of any script as ours, and nothing in place of a sign that nobody sees."""
    if unicodedata.category(sign) in ("Cf", "Mn"):
        return ""
    digit = unicodedata.decimal(sign, None)
    return sign if digit is None else str(digit)


def may_hold_identity_code(raw: bytes) -> bool:
    """A quick look over UTF-8 bytes: False is certain, True asks for `looks_like_identity_code` on each text.

    Every sixth event has digits in such a row by chance, in its random ids; with a date and a right check sign few.
    """
    if not raw.isascii():
        return True
    shape = raw.translate(_SHAPE)
    at = shape.find(_LIKE_A_CODE)
    while at >= 0:
        code = raw[at : at + 11].decode().upper()
        if len(code) == 11 and _possible(code[:6], code[6], code[7:10], code[10]):
            return True
        at = shape.find(_LIKE_A_CODE, at + 1)
    return False


def is_business_id(text: str) -> bool:
    """Whether a business id (1234567-8) has the right form and check digit."""
    match = _BUSINESS_ID.fullmatch(text)
    if match is None:
        return False
    rest = sum(w * int(d) for w, d in zip(_WEIGHTS, match[1], strict=True)) % 11
    return rest != 1 and int(match[2]) == (11 - rest if rest else 0)
