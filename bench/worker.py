"""Workers as benchmarks run them: placements with everything on, or one plain view without rules.

A worker reads the journal itself when Kafka brings nothing for two seconds, as on a machine that is busy with other
things; what came so would be no figure of Kafka and Faust, hence it is told to wait.
"""

from __future__ import annotations

import os
import sys

from kernel import pace
from kernel.decode import Decoder
from kernel.facts import Fact
from kernel.person import Units
from kernel.pg_journal import connect
from kernel.processor import catalogue_for
from kernel.react import Reactor
from kernel.rules import Fold
from kernel.settings import Settings, from_environment
from kernel.tail import run_worker
from kernel.views import Column, Rows, View
from schemas.attendance.day import AttendanceDay
from schemas.attendance.day_recorded_v1 import AttendanceDayRecorded
from services.placements import app as placements

PROCESSOR = "placements"
"""Whose place it takes: roles and rights of the database are those of the services."""

view = View(
    name="bench_rows",
    version=1,
    key=("day",),
    columns=(Column("day", "date"), Column("status", "text")),
    title={"en": "Rows of a benchmark"},
)


@view.on(AttendanceDayRecorded)
def recorded(rows: Rows, fact: Fact) -> None:
    """A day was told."""
    day: AttendanceDay = fact.data
    rows.put(day=day.date, status=day.status)


async def build(settings: Settings) -> Reactor:
    """The reactor of the one view."""
    parts = Units.of(PROCESSOR, Fold(dict, _nothing, frozenset()), [], [view])
    journal = await connect(settings, f"polku_{PROCESSOR}", size=6)
    decoder = Decoder(catalogue_for(parts.listens), journal.keys, journal.instance.operator)
    return Reactor(journal, parts, decoder, ruleset=1)


def _nothing(state: dict[str, object], fact: Fact) -> None:
    """The view needs no state beside its rows."""


def run(kind: str, settings: Settings) -> None:
    """Run until told to stop; `kind` is plain or the name of a processor."""
    pace.STILL = 3600.0
    if kind == "plain":
        run_worker(PROCESSOR, build, settings)
    else:
        placements.main(settings)


if __name__ == "__main__":
    run(sys.argv[1], from_environment(os.environ))
