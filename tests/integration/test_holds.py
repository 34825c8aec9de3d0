"""Persons on hold on a whole instance: why, and every way out; and a broken deploy that stops instead."""

from __future__ import annotations

import asyncio
import json
import re
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import httpx
import pytest

from kernel.journal import NewFact
from kernel.pg_journal import connect
from operate.instance import read
from tests.instance import Instance, example, post, wait_for

COUNTY, WORKSHOP = "9000003-8", "9000012-6"
SOURCE = f"urn:polku:{WORKSHOP}:attendance"
DAY = "fi.polku.attendance.day_recorded.v1"
SIGNED = ("--reason", "agreed_with_source", "--by", "op-salmi", "--approver", "op-virta")
PATIENT = ("--wait", "60")
FAULTY = '''"""A rule that cannot bear some placements."""

from kernel.rules import Params, Rule


def find(state, params):
    for name in state.placements:
        look(name)
    return iter(())


def look(name):
    if name.startswith("dead"):
        raise KeyError(name)


rule = Rule(
    id="R-TEST-1", version=1, name="test.fault", params=Params(), find=find, listens=frozenset({"placement.started"})
)
'''


class House:
    """An instance of its own code, whose placements can be broken and mended."""

    def __init__(self, home: Path) -> None:
        self.tree = Instance.copy_of_the_code(home)
        self.rule = self.tree / "services" / "placements" / "rules" / "faulty.py"
        self.rule.write_text(FAULTY)
        self.instance = Instance(home, tree=self.tree).up()
        self.client = self.instance.client(WORKSHOP)
        self._codes = 0

    def person(self, placement: str | None = None) -> tuple[str, str]:
        """A person with a placement; one whose id begins with `dead` is what the faulty rule cannot bear."""
        self._codes += 1
        ref = self.instance.resolve(COUNTY, code_of(self._codes))
        placement = placement or str(uuid4())
        self.state(example(self.client, "fi.polku.placement.started.v1", ref, placement_id=placement))
        return ref, placement

    def day(self, ref: str, placement: str, day: str) -> dict[str, Any]:
        return example(self.client, DAY, ref, placement_id=placement, date=day, status="present", reason=None)

    def state(self, event: dict[str, Any]) -> None:
        event["source"] = SOURCE
        event["data"] = {k: v for k, v in event["data"].items() if v is not None}
        answer = post(self.client, event)
        assert answer.status_code == 202, answer.text

    def unreadable(self, ref: str, placement: str, day: str) -> None:
        """A fact as an older door might have taken it: its status is not in the code list."""
        event = self.day(ref, placement, day)
        data = {k: v for k, v in event["data"].items() if v is not None} | {"status": "PRESENT-S3CRET"}
        asyncio.run(_append(self.instance, ref, data))

    def holds(self, *arguments: str, check: bool = True) -> dict[str, Any]:
        done = self.instance.polku("holds", "--json", *arguments, check=check)
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def lag(self, stream: str) -> int:
        return next(int(s["lag_facts"]) for s in self.instance.status()["streams"] if s["stream"] == stream)

    def told_of_the_stop(self) -> bool:
        """Whether the metrics and the log of the placements say that they stopped, and the log what to do."""
        metrics = httpx.get(str(self.instance.status()["metrics"]), timeout=30).text
        log = (self.instance.state / "logs" / "placements.log").read_text()
        stopped = re.search(r'^polku_processor_stopped\{[^}]*processor="placements"[^}]*\} 1', metrics, re.MULTILINE)
        return bool(stopped) and '"processor_stopped"' in log and "polku holds go-on" in log

    def mended(self) -> None:
        """New code, then a new process."""
        self.rule.write_text(FAULTY.replace("raise KeyError(name)", "return"))
        pid = self.instance.signal("placements", signal.SIGKILL)
        wait_for(lambda: self._another(pid), 60, "placements were not started again")

    def _another(self, pid: int) -> bool:
        running = self.instance.status()["processes"]
        return any(p["role"] == "placements" and p["pid"] not in (None, pid) for p in running)


