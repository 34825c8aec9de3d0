"""What a worker does beside the facts of its lanes, a little at a time: sweeps, and looking whether all is right."""

from __future__ import annotations

import asyncio
import time

from kernel.errors import Again, Unavailable
from kernel.lanes import Lanes

LOOK = 1.0
"""Seconds between looks for something to sweep."""
REST = 1.0
"""Rest after each chunk, as a multiple of the time that it took: what partners and people do comes first."""


async def sweep(lanes: Lanes) -> None:
    """Sweep the worker's lanes, one chunk after the other and never more than one at a time, until cancelled."""
    while True:
        begun = time.monotonic()
        try:
            waiting = await lanes.reactor.swept_lanes(lanes.owned)
        except (Unavailable, Again):
            waiting = []
        for lane in waiting:
            await lanes.beside(lane, lanes.reactor.sweep)
        await asyncio.sleep(REST * (time.monotonic() - begun) if waiting else LOOK)
