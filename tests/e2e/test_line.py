"""From a workshop's POST to an instructor's alert and back, on real Kafka and PostgreSQL.

The tests of this file share one instance and one clock that only moves forward, so their order counts.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.conftest import Post
from tests.instance import Instance, example, post, wait_for

COUNTY, WORKSHOP, EMPLOYMENT = "9000003-8", "9000012-6", "9000004-6"
CODES = ("010594Y9032", "020594X903P", "010516B903X", "020502E902X", "020504A902E")
PREFIX = "fi.polku."


class Case:
    """One person in a workshop's placement, with those who speak about her."""

    def __init__(self, line: Instance, code: str) -> None:
        self.line = line
        self.county, self.workshop = line.client(COUNTY), line.client(WORKSHOP)
        self.ref = line.resolve(COUNTY, code)
        self.placement = str(uuid4())

    def by(self, client: httpx.Client, name: str, source: str, **data: Any) -> dict[str, Any]:
        """State a fact; the event that was accepted."""
        event = example(client, f"{PREFIX}{name}.v1", self.ref, **data)
        event |= {"source": source, "time": data.pop("_time", "2026-03-01T20:00:00Z")}
        answer = post(client, event)
        assert answer.status_code == 202, answer.text
        return event

    def site(self, name: str, **data: Any) -> dict[str, Any]:
        """A fact that the workshop states."""
        return self.by(self.workshop, name, f"urn:polku:{WORKSHOP}:attendance", placement_id=self.placement, **data)

    def begin(self) -> None:
        """Registered, with an own worker, placed and started."""
        own = {"home_municipality": "743"}
        self.by(self.county, "client.registered", self.source(COUNTY), **own)
        worker = {"role_code": "own_worker", "person_ref": "so-aalto", "from": "2026-01-01", "to": None}
        self.by(self.county, "caseworker.assigned", self.source(COUNTY), **worker)
        times = {"start_on": "2026-03-02", "end_on": "2026-08-31", "provider_org": WORKSHOP}
        self.by(self.county, "placement.agreed", self.source(COUNTY), placement_id=self.placement, **times)
        self.site("placement.started", started_on="2026-03-02")
        self.site(
            "placement.terms_changed", days_per_week=4, weekdays=["mon", "tue", "wed", "thu"], **{"from": "2026-03-02"}
        )

    def source(self, org: str) -> str:
        """A source of an organisation that its examples use."""
        listed = {e["type"]: e for e in self.county.get("/schemas/").json()}
        sources = {e["example"]["source"] for e in listed.values()}
        return next(s for s in sorted(sources) if s.split(":")[2] == org)

    def missed(self, day: str, **more: Any) -> dict[str, Any]:
        """A day missed without notice."""
        return self.site(
            "attendance.day_recorded", date=day, status="absent", reason="unknown", notified_by_client=False, **more
        )

    def alerts(self, **filters: str) -> list[dict[str, Any]]:
        """Her alerts as the county sees them."""
        answer = self.county.get("/v1/alerts", params={"client_ref": self.ref, **filters})
        assert answer.status_code == 200, answer.text
        return [a for a in answer.json()["items"] if a["client_ref"] == self.ref and a["family"] == "absence"]


@pytest.fixture(scope="module")
def case(line: Instance) -> Case:
    made = Case(line, CODES[0])
    made.begin()
    return made


def test_two_missed_days_ring_at_the_responsible_instructor_and_by_mail(case: Case, post_office: Post) -> None:
    case.missed("2026-03-02")
    case.second = case.missed("2026-03-03")  # type: ignore[attr-defined]  # the next tests speak of it
    case.line.at("2026-03-04T06:00:00Z")

    (alert,) = wait_for(case.alerts, 60, "no alert came")

    assert alert["status"] == "open"
    assert (alert["responsible_org"], alert["responsible_person"]) == (COUNTY, "so-aalto")
    wait_for(lambda: post_office.mails, 60, "no mail came")
    for _, subject, text in post_office.mails:
        assert case.ref not in subject + text and "010594" not in text and "so-aalto" not in subject
    case.line.settled()


def test_the_same_facts_again_change_nothing(case: Case) -> None:
    before = case.alerts()
    again = post(case.workshop, case.second)  # type: ignore[attr-defined]  # stated above

    assert (again.status_code, again.headers["idempotent-replayed"]) == (202, "true")
    case.line.settled()
    assert [a["alert_id"] for a in case.alerts()] == [a["alert_id"] for a in before]