def code_of(n: int) -> str:
    """A made-up test identity code (individual numbers 900-999)."""
    checks, digits = "0123456789ABCDEFHJKLMNPRSTUVWXY", f"{1 + n % 28:02}{1 + n // 28 % 12:02}75{900 + n % 100}"
    return f"{digits[:6]}-{digits[6:]}{checks[int(digits) % 31]}"


async def _append(instance: Instance, ref: str, data: dict[str, Any]) -> None:
    journal = await connect(read(instance.state).settings("test"), "polku_operator", size=1)
    at = datetime(2026, 3, 2, 6, tzinfo=UTC)
    try:
        raw = json.dumps(data).encode()
        await journal.append([NewFact(SOURCE, str(uuid4()), DAY, ref, at, at, raw, org_type="workshop")])
    finally:
        await journal.close()


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with TemporaryDirectory(prefix="polku-holds-", ignore_cleanup_errors=True) as home:
        made = House(Path(home))
        try:
            yield made
        finally:
            made.client.close()
            made.instance.down()


def waits(house: House, ref: str) -> dict[str, Any]:
    """The hold of a person at placements, once it is there and everybody else has read as far."""
    house.instance.settled()

    def found() -> Any:
        listed = house.holds("list", ref, "--processor", "placements")["holds"]
        return listed[0] if listed else None

    hold: dict[str, Any] = wait_for(found, 20, "nobody is on hold")
    return hold


def test_a_field_that_cannot_be_read_is_named_without_its_value_and_a_repair_lets_her_go_on(house: House) -> None:
    ref, placement = house.person()
    house.unreadable(ref, placement, "2026-02-23")
    hold = waits(house, ref)
    house.state(house.day(ref, placement, "2026-02-24"))
    house.instance.settled()
    listed = waits(house, ref)
    told = house.instance.polku("holds", "why", ref).stdout
    elsewhere = [{"op": "replace", "path": "/date", "value": "2026-02-25"}]
    patch = json.dumps([{"op": "replace", "path": "/status", "value": "present"}])
    refused = house.instance.polku("holds", "repair", ref, *SIGNED, "--patch", json.dumps(elsewhere), check=False)
    alone = house.instance.polku("holds", "repair", ref, *SIGNED[:-1], "op-salmi", "--patch", patch, check=False)
    dry = house.holds("repair", ref, *SIGNED, "--patch", patch, "--dry-run")

    assert (hold["pointer"], listed["waiting"], listed["oldest"] is not None) == ("/data/status", 2, True)
    assert "/data/status" in told
    assert "S3CRET" not in told
    assert refused.returncode == 1
    assert "/date" in refused.stderr
    assert "approver" in alone.stderr
    assert dry["dry_run"] and len(dry["chosen"]) >= 1
    assert waits(house, ref)

    done = house.holds("repair", ref, *SIGNED, *PATIENT, "--patch", patch)
    assert [h["client_ref"] for h in done["still"] + done["untried"]] == []
    assert {h["client_ref"] for h in done["released"]} == {ref}
    calendar = house.client.get(f"/v1/attendance-calendar?client_ref={ref}").json()["items"]
    assert {row["date"] for row in calendar} == {"2026-02-23", "2026-02-24"}


def test_a_fact_that_is_skipped_no_longer_holds_anybody_up_and_the_order_may_be_repeated(house: House) -> None:
    ref, placement = house.person()
    house.unreadable(ref, placement, "2026-02-23")
    house.state(house.day(ref, placement, "2026-02-24"))
    waits(house, ref)
    unsigned = house.instance.polku("holds", "skip", ref, "--reason", "x", check=False)
    nobody = house.instance.polku("holds", "skip", *SIGNED, check=False)
    done = house.holds("skip", ref, *SIGNED, *PATIENT)

    assert unsigned.returncode == 2
    assert nobody.returncode == 1
    assert "say whom" in nobody.stderr
    assert {h["client_ref"] for h in done["released"]} == {ref}
    calendar = house.client.get(f"/v1/attendance-calendar?client_ref={ref}").json()["items"]
    assert [row["date"] for row in calendar] == ["2026-02-24"]


