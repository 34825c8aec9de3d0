"""What a worker does beside the facts of its lanes, a little at a time: sweeps, and looking whether all is right."""

from __future__ import annotations

import asyncio
import time

import structlog

from kernel import observe
from kernel.errors import Again, Unavailable
from kernel.lanes import Lanes
from kernel.verify import Report, Verifier

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


FEW = 5
"""Persons in one look of the slow verification."""
PAUSE, SHARE = 1.0, 0.05
"""Least seconds between looks, and the greatest share of time that looking may take."""


async def verify(lanes: Lanes) -> None:
    """Compare the persons of the worker's lanes with their facts, a few at a time, round after round."""
    processor = lanes.reactor.processor
    for kind in KINDS:  # a difference that is the first one must show as an increase
        observe.verify_differences.labels(processor, kind)
    while True:
        whole = True
        for lane in lanes.owned:
            whole &= await _verify_lane(lanes, lane)
        if whole and lanes.owned:
            observe.verify_round.labels(processor).set(time.time())
        await asyncio.sleep(PAUSE)


async def _verify_lane(lanes: Lanes, lane: int) -> bool:
    """One lane from its first person to its last; False when it was lost or could not be read on the way."""
    reactor = lanes.reactor
    verifier, after = Verifier(reactor.journal, reactor.decoder), None
    try:
        report = Report()
        await verifier.lane(lane, report)
        _tell(reactor.processor, lane, report)
        after = ""
        while after is not None:
            if lane not in lanes.owned:
                return False
            begun, report = time.monotonic(), Report()
            after = await verifier.some(reactor.units, lane, after, FEW, report, reactor.ruleset)
            _tell(reactor.processor, lane, report)
            await asyncio.sleep(max(PAUSE, (time.monotonic() - begun) * (1 / SHARE - 1)))
    except (Unavailable, Again):
        await asyncio.sleep(PAUSE)
        return False
    return True


KINDS = ("lost", "doubled", "out_of_order", "differing")


def _tell(processor: str, lane: int, report: Report) -> None:
    observe.verified.labels(processor).inc(report.compared)
    for kind in KINDS:
        if count := getattr(report, kind):
            observe.verify_differences.labels(processor, kind).inc(count)
            views = ",".join(sorted({d.get("view", "") for d in report.differences}))
            structlog.get_logger("verify").error(
                "verify_differs", processor=processor, lane=lane, kind=kind, count=count, view=views
            )
