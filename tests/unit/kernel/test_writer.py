"""The writer: an error that nobody foresaw fails what it met and nothing that comes after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from kernel.errors import Unavailable
from kernel.journal import NewFact, Receipt
from kernel.writer import Writer
from tests.cluster import visit

REF = "11111111-1111-4111-8111-111111111111"


class Breaks:
    """A journal that breaks on its first append."""

    broken = False

    async def append(self, facts: Sequence[NewFact], _expect: Mapping[str, int] | None = None) -> list[Receipt]:
        if not self.broken:
            self.broken = True
            raise LookupError("nobody thought of this")
        return [Receipt(f.source, f.id, 1, n + 1, "") for n, f in enumerate(facts)]


async def test_an_unforeseen_error_fails_its_own_requests_and_the_door_stays_open() -> None:
    journal: Any = Breaks()
    writer = Writer(journal)
    writer.start()

    with pytest.raises(Unavailable):
        await writer.state([visit(1, 2, True, REF)])
    (receipt,) = await writer.state([visit(1, 2, True, REF)])
    await writer.stop()

    assert receipt.id == "v1"
