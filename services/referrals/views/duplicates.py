"""Work suspected of being done twice, and what people have said to it."""

from __future__ import annotations

from typing import Any

from kernel.calendar import day_of
from kernel.facts import Conclusion, Fact
from kernel.views import Column, Rows, View
from schemas.duplicates.confirmed_v1 import DuplicateWorkConfirmed
from schemas.duplicates.dismissed_v1 import DuplicateWorkDismissed
from schemas.duplicates.resolved_v1 import DuplicateWorkResolved
from schemas.telling import about

OPEN = frozenset({"suspected", "confirmed"})
DECIDED = OPEN | {"withdrawn"}
"""What a decision ends. The door decides on open ones only, so a withdrawal read before it came because of it."""
ELSEWHERE = frozenset({"items", "lead", "tell", "told", "untold", "kind", "severity", "duplicate_id", "service_type"})
"""What a finding tells in columns of its own, or to nobody but those who tell others."""
view = View(
    name="duplicates",
    version=6,
    key=("duplicate_id",),
    columns=(
        Column("duplicate_id", "uuid"),
        Column("rule", "text"),
        Column("pair", "text"),
        Column("pair_id", "uuid"),
        Column("severity", "text"),
        Column("state", "text"),
        Column("since", "date"),
        Column("found_at", "timestamptz"),
        Column("service_type", "text", "service"),
        Column("plan_id", "uuid"),
        Column("step", "text"),
        Column("orgs", "text[]", "service"),
        Column("items", "jsonb", "service"),
        Column("facts", "jsonb", "service"),
        Column("lead_role", "text"),
        Column("lead_org", "text", "service"),
        Column("lead_why", "text"),
        Column("tell", "text"),
        Column("told_org", "text", "service"),
        Column("told_other_org", "text", "service"),
        Column("reason", "text"),
        Column("action", "text"),
        Column("kept_item", "uuid"),
        Column("settled_on", "date"),
        Column("settled_at", "timestamptz"),
        Column("about", "text", "internal"),  # the service, which its organisations tell
    ),
    title={"fi": "Päällekkäinen työ", "sv": "Dubbelarbete", "en": "Work done twice"},
    filters=("state", "rule", "service_type", "reason", "action", "since", "duplicate_id"),
)


@view.on("duplicate_work.detected", "attendance.data_conflict")
def detected(rows: Rows, fact: Fact) -> None:
    """A pair is suspected."""
    _suspected(rows, fact.id, fact.data)
    rows.put(duplicate_id=fact.id, state="suspected", found_at=fact.time)


@view.on("finding.changed")
def changed(rows: Rows, fact: Fact) -> None:
    """The pair is the same and its numbers are others."""
    said: Conclusion = fact.data
    if rows.get(said.raised or "") is not None:
        _suspected(rows, said.raised or "", said)


@view.on("finding.withdrawn")
def withdrawn(rows: Rows, fact: Fact) -> None:
    """Its cause is gone; what people have settled stays as they said."""
    said: Conclusion = fact.data
    row = rows.get(said.raised or "")
    if row is not None and row["state"] in OPEN:
        _settled(rows, said.raised or "", fact, state="withdrawn", reason=said.reason)


@view.on(DuplicateWorkConfirmed)
def confirmed(rows: Rows, fact: Fact) -> None:
    """A person says that it is so."""
    said: DuplicateWorkConfirmed = fact.data
    if _in(rows, said.duplicate_id, frozenset({"suspected"})):
        rows.put(duplicate_id=said.duplicate_id, state="confirmed")


@view.on(DuplicateWorkDismissed)
def dismissed(rows: Rows, fact: Fact) -> None:
    """A person says that it is not so."""
    said: DuplicateWorkDismissed = fact.data
    if _in(rows, said.duplicate_id, DECIDED):
        _settled(rows, said.duplicate_id, fact, state="dismissed", reason=said.reason)


@view.on(DuplicateWorkResolved)
def resolved(rows: Rows, fact: Fact) -> None:
    """It is not done twice any more."""
    said: DuplicateWorkResolved = fact.data
    if _in(rows, said.duplicate_id, DECIDED):
        _settled(rows, said.duplicate_id, fact, state="resolved", action=said.action, kept_item=said.kept_item)


def _in(rows: Rows, id_: str, states: frozenset[str]) -> bool:
    row = rows.get(id_)
    return row is not None and row["state"] in states


def _settled(rows: Rows, id_: str, fact: Fact, **said: Any) -> None:
    rows.put(**{"duplicate_id": id_, "settled_on": day_of(fact.time), "settled_at": fact.time, **said})


def _suspected(rows: Rows, id_: str, said: Conclusion) -> None:
    items, lead = said.facts.get("items", []), said.facts.get("lead") or {}
    told = [*(str(t["org"]) for t in said.facts.get("told", [])), None, None]  # who else may know of this very pair
    rows.put(
        duplicate_id=id_,
        rule=said.rule,
        pair=said.key,
        since=day_of(said.since),
        service_type=said.facts.get("service_type"),
        plan_id=said.facts.get("plan_id"),
        step=said.facts.get("step"),
        orgs=sorted({str(i["org"]) for i in items if i["org"]}),
        items=items,
        facts={k: v for k, v in said.facts.items() if k not in ELSEWHERE},
        pair_id=said.facts.get("duplicate_id"),
        severity=said.facts.get("severity"),
        lead_role=lead.get("role"),
        lead_org=lead.get("org"),
        lead_why=lead.get("why"),
        tell=said.facts.get("tell"),
        told_org=told[0],
        told_other_org=told[1],
        about=about(said.rule, said.facts),
    )
