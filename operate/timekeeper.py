"""The clock's process: before each look at the time it tells which partners were heard, and how everything stands."""

from __future__ import annotations

from kernel import clock
from kernel.organisations import load
from kernel.pg_journal import PgJournal
from kernel.settings import Settings
from operate.feeds import Feeds
from operate.gauges import tell_gauges


async def run(settings: Settings) -> None:
    """Until cancelled."""
    feeds = Feeds(load(settings.organisations))

    async def beside(journal: PgJournal) -> None:
        await feeds.tell(journal)
        await tell_gauges(journal.pool)

    await clock.run(settings, beside)
