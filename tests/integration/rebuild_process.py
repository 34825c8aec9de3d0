"""One process that fills visit log and relations a person at a time, to be killed: settings in the environment."""

from __future__ import annotations

import asyncio
import os

from kernel.person import Units
from kernel.pg_journal import connect
from kernel.rebuild import Rebuild
from kernel.rebuild_run import Manner, Run
from kernel.settings import from_environment
from services.referrals.views import relations
from tests.integration.rebuilding import begun_both, decoder_of
from tests.sample import domain


async def main() -> None:
    """Fill to the switch."""
    journal = await connect(from_environment(os.environ), "polku_referrals", size=3)
    units = Units.of("referrals", domain.fold, [domain.rule], [relations.view, domain.view])
    manner = Manner(facts=1, together=2, rest=20.0)  # whoever is to kill it on its way may be slow to look
    work = Rebuild(journal, units, decoder_of(journal))
    await Run(work, await begun_both(work), manner).to_the_switch()
    await journal.close()


if __name__ == "__main__":
    asyncio.run(main())
