"""The people behind the alerts: they look at their list once a day, and do with it what people do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from simulator.expected.moments import Names
from simulator.expected.watch import behind
from simulator.partner import Door
from simulator.proportions import EMPLOYMENT
from simulator.region import INSTRUCTOR, Org, Worker
from simulator.setting import Setting
from simulator.statement import HELSINKI, Statement, at

Row = Mapping[str, object]
MONDAY, SATURDAY = 0, 5
AT_ONCE, NEXT_DAY, SEEN_ONLY, LEAD = 45, 78, 90, 96
"""Of a hundred alerts so many are taken the same day, the next day, only looked at, or taken by the lead when late."""
AFTER = {"absence": 2, "duplicate": 2, "period_end": 4, "limit": 3, "plan": 3}
"""Family → days from the claim until it is closed; the others are left to be withdrawn when their cause is gone."""
REASONS = {
    "absence": ("sorted", "sorted", "health", "known_agreed", "plan_changed"),
    "duplicate": ("sorted",),
    "period_end": ("known_agreed", "plan_changed"),
    "limit": ("plan_changed",),
    "plan": ("sorted", "no_action_needed"),
}


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody at work."""

    org: Org
    worker: Worker


class People:
    """Acts through the API as those who are responsible. `numbers`: client reference → person in the story; the
    absences of the persons in `diligent` are always followed up, because their stories are told in the end. `hands`: so
    many social instructors do so, and nobody else (None: everybody).
    """

    def __init__(
        self,
        door: Door,
        setting: Setting,
        numbers: Mapping[str, int],
        diligent: Iterable[int],
        hands: int | None = None,
    ) -> None:
        self._door, self._setting, self.numbers, self._diligent = door, setting, numbers, frozenset(diligent)
        self._hands = None if hands is None else setting.region.county.workers(INSTRUCTOR)[:hands]
        self.said: list[Statement] = []  # what they state meanwhile
        self.closed: list[tuple[int, date, Names]] = []  # what they put aside: person, day, what the alert was about

    def at_work(self, day: date) -> bool:
        """Whether anybody looks at a list that day."""
        return day.weekday() < SATURDAY and self._hands != []

    async def look(self, day: date) -> None:
        """One day's work with the alerts: social instructors and officers look every working day, hosts once a week."""
        if not self.at_work(day):
            return
        county = self._setting.region.county
        if self._hands is not None:
            for worker in self._hands:
                await self._look(county, day, responsible_person=worker.ref)
            return
        await self._look(county, day)
        officers = [o for o in self._setting.region.having(day, EMPLOYMENT) if o.person]
        await asyncio.gather(*(self._look(authority, day) for authority in officers))
        if day.weekday() == MONDAY:
            hosts = {o.id: o for o, _ in self._setting.hosts if o.person}
            await asyncio.gather(*(self._look(host, day) for host in hosts.values()))

    async def _look(self, org: Org, day: date, **whose: str) -> None:
        """A list of one organisation; each alert is somebody's, so they are worked on side by side."""
        for status in ("open", "claimed"):
            found = await self.alerts(org, {"responsible_org": org.id, "status": status, **whose})
            await asyncio.gather(*(self._work(org, row, day) for row in found))

    async def alerts(self, org: Org, asked: Mapping[str, str]) -> list[Row]:
        """All alerts that an organisation may see and that answer to the question."""
        found: list[Row] = []
        params: dict[str, str] = {**asked, "limit": "500"}
        while True:
            answer = await self._door.ask("GET", "/v1/alerts", org.id, params=params)
            if answer.status_code != 200:
                self._door.report.actions[f"list refused {answer.status_code}"] += 1
                return found
            page = answer.json()
            found += page["items"]
            if not page.get("next"):
                return found
            params["cursor"] = page["next"]

    async def _work(self, org: Org, row: Row, day: date) -> None:
        who = self._who(org, row)
        chance = self._chance(row)
        if row["status"] == "claimed":
            await self._go_on(who, row, day, chance)
            return
        age = (day - _day(row["raised_at"])).days
        wait = 0 if chance < AT_ONCE else 1
        if chance < NEXT_DAY and age >= wait:
            await self._do(who, row, "claim")
            await self._call(who, row, day)
        elif chance < SEEN_ONLY and age >= 1 and not row.get("acknowledged_by"):
            await self._do(who, row, "acknowledge")
        elif chance < LEAD and row.get("escalated_to"):
            await self._do(self._lead(org, row) or who, row, "claim")

    async def _go_on(self, who: Who, row: Row, day: date, chance: int) -> None:
        """What follows a claim: find out why, say what is done about it, and close it some days later."""
        family, done = str(row["family"]), _history(row)
        since = (day - done.get("claimed", _day(row["raised_at"]))).days
        if family == "absence" and "reason_clarified" not in done and since >= 1:
            action = ("none", "support_added", "health_referral", "plan_changed")[chance % 4]
            reason = ("transport", "family", "illness", "motivation")[chance % 4]
            await self._do(who, row, "clarify", reason_code=reason, action_code=action)
        elif family in AFTER and since >= AFTER[family] and ("reason_clarified" in done or family != "absence"):
            closed = await self._do(who, row, "close", reason=REASONS[family][chance % len(REASONS[family])])
            if closed and (person := self.numbers.get(str(row["client_ref"]))) is not None:
                self.closed.append((person, day, frozenset(behind(row))))

    async def _do(self, who: Who, row: Row, action: str, **command: str) -> bool:
        """Read the alert, and act on exactly what was read; whether it was done."""
        path, roles = f"/v1/alerts/{row['alert_id']}", sorted(who.worker.roles)
        shown = await self._door.ask("GET", path, who.org.id, user=who.worker.ref, roles=roles)
        if shown.status_code != 200:
            self._door.report.actions[f"{action} refused {shown.status_code}"] += 1
            return False
        headers = {"If-Match": shown.headers["etag"], "Content-Type": "application/json"}
        body = json.dumps(command).encode()
        answer = await self._door.ask(
            "POST", f"{path}/{action}", who.org.id, user=who.worker.ref, roles=roles, body=body, headers=headers
        )
        done = action if answer.status_code == 200 else f"{action} refused {answer.status_code}"
        self._door.report.actions[done] += 1
        return answer.status_code == 200

    async def _call(self, who: Who, row: Row, day: date) -> None:
        """Whoever takes an absence on calls the client, and her system says so."""
        person = self.numbers.get(str(row["client_ref"]))
        if row["family"] != "absence" or person is None:
            return
        call = Statement(
            org=who.org.id,
            source=who.org.source(),
            name="contact.logged",
            person=person,
            id=self._setting.id("call", person, row["raised_at"], row["family"]),
            time=at(day, 14 * 60 + 40),
            sent=day,
            data={"mode": "phone", "direction": "out", "purpose_code": "absence", "on": day.isoformat()},
        )
        self.said.append(call)
        await self._door.state(call, {person: str(row["client_ref"])})

    def _chance(self, row: Row) -> int:
        """What becomes of an alert: the same whenever the same play is played."""
        number = self.numbers.get(str(row["client_ref"]))
        if row["family"] == "absence" and number in self._diligent:
            return 0
        return self._setting.random("alert", number, row["family"], _day(row["raised_at"])).randrange(100)

    def _who(self, org: Org, row: Row) -> Who:
        named = [w for w in org.person if w.ref == row.get("responsible_person")]
        team = str(row.get("responsible_team") or "")
        return Who(org, (named or org.workers("social_instructor", team) or list(org.person))[0])

    def _lead(self, org: Org, row: Row) -> Who | None:
        found: Sequence[Worker] = org.workers("team_lead", str(row.get("responsible_team") or ""))
        return Who(org, found[0]) if found else None


def _day(instant: object) -> date:
    return datetime.fromisoformat(str(instant)).astimezone(HELSINKI).date()


def _history(row: Row) -> dict[str, date]:
    """What was done with an alert, and on which day last."""
    history = row.get("history")
    entries = history if isinstance(history, list) else []
    return {str(entry["what"]): _day(entry["at"]) for entry in entries}
