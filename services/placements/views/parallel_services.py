"""Every service beside the work activity: agreed, begun, given how often, ended; and phases in which support lacks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kernel.calendar import day_of
from kernel.facts import Fact
from kernel.rules import Finding
from kernel.views import Column, Rows, View
from schemas.parallel_services.agreed_v1 import ParallelServiceAgreed
from schemas.parallel_services.ended_v2 import ParallelServiceEnded
from schemas.parallel_services.held_v1 import ParallelServiceHeld
from schemas.parallel_services.started_v1 import ParallelServiceStarted

SERVICE = "service"

view = View(
    name="parallel_services",
    version=2,
    key=("rule", "item"),
    columns=(
        Column("rule", "text"),
        Column("item", "text"),
        Column("state", "text"),
        Column("ps_id", "uuid"),
        Column("placement_id", "uuid"),
        Column("phase", "text"),
        Column("service_type", "text", "sensitive"),
        Column("org", "text", "sensitive"),
        Column("agreed_by", "text"),
        Column("agreed_on", "date"),
        Column("start_by", "date"),
        Column("times", "integer"),
        Column("per", "text"),
        Column("started_on", "date"),
        Column("last_held_on", "date"),
        Column("times_held", "integer"),
        Column("ended_on", "date"),
        Column("end_reason", "text", "sensitive"),
        Column("from_day", "date"),
    ),
    title={"fi": "Rinnakkaiset palvelut", "sv": "Parallella tjänster", "en": "Parallel services"},
    filters=("rule", "state", "service_type", "org", "ps_id", "placement_id"),
)


def _put(rows: Rows, id_: UUID, **columns: Any) -> None:
    """Change what is known of a service, and with it where it stands: agreed is waiting to begin."""
    row = {**(rows.get(SERVICE, str(id_)) or {"ps_id": id_}), **{k: v for k, v in columns.items() if v is not None}}
    begun = row.get("started_on") or row.get("last_held_on")
    row["state"] = "ended" if row.get("ended_on") else "running" if begun else "waiting"
    rows.put(**{**row, "rule": SERVICE, "item": str(id_)})


@view.on(ParallelServiceAgreed)
def agreed(rows: Rows, fact: Fact) -> None:
    """It was agreed, perhaps anew."""
    said: ParallelServiceAgreed = fact.data
    frequency = said.frequency
    _put(
        rows,
        said.ps_id,
        service_type=said.service_type,
        org=said.org,
        agreed_by=fact.org,
        agreed_on=day_of(fact.time),
        start_by=said.start_by,
        times=frequency.n if frequency else None,
        per=frequency.per if frequency else None,
    )


@view.on(ParallelServiceStarted)
def started(rows: Rows, fact: Fact) -> None:
    """It has begun."""
    said: ParallelServiceStarted = fact.data
    _put(rows, said.ps_id, service_type=said.service_type, org=said.org, started_on=said.started_on)


@view.on(ParallelServiceHeld)
def held(rows: Rows, fact: Fact) -> None:
    """She was met there."""
    said: ParallelServiceHeld = fact.data
    known = rows.get(SERVICE, str(said.ps_id)) or {}
    last = max(said.held_on, known.get("last_held_on") or said.held_on)
    times = (known.get("times_held") or 0) + 1
    _put(rows, said.ps_id, service_type=said.service_type, org=said.org, last_held_on=last, times_held=times)


@view.on(ParallelServiceEnded)
def ended(rows: Rows, fact: Fact) -> None:
    """It is over."""
    said: ParallelServiceEnded = fact.data
    _put(
        rows,
        said.ps_id,
        service_type=said.service_type,
        org=said.org,
        ended_on=said.ended_on,
        end_reason=getattr(said, "reason", None),
    )


@view.forecast("R-SUP-1")
def gap(rows: Rows, rule: str, finding: Finding) -> None:
    """A phase of a placement in which nobody is named to support her."""
    rows.put(
        rule=rule,
        item=finding.key,
        state="support_gap",
        placement_id=UUID(str(finding.facts["placement_id"])),
        phase=finding.facts["step"],
        from_day=day_of(finding.since),  # type: ignore[arg-type]  # dates are instants by now
    )
