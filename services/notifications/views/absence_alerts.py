"""Every alert with who is responsible, what people have done with it, why it rang, and whom to tell."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kernel.calendar import midnight
from kernel.facts import Conclusion, Fact
from kernel.views import Column, Row, Rows, View
from schemas.telling import about_of
from services.notifications.handled import who
from services.notifications.state import ALERT, CHANGED, ESCALATED, ESCALATION, RAISED, WITHDRAWN
from services.notifications.working_time import working_time_after

HISTORY = 200
OVER = ("withdrawn", "closed")

view = View(
    name="absence_alerts",
    version=6,
    key=("alert_id",),
    columns=(
        Column("alert_id", "uuid"),
        Column("family", "text"),
        Column("kind", "jsonb"),
        Column("placement_id", "uuid"),
        Column("provider_org", "text"),
        Column("status", "text"),
        Column("priority", "text"),
        Column("raised_at", "timestamptz"),
        Column("changed_at", "timestamptz"),
        Column("due_at", "timestamptz"),
        Column("responsible_org", "text"),
        Column("responsible_person", "text"),
        Column("responsible_team", "text"),
        Column("responsible_via", "text"),
        Column("claimed_by", "text"),
        Column("claimed_org", "text"),
        Column("acknowledged_by", "jsonb"),
        Column("snoozed_until", "timestamptz"),
        Column("next_contact_on", "date"),
        Column("escalated_to", "text"),
        Column("closed_reason", "text", "sensitive"),
        Column("withdrawn_reason", "text"),
        Column("raises", "jsonb"),
        Column("why", "jsonb", "service"),
        Column("version", "integer"),
        Column("history", "jsonb"),
        Column("notices", "jsonb", "internal"),  # whom the dispatcher tells; no grant names this class
        Column("last_notice", "text", "internal"),
        Column("about", "text", "internal"),  # the service; none where its reasons tell of another or of several
    ),
    title={"fi": "Hälytykset", "sv": "Larm", "en": "Alerts"},
    filters=("status", "family", "priority", "placement_id", "responsible_org", "responsible_person", "claimed_by"),
    indexed=("changed_at",),
    route="alerts",
)

COLUMNS = tuple(column.name for column in view.columns)


@view.on(RAISED)
def raised(rows: Rows, fact: Fact) -> None:
    """A row of its own for each time that an alert is raised."""
    facts = fact.data.facts
    begun: Row = {
        "alert_id": UUID(fact.id),
        "status": "open",
        "raised_at": fact.time,
        "due_at": working_time_after(fact.time, facts["respond_days"]),
        "version": 0,
        "acknowledged_by": [],
        "history": [],
        "notices": [],
    }
    rows.put(**{**dict.fromkeys(COLUMNS), **begun, **_concluded(facts), **_responsible(facts["to"])})
    _note(rows, UUID(fact.id), fact, "open")
    for to in (facts["to"], *facts["copies"]):
        _tell(rows, UUID(fact.id), "raised", to)


@view.on(CHANGED)
def changed(rows: Rows, fact: Fact) -> None:
    """New numbers, new raises or somebody else responsible; told to whoever becomes responsible or gets a copy now."""
    said: Conclusion = fact.data
    row = _row(rows, said.raised) if said.rule == ALERT else None
    if row is None:
        return
    id_ = row["alert_id"]
    before = {k: row[k] for k in ("responsible_org", "responsible_person", "responsible_team", "responsible_via")}
    rows.put(alert_id=id_, **_concluded(said.facts))
    _note(rows, id_, fact, "updated")
    if row["responsible_via"] != "handed_over" and _responsible(said.facts["to"]) != before:
        rows.put(alert_id=id_, **_responsible(said.facts["to"]))
        _tell(rows, id_, "raised", said.facts["to"])
    for to in said.facts["copies"]:
        _tell(rows, id_, "raised", to)


@view.on(WITHDRAWN)
def withdrawn(rows: Rows, fact: Fact) -> None:
    """The alert is not needed any more, or an escalation has been answered."""
    said: Conclusion = fact.data
    if said.rule == ALERT and (row := _row(rows, said.raised)) is not None:
        rows.put(alert_id=row["alert_id"], status="withdrawn", withdrawn_reason=said.reason)
        _note(rows, row["alert_id"], fact, "withdrawn", reason=said.reason)
        for to in _told_before(row):
            _tell(rows, row["alert_id"], "withdrawn", to)
        return
    row = _row(rows, said.facts.get("alert_id")) if said.rule == ESCALATION else None
    if row is not None and row["escalated_to"] == said.facts["level"]:
        rows.put(alert_id=row["alert_id"], escalated_to=None)


@view.on(ESCALATED)
def escalated(rows: Rows, fact: Fact) -> None:
    """Nobody took it in time: the team hears, then its lead; a claim that was left alone has lapsed.

    What is withdrawn at the same instant stays so, and nobody hears of it.
    """
    said: Conclusion = fact.data
    row, level = _row(rows, said.facts["alert_id"]), said.facts["level"]
    if row is None or row["status"] in OVER:
        return
    id_ = row["alert_id"]
    if level == "claim":
        rows.put(alert_id=id_, status="open", claimed_by=None, claimed_org=None, snoozed_until=None)
        _note(rows, id_, fact, "claim_lapsed")
    else:
        rows.put(alert_id=id_, escalated_to=level)
        _note(rows, id_, fact, "escalated", reason=level)
    _tell(rows, id_, f"escalated_{level}_{said.m}", said.facts["to"])


@view.on("alert.claimed")
def claimed(rows: Rows, fact: Fact) -> None:
    """Somebody takes it, as a person or for her site."""
    by, org = who(fact.data)
    _done(rows, fact, "claimed", status="claimed", claimed_by=by, claimed_org=org, snoozed_until=None)


@view.on("alert.acknowledged")
def acknowledged(rows: Rows, fact: Fact) -> None:
    """Seen, no more than that."""
    data: Any = fact.data
    if (row := _row(rows, data.alert_id)) is not None:
        seen = sorted({*row["acknowledged_by"], who(data)[0]})
        _done(rows, fact, "acknowledged", acknowledged_by=seen)


@view.on("alert.handed_over")
def handed_over(rows: Rows, fact: Fact) -> None:
    """From now on somebody else is responsible, who has not taken it yet."""
    data: Any = fact.data
    to = {"org": data.to_org, "person_ref": data.to, "role": "", "team": "", "via": "handed_over"}
    free = {"claimed_by": None, "claimed_org": None, "snoozed_until": None}
    _done(rows, fact, "handed_over", status="open", **free, **_responsible(to))
    if (row := _row(rows, data.alert_id)) is not None:
        _tell(rows, row["alert_id"], f"handed_over_{row['version']}", to)


@view.on("alert.snoozed")
def snoozed(rows: Rows, fact: Fact) -> None:
    """Waiting until a day that everybody sees."""
    data: Any = fact.data
    _done(rows, fact, "snoozed", status="waiting", snoozed_until=midnight(data.until))


@view.on("alert.reason_clarified")
def clarified(rows: Rows, fact: Fact) -> None:
    """That it was found out, and when she is met again; why is for those entitled to it, in its own record."""
    data: Any = fact.data
    _done(rows, fact, "reason_clarified", next_contact_on=data.next_contact_on)


@view.on("alert.closed")
def closed(rows: Rows, fact: Fact) -> None:
    """Done with, for a reason."""
    data: Any = fact.data
    told = None if data.reason == "health" else data.reason  # the history is for everybody who may see the alert
    _done(rows, fact, "closed", reason=told, status="closed", closed_reason=data.reason, snoozed_until=None)


@view.on("alert.reopened")
def reopened(rows: Rows, fact: Fact) -> None:
    """The matter goes on as a new alert; this one tells that somebody opened it again."""
    _done(rows, fact, "reopened")


def _concluded(facts: Any) -> Row:
    placement = facts["placement_id"]
    return {
        **{k: facts[k] for k in ("family", "kind", "priority", "raises", "why")},
        "placement_id": UUID(placement) if placement else None,
        "provider_org": next((p for w in facts["why"] if (p := w["facts"].get("provider_org"))), None),
        "about": about_of(facts["why"]),
    }


def _responsible(to: Any) -> Row:
    return {
        "responsible_org": to["org"],
        "responsible_person": to["person_ref"],
        "responsible_team": to["team"],
        "responsible_via": to["via"],
    }


def _row(rows: Rows, alert: object) -> Row | None:
    return rows.get(UUID(str(alert))) if alert else None


def _done(rows: Rows, fact: Fact, what: str, *, reason: str | None = None, **columns: Any) -> None:
    data: Any = fact.data
    row = _row(rows, data.alert_id)
    if row is None:
        return
    by, org = who(data)
    rows.put(alert_id=row["alert_id"], version=row["version"] + 1, **columns)
    _note(rows, row["alert_id"], fact, what, by=by, org=org, reason=reason)


def _note(rows: Rows, alert: UUID, fact: Fact, what: str, **more: str | None) -> None:
    row = rows.get(alert) or {}
    entry = {"at": fact.time.isoformat(), "what": what, **{k: v for k, v in more.items() if v}}
    rows.put(alert_id=alert, changed_at=fact.time, history=[*row["history"], entry][-HISTORY:])


def _tell(rows: Rows, alert: UUID, kind: str, to: dict[str, Any]) -> None:
    """Name one who is to be told; she is told of one thing once, however often it is said."""
    notices = (rows.get(alert) or {})["notices"]
    if any((n["kind"], n["to"]) == (kind, to) for n in notices):
        return
    name = f"{kind}/{len(notices) + 1}"
    rows.put(alert_id=alert, notices=[*notices, {"name": name, "kind": kind, "to": to}], last_notice=name)


def _told_before(row: Row) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    for notice in row["notices"]:
        if notice["to"] not in told:
            told.append(notice["to"])
    org, by = row["claimed_org"], row["claimed_by"]
    if by not in (None, org) and (org, by) not in {(t["org"], t["person_ref"]) for t in told}:
        # A colleague who is at work on it must not go on for nothing; the role keeps it from all others.
        told.append({"org": org, "person_ref": by, "role": "claimant", "team": "", "via": "claimed"})
    return told
