"""Policy as a lane sees it: what organisations have stated in lane 0, as far as the lane's own notices say."""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from kernel.decode import Decoder
from kernel.errors import Poison, Unavailable
from kernel.facts import name_of
from kernel.journal import KERNEL_TYPES, REFERENCE, TIME, is_own
from kernel.params import Reference
from kernel.person import Units
from kernel.pg_lane import PgLanes
from kernel.pg_prepare import Instance
from kernel.stored import Stored
from kernel.valid import valid


class Policy:
    """Reads lane 0 for one processor, so that a replay never depends on the timing between lanes."""

    def __init__(self, lanes: PgLanes, decoder: Decoder, units: Units, instance: Instance) -> None:
        self._lanes, self._decoder, self._units = lanes, decoder, units
        self._operator, self._organiser = instance.operator, instance.organiser

    async def position(self, lane: int, upto: int) -> int:
        """How far lane 0 counts for a lane at a position; lane 0 itself sees all of it."""
        return upto if lane == 0 else await self._lanes.reference_position(lane, upto)

    def told(self, lane: int, rows: Iterable[Stored]) -> int:
        """How far lane 0 counts after these rows; 0 when they say nothing of it."""
        if lane == 0:
            return max((r.seq for r in rows if r.type != TIME and not is_own(r.source, self._operator)), default=0)
        return max((orjson.loads(r.data)["position"] for r in rows if r.type == REFERENCE), default=0)

    async def at(self, lane: int, position: int, before: Reference) -> Reference:
        """Lane 0 to a position. What cannot be read concerns everybody: nobody is skipped, a person's lane waits.

        Lane 0 itself goes on with what was known `before`, so that what mends it can arrive; the organisation that
        stated it waits there. Unavailable otherwise.
        """
        rows = [
            r
            for r in (await self._lanes.reference_rows(position) if position else ())
            if r.type in KERNEL_TYPES or (self._units.hears(name_of(r.type)) and not is_own(r.source, self._operator))
        ]
        self._decoder.catalogue.must_know(rows, self._units.hears)
        try:
            return Reference(valid(await self._decoder.decode(rows), self._units.processor), position, self._organiser)
        except Poison as poison:
            if lane == 0:
                return before
            raise Unavailable(f"lane 0 has {poison.id}, which cannot be read: {poison.cause}") from poison
