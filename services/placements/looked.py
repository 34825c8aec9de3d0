"""How far the days of a person have been looked through for a limit: a new day mostly only adds to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(slots=True)
class Looked:
    """What was found in the days so far; good for other days as far as they are the same, under the same parameters.

    `first` is the place of the first of the `count` days on all of which the limit was reached up to the last one.

    Of the `ahead` days with those foreseen, whose hash is `same`, `found` is the place of the day on which it is
    reached next (None: on none of them), looked for from the place `begun`; `until` is the day on which it falls below
    after the last. The one `limit` of all of them is 0 where there are several, and then nothing can be taken over. A
    hash, since the days themselves would take more room than all else that is kept of most people.
    """

    on: Callable[..., Any]
    days: Sequence[date] = ()
    count: int = 0
    first: int | None = None
    ahead: int = 0
    same: int = 0
    begun: int = 0
    limit: int = 0
    found: int | None = None
    until: date | None = None
