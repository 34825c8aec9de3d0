"""Unusual reading of clients' data: looked for in the disclosure log and told once for each reader, day and kind.

Limits are the organiser's to set, in the policy file beside what may be shown. Who reads her own relatives' or
colleagues' data is not found: nothing here knows who they are.
"""

from __future__ import annotations

import time
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from datetime import time as Time
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid5

import orjson
from prometheus_client import Gauge
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kernel.calendar import day_of, midnight
from kernel.conclude import NAMESPACE
from kernel.errors import Refused
from kernel.facts import organisation_ref
from kernel.journal import NewFact, own_source
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal
from kernel.settings import SettingsError
from schemas.access.anomaly_detected_v1 import AccessAnomalyDetected, Kind

EVERY = 300.0
"""Seconds between two looks: a day of a large region is some hundred thousand lines of the log."""

SETTLED = timedelta(hours=1)
"""Who was looked up may be registered first: only then is it known that nobody has to do with her."""

DAY, WEEK = timedelta(days=1), timedelta(days=7)
KINDS: tuple[Kind, ...] = ("many_clients", "unrelated", "night")

found = Gauge("polku_access_anomalies", "readers who were unusual today or yesterday", ["org", "kind"])

READ = "SELECT * FROM disclosure.reading($1, $2, $3, $4, $5)"


class Limits(BaseModel):
    """From how many persons a day on reading is unusual; the night is in Finnish time."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    many_clients: Annotated[int, Field(ge=1)] = 500
    unrelated: Annotated[int, Field(ge=1)] = 10
    night: Annotated[int, Field(ge=1)] = 5
    night_from: Annotated[int, Field(ge=18, le=23)] = 22
    night_until: Annotated[int, Field(ge=1, le=8)] = 5

    @classmethod
    def load(cls, policy: Path) -> Limits:
        """The table `unusual` of the policy file, or what is usual; SettingsError names what is wrong with it."""
        try:
            return cls.model_validate(tomllib.loads(policy.read_text()).get("unusual", {}))
        except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
            raise SettingsError(f"POLKU_POLICY: {policy.name}: unusual: {error}") from error


class Anomalies:
    """Looks now and then; what was told before is told again in vain, and the journal knows it."""

    def __init__(self, limits: Limits) -> None:
        self._limits, self._next = limits, 0.0
        self._told: set[str] = set()
        self._looked: date | None = None

    async def tell(self, journal: PgJournal, *, at_once: bool = False) -> int:
        """Append what was unusual since the day before the last look (a week ago, after a start), at most every few
        minutes; answers how many facts.
        """
        if not at_once and time.monotonic() < self._next:
            return 0
        self._next = time.monotonic() + EVERY
        now, driven = await _clock(journal)
        today = day_of(now)
        with translated():
            rows = await journal.pool.fetch(
                READ,
                *(midnight((self._looked or today - WEEK) - DAY), now - SETTLED),
                *(Time(self._limits.night_until), Time(self._limits.night_from), driven),
            )
        unusual = [(row, kind) for row in rows for kind in KINDS if row[kind] >= getattr(self._limits, kind)]
        facts = [self._fact(journal.instance.operator, row, kind, now) for row, kind in unusual]
        new = [fact for fact in facts if fact.id not in self._told]
        for fact in new:
            with suppress(Refused):  # told before this process began, perhaps with fewer persons
                await journal.append([fact])
        found.clear()
        for row, kind in unusual:
            if row["day"] >= today - DAY:
                found.labels(row["org"], kind).inc()
        self._told, self._looked = {fact.id for fact in facts}, today
        return len(new)

    def _fact(self, operator: str, row: Mapping[str, Any], kind: Kind, now: datetime) -> NewFact:
        day, limit = row["day"], getattr(self._limits, kind)
        said = AccessAnomalyDetected(
            org=row["org"], reader=row["reader"], kind=kind, day=day, clients=row[kind], limit=limit
        )
        id_ = str(uuid5(NAMESPACE, f"access|{said.org}|{said.reader}|{kind}|{day.isoformat()}"))
        data = orjson.dumps(said.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)
        type_, subject = AccessAnomalyDetected.meta.type, organisation_ref(said.org)
        return NewFact(own_source(operator, "clock"), id_, type_, subject, now, now, data)


async def _clock(journal: PgJournal) -> tuple[datetime, bool]:
    with translated():
        row = await journal.pool.fetchrow("SELECT journal.now() AS now, clock FROM journal.instance")
    return row["now"], row["clock"] == "driven"