def test_all_with_one_cause_are_shown_first_and_then_skipped_or_released_together(house: House) -> None:
    persons = [house.person() for _ in range(3)]
    for ref, placement in persons:
        house.unreadable(ref, placement, "2026-02-23")
        house.state(house.day(ref, placement, "2026-02-24"))
    causes = {waits(house, ref)["cause"] for ref, _ in persons}
    refs = {ref for ref, _ in persons}
    bulk, others = (("--processor", name, "--cause", *causes) for name in ("placements", "referrals"))
    released = house.holds("release", *bulk, "--dry-run")
    shown = house.holds("skip", *bulk, *SIGNED, "--dry-run")
    still = {h["client_ref"] for h in house.holds("list", *bulk)["holds"]}
    other = house.holds("skip", "--processor", "placements", "--cause", "unit_failed", *SIGNED, check=False)
    done = house.holds("skip", *bulk, *SIGNED, *PATIENT)

    assert len(causes) == 1
    assert (released["chosen"], {h["client_ref"] for h in released["left"]}) == ([], refs)
    assert (shown["dry_run"], {h["client_ref"] for h in shown["chosen"]}) == (True, refs)
    assert (still, other["chosen"]) == (refs, [])
    assert {h["client_ref"] for h in done["released"]} == refs
    assert house.holds("list", *bulk)["holds"] == []
    listed = house.holds("list", *others)["holds"]
    assert {h["client_ref"] for h in listed} == refs
    assert {h["fact"]["type"] for h in listed} == {DAY}
    assert {h["client_ref"] for h in house.holds("skip", *others, *SIGNED, *PATIENT)["released"]} == refs


def test_a_rule_that_fails_is_named_with_its_place_and_release_leaves_whom_the_code_cannot_apply(house: House) -> None:
    ref, placement = house.person("dead" + str(uuid4())[4:])
    hold = waits(house, ref)
    why = house.holds("why", ref, "--processor", "placements")["holds"][0]["now"]
    left = house.holds("release", "--cause", "unit_failed")
    still = house.holds("retry", ref, *PATIENT)

    assert (hold["cause"], hold["pointer"]) == ("unit_failed", "KeyError")
    assert (why["works"], why["unit"]) == (False, "R-TEST-1")
    assert why["places"][-1].startswith("services/placements/rules/faulty.py:")
    assert why["places"][-1].endswith(" look")
    assert placement not in json.dumps(why["places"])
    assert ref in {h["client_ref"] for h in left["left"]}
    assert left["chosen"] == []
    assert [h["client_ref"] for h in still["still"]] == [ref]


@pytest.mark.timeout(240)
def test_a_bad_deploy_stops_the_processor_until_new_code_or_an_operator_lets_it_go_on(house: House) -> None:
    refs = [house.person("dead" + str(uuid4())[4:])[0] for _ in range(30)]
    stands = wait_for(lambda: house.holds()["stopped"], 30, "the processor did not stop")[0]
    before = house.holds("list", "--processor", "placements")["holds"]
    wait_for(house.told_of_the_stop, 20, "neither log nor metrics tell of it")
    wait_for(lambda: house.lag("referrals") == 0, 30, "the other processors stand too")

    assert (stands["processor"], stands["held"], stands["cause"]) == ("placements", 20, "unit_failed")
    assert len({h["client_ref"] for h in before}) < 20 + 1
    assert house.lag("placements") > 0

    dry = house.holds("go-on", "placements", "--persons", "100", *SIGNED, "--dry-run")
    assert dry["goes_on"] is False
    house.holds("go-on", "placements", "--persons", "100", *SIGNED)
    house.instance.settled()
    held = {h["client_ref"] for h in house.holds("list", "--cause", "unit_failed")["holds"]}
    assert held >= set(refs)
    assert house.holds()["stopped"] == []

    house.mended()
    wait_for(lambda: house.holds()["holds"] == [], 120, "new code did not let everybody go on")
    house.instance.settled()
    assert house.instance.verify()["held"] == []
