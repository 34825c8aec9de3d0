"""`polku clock --to`: an instant or a day, never something that could be read in two ways."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from operate.commands.clock import instant_of
from operate.errors import OperateError


def test_a_day_means_its_local_midnight() -> None:
    assert instant_of("2026-08-04") == datetime(2026, 8, 3, 21, tzinfo=UTC)
    assert instant_of("2026-12-04") == datetime(2026, 12, 3, 22, tzinfo=UTC)


def test_an_instant_has_its_offset() -> None:
    assert instant_of("2026-08-04T08:00+03:00") == datetime(2026, 8, 4, 5, tzinfo=UTC)
    assert instant_of("2026-08-04T08:00:00Z") == datetime(2026, 8, 4, 8, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-08-04T08:00", "2026-02-30", "tomorrow", "", "2026-W32-1T10:00"])
def test_anything_else_is_refused_by_name(text: str) -> None:
    with pytest.raises(OperateError, match="--to"):
        instant_of(text)
