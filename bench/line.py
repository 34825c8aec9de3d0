"""Through Kafka and Faust: placements with everything on, beside a stock Faust agent that stores rows."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from bench.load import Load, append
from bench.measure import Bar, Contender, Result, compare
from bench.place import Place
from bench.through import (
    address_of,
    at_the_beginning,
    broker,
    connected,
    fill,
    not_carried,
    process,
    python,
    rate,
)
from kernel.pg_journal import connect

OURS = "placements, everything on, dense"
BATCHES, EVENTS = "stock Faust, batches of 500", "stock Faust, event by event"
BARS = (Bar(OURS, 20_000), Bar(OURS, 2.0, BATCHES))


async def measure(place: Place, facts: int, rounds: int) -> Sequence[Result]:
    """Facts a second, one process each, from its first committed row to its last."""
    used: dict[str, list[float]] = {}
    figures = [
        Contender(OURS, lambda: _ours(place, facts, used)),
        Contender(BATCHES, lambda: _stock(place, "batch", facts, used)),
        Contender(EVENTS, lambda: _stock(place, "event", max(500, facts // 20), used)),
    ]
    result = await compare("line", "facts/s", figures, rounds, BARS)
    times = ", ".join(f"{name} {statistics.median(seconds):.1f}" for name, seconds in used.items())
    result.notes.append(f"µs of processor time a fact: {times}")
    return [result]


async def _ours(place: Place, facts: int, used: dict[str, list[float]]) -> float:
    settings = await place.installation()
    async with broker(settings.state) as address:
        settings = settings.model_copy(update={"kafka": address, "carrier": "kafka", "far_behind": 1_000_000_000})
        door = await connect(settings, "polku_gateway", size=4)
        load = await Load(max(40, facts // 11)).people(door)
        await append(door, [*load.beginnings(), *load.fortnights()])
        await door.close()
        raw = await connected(place, settings.database)
        count = int(await raw.fetchval("SELECT sum(seq) FROM journal.lane"))
        environment = settings.to_environment()
        async with process(python("operate.role", "relay"), environment, settings.state / "relay.log") as relay:
            await rate(raw, "SELECT sum(seq) FROM relay.mark", count, [relay])
        await at_the_beginning(raw)
        async with process(python("bench.worker", "placements"), environment, settings.state / "ours.log") as worker:
            text = "SELECT sum(seq) FROM react.checkpoint WHERE processor = 'placements'"
            figure, seconds = await rate(raw, text, count, [worker])
            used.setdefault(OURS, []).append(seconds)
        if left := await not_carried(raw):
            raise RuntimeError(f"{left} lanes were not read through Kafka")
        await raw.close()
        return figure


async def _stock(place: Place, mode: str, count: int, used: dict[str, list[float]]) -> float:
    settings = await place.installation()
    async with broker(settings.state) as address:
        raw = await connected(place, settings.database)
        await raw.execute("CREATE TABLE faust_rows (subject text, day text, status text, PRIMARY KEY (subject, day))")
        await fill(address, count)
        environment = {"PEER_BROKER": address, "PEER_DSN": address_of(place, settings.database), "PEER_MODE": mode}
        async with process(python("bench.peers.faust_rows"), environment, settings.state / "faust.log") as agent:
            figure, seconds = await rate(raw, "SELECT count(*) FROM faust_rows", count, [agent])
            used.setdefault(f"stock Faust, {mode}", []).append(seconds)
        await raw.close()
        return figure