def test_a_correction_that_explains_the_absence_withdraws_the_alert(case: Case) -> None:
    fields = {
        "date": "2026-03-03",
        "status": "present",
        "minutes_present": 300,
        "reason": None,
        "notified_by_client": True,
    }
    event = example(case.workshop, f"{PREFIX}attendance.day_corrected.v1", case.ref, placement_id=case.placement)
    event["data"] = {k: v for k, v in {**event["data"], **fields}.items() if v is not None}
    event |= {
        "source": f"urn:polku:{WORKSHOP}:attendance",
        "corrects": case.second["id"],
        "time": "2026-03-04T05:00:00Z",
    }  # type: ignore[attr-defined]  # stated above
    case.correction = event  # type: ignore[attr-defined]  # the next test retracts it
    assert post(case.workshop, event).status_code == 202

    withdrawn = wait_for(lambda: [a for a in case.alerts() if a["status"] == "withdrawn"], 60, "it was not withdrawn")

    assert withdrawn[0]["withdrawn_reason"]
    assert [a for a in case.alerts() if a["status"] == "open"] == []


def test_the_absence_again_raises_it_again_as_a_new_alert(case: Case) -> None:
    source = f"urn:polku:{WORKSHOP}:attendance"
    case.by(case.workshop, "fact.retracted", source, id=case.correction["id"], reason="wrong_day")  # type: ignore[attr-defined]  # stated above

    alerts = wait_for(lambda: a if len(a := case.alerts()) == 2 else None, 60, "it was not raised again")

    assert sorted(a["status"] for a in alerts) == ["open", "withdrawn"]


def test_a_close_names_only_what_the_screen_showed(case: Case) -> None:
    case.line.settled()
    (shown,) = [a for a in case.alerts() if a["status"] == "open"]
    detail = case.county.get(f"/v1/alerts/{shown['alert_id']}")
    case.site("absence.concern_raised", code="worry")
    wait_for(
        lambda: any(len(a["raises"]) > len(shown["raises"]) for a in case.alerts()), 60, "the concern did not join"
    )

    closed = case.county.post(
        f"/v1/alerts/{shown['alert_id']}/close", headers={"If-Match": detail.headers["etag"]}, json={"reason": "sorted"}
    )

    assert closed.status_code in (200, 202, 204), closed.text
    newer = wait_for(
        lambda: [a for a in case.alerts() if a["status"] == "open" and a["alert_id"] != shown["alert_id"]],
        60,
        "the concern that nobody had seen was closed along",
    )
    assert len(newer) == 1


def test_an_action_on_an_old_screen_is_stale_and_without_a_screen_refused(case: Case) -> None:
    case.line.settled()
    (alert,) = [a for a in case.alerts() if a["status"] == "open"]
    path = f"/v1/alerts/{alert['alert_id']}"
    etag = case.county.get(path).headers["etag"]

    assert case.county.post(f"{path}/claim", json={}).status_code == 428
    assert case.county.post(f"{path}/claim", json={}, headers={"If-Match": etag}).status_code in (200, 202, 204)
    case.line.settled()
    assert case.county.post(f"{path}/handover", json={"to": "so-niemi"}, headers={"If-Match": etag}).status_code == 412


def test_who_has_nothing_to_do_with_her_sees_nothing(case: Case) -> None:
    stranger = case.line.client("9000013-4")
    alert = case.alerts()[0]["alert_id"]

    assert stranger.get(f"/v1/alerts/{alert}").status_code == 404
    assert stranger.get(f"/v1/alerts/{uuid4()}").status_code == 404
    assert stranger.get("/v1/alerts").json()["items"] == []
    assert stranger.get(f"/v1/clients/{case.ref}/situation").status_code == 404


def test_every_reading_is_in_the_log_of_disclosures_and_nothing_is_lost(case: Case) -> None:
    case.line.settled()

    assert case.line.verify()["differing"] == 0


def test_a_late_batch_of_two_weeks_rings_at_once(line: Instance) -> None:
    case = Case(line, CODES[1])
    case.begin()
    line.at("2026-03-20T06:00:00Z")
    first = date(2026, 3, 9)
    for n in range(4):
        case.missed((first + timedelta(days=n)).isoformat())

    assert wait_for(case.alerts, 60, "no alert came")[0]["status"] == "open"
