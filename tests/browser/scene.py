"""A small region on one morning: a handful of clients whose matters fill the worklists of the pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from tests.instance import Instance, post, wait_for

COUNTY, EMPLOYMENT, WORKSHOP, OHJAAMO, PARISH = "9000003-8", "9000004-6", "9000012-6", "9000019-3", "9000024-9"
MORNING = "2026-03-03T06:00:00Z"
ABSENCE, CONCERN, REVIEW, PERIOD, DUPLICATE, CORRECTED, SILENT, SPARE, DECIDED, KITCHEN, GARDEN = range(11)
"""Which client shows what."""
BASES = (10594, 20594, 30594, 40594, 50594, 60594, 70594, 80594, 90594, 100594, 110594)
CHECKS = "0123456789ABCDEFHJKLMNPRSTUVWXY"


def code(base: int) -> str:
    """A test identity code (individual number 903) of somebody born on a day written ddmmyy."""
    return f"{base:06}-903{CHECKS[(base * 1000 + 903) % 31]}"


class Scene:
    """Clients of one county and one workshop, and the facts that were stated about them."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.clients = {org: instance.client(org) for org in (COUNTY, EMPLOYMENT, WORKSHOP, OHJAAMO, PARISH)}
        self.refs = [instance.resolve(COUNTY, code(base)) for base in BASES]
        self.placements = [str(uuid4()) for _ in BASES]
        self.examples = {e["type"]: e["example"] for e in self.clients[COUNTY].get("/schemas/").json()}
        self.sources = {
            COUNTY: f"urn:polku:{COUNTY}:case-system",
            EMPLOYMENT: f"urn:polku:{EMPLOYMENT}:employment-system",
            WORKSHOP: f"urn:polku:{WORKSHOP}:attendance",
            OHJAAMO: f"urn:polku:{OHJAAMO}:ohjaamo",
            PARISH: f"urn:polku:{PARISH}:attendance",
        }
        self.prepared: dict[str, list[dict[str, Any]]] = {org: [] for org in self.clients}

    def fact(self, org: str, name: str, who: int, at: str = "2026-03-01T12:00:00Z", **data: Any) -> dict[str, Any]:
        """Prepare a fact: the published example with some data changed (None: left out)."""
        known = self.examples[f"fi.polku.{name}.v1"]
        wanted = {k: v for k, v in {**known["data"], **data}.items() if v is not None}
        event = {**known, "id": str(uuid4()), "source": self.sources[org], "time": at, "data": wanted}
        event.pop("partitionkey", None)
        self.prepared[org].append({**event, "subject": self.refs[who]})
        return self.prepared[org][-1]

    def send(self) -> None:
        """State everything that was prepared, in one batch for each organisation."""
        for org, events in self.prepared.items():
            kind = {"Content-Type": "application/cloudevents-batch+json"}
            answer = self.clients[org].post("/v1/events", content=json.dumps(events), headers=kind) if events else None
            assert answer is None or answer.status_code == 202, answer.text
            events.clear()

    def day(self, who: int, day: date, status: str) -> dict[str, Any]:
        """A day at the workshop; missed without notice, or present."""
        kept = {"minutes_present": 300, "reason": None, "notified_by_client": True} if status == "present" else {}
        at, placement = f"{day}T13:00:00Z", self.placements[who]
        named = {"placement_id": placement, "date": str(day), "status": status, **kept}
        return self.fact(WORKSHOP, "attendance.day_recorded", who, at, **named)

    def placed(self, who: int, *, end: str = "2026-08-31", at: str = WORKSHOP, since: str = "2026-02-02") -> None:
        """Registered, with Aino as her own worker, placed at the wood workshop since the 2nd of February."""
        placement = {"placement_id": self.placements[who]}
        self.fact(COUNTY, "client.registered", who, home_municipality="743")
        worker: dict[str, Any] = {"role_code": "own_worker", "person_ref": "so-aalto", "from": "2026-01-01"}
        self.fact(COUNTY, "caseworker.assigned", who, **worker)
        times = {"start_on": since, "end_on": end, "provider_org": at}
        self.fact(COUNTY, "placement.agreed", who, **placement, **times)
        self.fact(at, "placement.started", who, **placement, started_on=since)
        terms: dict[str, Any] = {"days_per_week": 4, "weekdays": ["mon", "tue", "wed", "thu"], "from": since}
        self.fact(at, "placement.terms_changed", who, **placement, **terms)

    def told(self, who: int, missed: tuple[date, ...], upto: date = date(2026, 2, 26)) -> list[dict[str, Any]]:
        """Her days until one, present except for those that were missed; the events of the missed ones."""
        events = [self.day(who, d, "absent" if d in missed else "present") for d in days_until(upto)]
        return [e for e in events if e["data"]["status"] == "absent"]

    def play(self) -> Scene:
        """State everything, until the worklist shows it."""
        self.instance.at(MORNING)
        for who in (ABSENCE, CONCERN, CORRECTED, SILENT, SPARE):
            self.placed(who)
        self.placed(PERIOD, end="2026-03-27")
        for who in (KITCHEN, GARDEN):
            self.placed(who, at=PARISH, since="2026-03-02")
        self.told(ABSENCE, (date(2026, 2, 17), date(2026, 2, 23), date(2026, 2, 24)))
        self.told(CONCERN, ())
        self.told(PERIOD, ())
        self.told(SPARE, (date(2026, 2, 25), date(2026, 2, 26)))
        self.fact(WORKSHOP, "absence.concern_raised", CONCERN, placement_id=self.placements[CONCERN], code="worry")
        missed = self.told(CORRECTED, (date(2026, 2, 25), date(2026, 2, 26)))
        self._reviewed()
        self._referred_twice(DUPLICATE)
        self._referred_twice(DECIDED)
        self.send()
        self.wait("absence", 4)
        self._corrected(missed[-1])
        for family, count in (("review", 1), ("period_end", 1), ("duplicate", 2), ("silence", 1)):
            self.wait(family, count)
        self.instance.settled()  # what joins an alert later changes it under whoever has it on the screen
        return self

    def wait(self, family: str, count: int) -> None:
        """Until so many alerts of a family are there."""
        wait_for(lambda: len(list(self.alerts(family=family))) >= count, 60, f"no {family} alert came")

    def alerts(self, **filters: str) -> Iterator[dict[str, Any]]:
        """What the county, the authority and the workshop have to do about the scene's clients."""
        for org in (COUNTY, EMPLOYMENT, WORKSHOP):
            answer = self.clients[org].get("/v1/alerts", params={**filters, "limit": "200"})
            assert answer.status_code == 200, answer.text
            yield from (a for a in answer.json()["items"] if a["responsible_org"] == org)

    def alert(self, who: int, **filters: str) -> str:
        """The id of the newest alert about one client."""
        found = [a for a in self.alerts(**filters) if a["client_ref"] == self.refs[who]]
        return str(max(found, key=lambda a: a["raised_at"])["alert_id"])

    def until(self, alert: str, **stands: str) -> None:
        """Until an alert stands so."""

        def there() -> bool:
            found = self.clients[COUNTY].get(f"/v1/alerts/{alert}").json()
            return all(found.get(k) == v for k, v in stands.items())

        wait_for(there, 60, f"the alert did not become {stands}")

    def _reviewed(self) -> None:
        self.fact(COUNTY, "client.registered", REVIEW, home_municipality="743")
        worker: dict[str, Any] = {"role_code": "own_worker", "person_ref": "so-aalto", "from": "2026-01-01"}
        self.fact(COUNTY, "caseworker.assigned", REVIEW, **worker)
        plan, on = str(uuid4()), "2025-12-15"
        signed = [
            {"role": "client", "on": on},
            {"role": "employment_officer", "org": EMPLOYMENT, "on": on},
            {"role": "social_instructor", "org": COUNTY, "on": on},
        ]
        self.fact(EMPLOYMENT, "plan.signed", REVIEW, plan_id=plan, signed_by=signed, next_review_on="2026-03-12")

    def _referred_twice(self, who: int) -> None:
        self.fact(COUNTY, "client.registered", who, home_municipality="743")
        for org, kind in ((EMPLOYMENT, "employment_authority"), (OHJAAMO, "ohjaamo")):
            ids = {"referral_id": str(uuid4()), "referrer_type": kind, "external_ref": f"R-{org}"}
            self.fact(org, "referral.submitted", who, desired_start="2026-04-01", **ids)

    def _corrected(self, wrong: dict[str, Any]) -> None:
        right = {**wrong["data"], "status": "present", "minutes_present": 300, "notified_by_client": True}
        name = "attendance.day_corrected"
        event = self.fact(WORKSHOP, name, CORRECTED, "2026-03-02T06:30:00Z", **{**right, "reason": None})
        event["corrects"] = wrong["id"]
        self.send()

        def withdrawn() -> list[dict[str, Any]]:
            return [a for a in self.alerts(status="withdrawn") if a["client_ref"] == self.refs[CORRECTED]]

        wait_for(withdrawn, 60, "the correction withdrew nothing")


def days_until(last: date) -> Iterator[date]:
    """Monday to Thursday from the 2nd of February until a day."""
    day = date(2026, 2, 2)
    while day <= last:
        if day.weekday() < 4:
            yield day
        day += timedelta(days=1)


def state_wrongly(scene: Scene) -> None:
    """A day with a date that is none: the door refuses it and operations see that."""
    scene.fact(WORKSHOP, "attendance.day_recorded", ABSENCE, date="3.3.2026")
    event = scene.prepared[WORKSHOP].pop()
    assert post(scene.clients[WORKSHOP], event).status_code == 422
