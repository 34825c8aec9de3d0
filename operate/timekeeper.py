"""The clock's process: before each look at the time it tells who was heard, what was unusual and how all stands."""

from __future__ import annotations

from structlog import get_logger

from kernel import clock
from kernel.errors import Unavailable
from kernel.organisations import load
from kernel.pg_journal import PgJournal
from kernel.settings import Settings
from operate.anomalies import Anomalies, Limits
from operate.feeds import Feeds
from operate.gauges import tell_gauges


async def run(settings: Settings) -> None:
    """Until cancelled."""
    feeds, log = Feeds(load(settings.organisations)), get_logger("clock")
    anomalies = Anomalies(Limits.load(settings.policy))

    async def beside(journal: PgJournal) -> None:
        try:
            await feeds.tell(journal)
            await anomalies.tell(journal)
            await tell_gauges(journal.pool)
        except Unavailable as error:  # alerts wait for the time, and time waits for nothing of this
            log.warning("beside_the_clock_waits", reason=str(error))

    await clock.run(settings, beside)
