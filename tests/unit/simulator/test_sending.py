"""How partners ask and send."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date
from pathlib import Path

from simulator.region import load
from simulator.sending import AT_ONCE, resolved
from simulator.story import tell

ORGANISATIONS = Path(__file__).parents[3] / "deploy" / "organisations.toml"


class Counting:
    """A door that notes how many questions of one organisation wait in it at once."""

    def __init__(self) -> None:
        self.waiting, self.most = Counter[str](), Counter[str]()

    async def resolve(self, code: str, org: str) -> str:
        self.waiting[org] += 1
        self.most[org] = max(self.most[org], self.waiting[org])
        await asyncio.sleep(0)
        self.waiting[org] -= 1
        return code


async def test_an_organisation_asks_for_few_persons_at_a_time() -> None:
    """Of two thousand questions at once the last waited longer than anybody tries: a large region could not begin."""
    story, door = tell(load(ORGANISATIONS), 1, date(2026, 3, 2), 2, 12), Counting()
    spoken_of = {s.person for s in story.statements if s.person is not None and not s.wrong}

    refs = await resolved(door, story)

    assert refs == {number: story.codes[number] for number in spoken_of}
    assert max(door.most.values()) == AT_ONCE
