"""Finnish identifiers of persons and organisations: well formed or refused, and never left lying in a text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from kernel.strict import refuse

CHECKS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
CENTURIES = {"+": 1800, **dict.fromkeys("-YXWVU", 1900), **dict.fromkeys("ABCDEF", 2000)}
FORM = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})([-+A-FU-Y])([0-9]{3})([0-9A-Y])", re.ASCII)
SOMEWHERE = re.compile(r"(?<![0-9A-Za-z])[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-Y](?![0-9A-Za-z])", re.ASCII | re.IGNORECASE)
BUSINESS = re.compile(r"[0-9]{7}-[0-9]", re.ASCII)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class IdentityCode:
    """A personal identity code (henkilötunnus) with its separator, which is part of it. Never logged or printed."""

    value: str

    @staticmethod
    def parse(text: str, allow_test: bool) -> IdentityCode:
        """A well-formed code; Refused 422. Individual numbers 900-999 are test codes: only they are taken where
        `allow_test`, and they are refused elsewhere.
        """
        found = FORM.fullmatch(text)
        if found is None:
            refuse(422, "identity_code", "not of the form of a personal identity code", "/identity_code")
        day, month, year, separator, number, check = found.groups()
        try:
            date(CENTURIES[separator] + int(year), int(month), int(day))
        except ValueError:
            refuse(422, "identity_code", "the date in it does not exist", "/identity_code")
        if CHECKS[int(day + month + year + number) % 31] != check:
            refuse(422, "identity_code", "its check character does not fit", "/identity_code")
        if int(number) < 2:
            refuse(422, "identity_code", "there is no such individual number", "/identity_code")
        if (int(number) >= 900) != allow_test:
            wanted = "only test codes (900-999) are taken here" if allow_test else "test codes are not taken here"
            refuse(422, "identity_code", wanted, "/identity_code")
        return IdentityCode(text)

    def __repr__(self) -> str:
        return "IdentityCode(…)"


def looks_like_identity_code(text: str) -> bool:
    """Whether something of that form with a fitting check character stands in a text."""
    for found in SOMEWHERE.finditer(text):
        code = found.group().upper()
        if CHECKS[int(code[:6] + code[7:10]) % 31] == code[10]:
            return True
    return False


def is_business_id(text: str) -> bool:
    """A business id (y-tunnus) with a right check digit."""
    if not BUSINESS.fullmatch(text):
        return False
    rest = sum(w * int(d) for w, d in zip(WEIGHTS, text, strict=False)) % 11
    return rest != 1 and int(text[8]) == (0 if rest == 0 else 11 - rest)
