"""What somebody has to do about a person now: open alerts, contacts asked for by a site, clients to take over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kernel.facts import Conclusion, Fact
from kernel.views import Column, Row, Rows, View
from schemas.codes import SOCIAL
from services.notifications.handled import who
from services.notifications.state import ALERT, CHANGED, ESCALATED, RAISED, WITHDRAWN
from services.notifications.working_time import working_time_after

CONTACT_DAYS = 2
"""Working days within which a site that asks for contact should have it; shown as the due time."""

view = View(
    name="worklist",
    version=2,
    key=("item",),
    columns=(
        Column("item", "text"),
        Column("kind", "text"),
        Column("what", "text"),
        Column("alert_id", "uuid"),
        Column("placement_id", "uuid"),
        Column("org", "text"),
        Column("person_ref", "text"),
        Column("team", "text"),
        Column("role", "text"),
        Column("asked_by", "text"),
        Column("priority", "text"),
        Column("status", "text"),
        Column("since", "timestamptz"),
        Column("due_at", "timestamptz"),
        Column("claimed_by", "text"),
        Column("claimed_org", "text"),
    ),
    title={"fi": "Työlista", "sv": "Arbetslista", "en": "Worklist"},
    filters=("org", "person_ref", "team", "role", "kind", "what", "status", "priority"),
)

COLUMNS = tuple(column.name for column in view.columns)


@view.on(RAISED)
def raised(rows: Rows, fact: Fact) -> None:
    """An alert waits for whoever is responsible."""
    facts = fact.data.facts
    _item(
        rows,
        f"alert:{fact.id}",
        kind="alert",
        alert_id=UUID(fact.id),
        since=fact.time,
        due_at=working_time_after(fact.time, facts["respond_days"]),
        **_matter(facts),
        **_whose(facts["to"]),
    )


@view.on(CHANGED)
def changed(rows: Rows, fact: Fact) -> None:
    """Its matter has changed, or somebody else is responsible."""
    said: Conclusion = fact.data
    if said.rule == ALERT and (row := rows.get(f"alert:{said.raised}")) is not None:
        handed = {} if row["status"] == "handed_over" else _whose(said.facts["to"])
        rows.put(item=row["item"], **_matter(said.facts), **handed)


@view.on(WITHDRAWN)
def withdrawn(rows: Rows, fact: Fact) -> None:
    """Nobody has to do anything about it any more; one that somebody has taken stays until she has seen that."""
    said: Conclusion = fact.data
    if said.rule == ALERT and (row := rows.get(f"alert:{said.raised}")) is not None:
        if row["claimed_by"]:
            rows.put(item=row["item"], status="withdrawn")
        else:
            rows.delete(row["item"])


@view.on(ESCALATED)
def lapsed(rows: Rows, fact: Fact) -> None:
    """A claim that was left alone is nobody's any more; what is withdrawn at the same instant stays so."""
    said: Conclusion = fact.data
    row = rows.get(f"alert:{said.facts['alert_id']}") if said.facts["level"] == "claim" else None
    if row is not None and row["status"] != "withdrawn":
        rows.put(item=row["item"], status="open", claimed_by=None, claimed_org=None)


@view.on("alert.acknowledged")
def seen(rows: Rows, fact: Fact) -> None:
    """Seen is not taken; but what was withdrawn meanwhile has then been told to whoever had taken it."""
    data: Any = fact.data
    row = rows.get(f"alert:{data.alert_id}")
    if row is not None and row["status"] == "withdrawn" and (row["claimed_by"], row["claimed_org"]) == who(data):
        rows.delete(row["item"])


@view.on("alert.claimed", "alert.handed_over", "alert.snoozed", "alert.closed", "alert.reopened")
def done(rows: Rows, fact: Fact) -> None:
    """What somebody does with an alert."""
    data: Any = fact.data
    row = rows.get(f"alert:{data.alert_id}")
    if row is None:
        return
    by, org = who(data)
    free: Row = {"claimed_by": None, "claimed_org": None}
    match fact.name:
        case "alert.claimed":
            rows.put(item=row["item"], status="claimed", claimed_by=by, claimed_org=org)
        case "alert.handed_over":
            to = {"org": data.to_org, "person_ref": data.to, "role": "", "team": ""}
            rows.put(item=row["item"], status="handed_over", **free, **_whose(to))
        case "alert.snoozed":
            rows.put(item=row["item"], status="waiting")
        case "alert.closed":
            rows.delete(row["item"])


@view.on("supervisor.contact_requested")
def asked(rows: Rows, fact: Fact) -> None:
    """A site asks to be called: it knows more than a count can tell."""
    data: Any = fact.data
    _item(
        rows,
        f"contact:{data.placement_id}",
        kind="contact",
        what=data.code,
        placement_id=data.placement_id,
        role="social_instructor",
        asked_by=fact.org,
        since=fact.time,
        due_at=working_time_after(fact.time, CONTACT_DAYS),
    )


@view.on("contact.logged")
def contacted(rows: Rows, fact: Fact) -> None:
    """Social work has been in touch: what was asked for until then is done."""
    if fact.org_type in SOCIAL:
        rows.clear_where(lambda row: row["kind"] == "contact" and row["since"] <= fact.time)


@view.on("handover.started")
def started(rows: Rows, fact: Fact) -> None:
    """A client waits to be taken over; whoever hands her over keeps her until the receiver confirms."""
    data: Any = fact.data
    _item(
        rows,
        f"handover:{data.handover_id}",
        kind="handover",
        what="take_over",
        org=data.to_org,
        role=data.to_role,
        asked_by=fact.org,
        since=fact.time,
    )


@view.on("handover.confirmed")
def confirmed(rows: Rows, fact: Fact) -> None:
    """She has been taken over."""
    data: Any = fact.data
    rows.delete(f"handover:{data.handover_id}")


def _item(rows: Rows, item: str, **columns: Any) -> None:
    rows.put(**{**dict.fromkeys(COLUMNS), "priority": "normal", "status": "open", **columns, "item": item})


def _matter(facts: Any) -> Row:
    placement = facts["placement_id"]
    return {
        "what": facts["family"],
        "placement_id": UUID(placement) if placement else None,
        "priority": facts["priority"],
    }


def _whose(to: Any) -> Row:
    return {"org": to["org"], "person_ref": to["person_ref"], "team": to["team"], "role": to["role"]}
