"""Made-up personal identity codes: individual numbers 900–999, which no living person ever gets."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

SIGNS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
OLDEST, YOUNGEST = date(1962, 1, 1), date(2007, 12, 31)


def code(born: date, number: int) -> str:
    """The code of a birth date and an individual number; the last sign is the remainder by 31."""
    digits = f"{born:%d%m%y}{number:03d}"
    return f"{digits[:6]}{'-' if born.year < 2000 else 'A'}{digits[6:]}{SIGNS[int(digits) % 31]}"


def codes(random: Random, count: int) -> list[tuple[str, date]]:
    """So many different codes with their birth dates, the same for the same seed."""
    found: dict[str, date] = {}
    span = (YOUNGEST - OLDEST).days
    while len(found) < count:
        born = OLDEST + timedelta(days=random.randrange(span + 1))
        found[code(born, random.randrange(900, 1000))] = born
    return list(found.items())
