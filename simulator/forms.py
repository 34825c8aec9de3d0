"""The supervisor of a site without a system: signs in, fills in the day's form on the page, and sends it."""

from __future__ import annotations

import asyncio
import html
import re
import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

import httpx

from simulator.partner import AGAIN, PATIENCE, DoorError
from simulator.region import Org, Region, Worker
from simulator.report import FORM, Report
from simulator.statement import Statement

KEEPERS = ("workshop_supervisor", "provider_client_manager")
DAY = "attendance.day_recorded"
BACK = timedelta(days=14)
FIELDS = ("reason", "certificate")
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
_SAVED = re.compile(r"[?&]saved=([0-9]+)")


class Forms:
    """One browser for each supervisor; what a form cannot say is left to the door."""

    def __init__(self, address: str, region: Region, report: Report) -> None:
        self._address, self._region, self._report = address, region, report
        self._browsers: dict[str, httpx.AsyncClient] = {}
        self._touched: frozenset[object] = frozenset()

    def read(self, story: Iterable[Statement]) -> None:
        """Know beforehand of which days more than one word will be said: those need their own ids."""
        said = Counter(_about(s) for s in story if "placement_id" in s.data and "date" in s.data)
        self._touched = frozenset(about for about, times in said.items() if times > 1)

    def takes(self, said: Statement) -> bool:
        """Whether somebody at a form would say this: an ordinary day, told within two weeks."""
        org = self._region.by_id[said.org]
        return (
            org.kind.profile == "D"
            and keeper(org) is not None
            and said.name == DAY
            and not (said.wrong or said.twice or said.over or said.corrects or said.raw)
            and said.data.get("status") in ("present", "absent")
            and said.sent - BACK <= date.fromisoformat(str(said.data["date"])) <= said.sent
            and _about(said) not in self._touched
        )

    async def fill_in(self, said: Sequence[Statement]) -> list[Statement]:
        """Fill in the forms of one organisation, day by day; answers what stands on none of them."""
        left = list[Statement]()
        for day in sorted({str(s.data["date"]) for s in said}):
            left += await self._fill_in(day, [s for s in said if s.data["date"] == day])
        return left

    async def close(self) -> None:
        """Close the browsers."""
        for browser in self._browsers.values():
            await browser.aclose()

    async def _fill_in(self, day: str, said: Sequence[Statement]) -> list[Statement]:
        browser = await self._browser(self._region.by_id[said[0].org])
        page, _ = await self._ask(browser, "GET", f"/attendance?day={day}")
        fields = {name: html.unescape(text) for name, text in _HIDDEN.findall(page.text)}
        there = [s for s in said if f"seen-{s.data['placement_id']}" in fields]
        if page.status_code != 200 or not there:
            return list(said)
        sent = {**fields, **{name: text for s in there for name, text in _chosen(s.data).items()}}
        answer, again = await self._ask(browser, "POST", "/attendance", sent)
        found = _SAVED.search(answer.headers.get("location", ""))
        if answer.status_code != 303 or found is None or (int(found[1]) != len(there) and not again):
            raise DoorError(f"POST /attendance: {answer.status_code}, of {len(there)} days not all were saved")
        for statement in there:
            self._report.took(statement, by=FORM)
        self._report.on_forms += len(there)
        return [s for s in said if s not in there]

    async def _ask(
        self, browser: httpx.AsyncClient, method: str, path: str, form: Mapping[str, str] | None = None
    ) -> tuple[httpx.Response, bool]:
        """One request, and whether it had to be made again: a page that cannot save says so, and she tries again."""
        end, tried = time.monotonic() + PATIENCE, 0
        while True:
            try:
                answer = await browser.request(method, path, data=form)
                if answer.status_code not in AGAIN:
                    return answer, tried > 0
            except httpx.TransportError:
                if time.monotonic() > end:
                    raise
            if time.monotonic() > end:
                raise DoorError(f"{method} {path.partition('?')[0]}: no use after {PATIENCE:g} s of trying")
            tried += 1
            self._report.retries += 1
            await asyncio.sleep(min(0.2 * 2**tried, 5))

    async def _browser(self, org: Org) -> httpx.AsyncClient:
        if org.id not in self._browsers:
            browser = httpx.AsyncClient(base_url=self._address, timeout=60, trust_env=False)
            self._browsers[org.id] = browser
            worker = keeper(org)
            csrf = dict(_HIDDEN.findall((await browser.get("/sign-in")).text)).get("csrf", "")
            form = {"csrf": csrf, "org": org.id, "ref": worker.ref if worker else ""}
            answer = await browser.post("/sign-in", data=form)
            if answer.headers.get("location") != "/":
                raise DoorError(f"POST /sign-in: {answer.status_code}: nobody of {org.name} can sign in")
        return self._browsers[org.id]


def keeper(org: Org) -> Worker | None:
    """Who keeps the attendance of an organisation's sites."""
    return next((w for w in org.person if w.roles & {*KEEPERS}), None)


def by_form(wave: Collection[Statement], forms: Forms | None) -> dict[str, list[Statement]]:
    """What is filled in on forms, by organisation."""
    found: dict[str, list[Statement]] = {}
    for said in wave:
        if forms is not None and forms.takes(said):
            found.setdefault(said.org, []).append(said)
    return found


def _about(said: Statement) -> object:
    return said.data["placement_id"], said.data["date"]


def _chosen(data: Mapping[str, object]) -> dict[str, str]:
    """What she chooses for one client."""
    of = str(data["placement_id"])
    chosen = {f"{name}-{of}": str(data[name]) for name in FIELDS if data.get(name) and data["status"] == "absent"}
    if data.get("notified_by_client") and data["status"] == "absent":
        chosen[f"notified-{of}"] = "yes"
    return {**chosen, f"status-{of}": str(data["status"])}
