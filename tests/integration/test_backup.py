"""A drill: an older backup is restored beside a Kafka that knows more; and a backup opens elsewhere or not at all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pytest

from tests.instance import Instance, example, post, wait_for

COUNTY, WORKSHOP = "9000003-8", "9000012-6"
SOURCE = f"urn:polku:{WORKSHOP}:attendance"


class Drill:
    """An instance, what was stated before its backup and after it, and one person erased after it."""

    def __init__(self, home: Path) -> None:
        self.home, self.file = home, home / "monday.backup"
        self.instance = Instance(home, carrier="kafka").up()
        self.persons = [self._person(n) for n in range(4)]
        self.before = [e for ref, placement in self.persons for e in self._days(ref, placement, 16, 18)]
        self.receipts_before = self.state(*self.before)
        self.instance.settled()
        self.told = self.json("backup", str(self.file))
        self.after = [e for ref, placement in self.persons for e in self._days(ref, placement, 23, 27)]
        self.receipts_after = self.state(*self.after)
        self.instance.polku("erase", self.persons[3][0], "--yes")
        self.instance.settled()

    def json(self, command: str, *arguments: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.instance.polku(command, "--json", *arguments).stdout)
        return found

    def _person(self, n: int) -> tuple[str, str]:
        ref, placement = self.instance.resolve(COUNTY, f"{1 + n:02}0175-9{n:02}{_check(n)}"), str(uuid4())
        with self.instance.client(WORKSHOP) as client:
            started = example(client, "fi.polku.placement.started.v1", ref, placement_id=placement)
        self.state({**started, "source": SOURCE})
        return ref, placement

    def _days(self, ref: str, placement: str, first: int, last: int) -> list[dict[str, Any]]:
        with self.instance.client(WORKSHOP) as client:
            days = [f"2026-02-{n}" for n in range(first, last)]
            events = [
                example(client, "fi.polku.attendance.day_recorded.v1", ref, placement_id=placement, date=day)
                for day in days
            ]
        return [{**e, "source": SOURCE} for e in events]

    def state(self, *events: dict[str, Any]) -> dict[str, tuple[int, int, str]]:
        """State them one by one; what their receipts say."""
        found = {}
        with self.instance.client(WORKSHOP) as client:
            for event in events:
                answer = post(client, event)
                assert answer.status_code == 202, answer.text
                receipt = answer.json()
                found[event["id"]] = (receipt["lane"], receipt["seq"], receipt["digest"])
        return found

    def days(self, ref: str) -> set[str]:
        with self.instance.client(WORKSHOP) as client:
            rows = client.get(f"/v1/attendance-calendar?client_ref={ref}").json()["items"]
        return {row["date"] for row in rows}


def _check(n: int) -> str:
    return "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(f"{1 + n:02}01759{n:02}") % 31]


@pytest.fixture(scope="module")
def drill() -> Iterator[Drill]:
    with TemporaryDirectory(prefix="polku-backup-", ignore_cleanup_errors=True) as home:
        instance = None
        try:
            made = Drill(Path(home))
            instance = made.instance
            yield made
        finally:
            (instance or Instance(Path(home), carrier="kafka")).down()


def test_a_dry_run_tells_what_would_be_lost_while_the_instance_runs_and_changes_nothing(drill: Drill) -> None:
    told = drill.json("restore", str(drill.file), "--dry-run")
    refused = drill.instance.polku("restore", str(drill.file), check=False)

    assert told["dry_run"] is True
    assert told["era"] is None
    assert told["lost"] >= len(drill.after)
    assert told["erased"] == 1
    assert refused.returncode == 1
    assert "polku down" in refused.stderr
    assert drill.file.stat().st_mode & 0o077 == 0


def test_a_damaged_backup_and_a_foreign_key_file_are_refused(drill: Drill, tmp_path: Path) -> None:
    raw = bytearray(drill.file.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    damaged = tmp_path / "damaged.backup"
    damaged.write_bytes(raw)
    refused = drill.instance.polku("restore", str(damaged), "--dry-run", check=False)
    elsewhere = Instance(tmp_path)
    without = elsewhere.polku("restore", str(drill.file), "--dry-run", check=False)
    (elsewhere.state / "secrets").mkdir(parents=True)
    (elsewhere.state / "secrets" / "kms.json").write_text(json.dumps({"digest": "00" * 32}))
    foreign = elsewhere.polku("restore", str(drill.file), "--dry-run", check=False)

    assert refused.returncode == 1
    assert "is not what was written" in refused.stderr
    assert "the key file is needed" in without.stderr
    assert "not the key file of this backup" in foreign.stderr


@pytest.mark.timeout(400)
def test_nothing_of_the_lost_history_is_applied_and_retries_fill_it_again(drill: Drill) -> None:
    instance = drill.instance
    refs = [ref for ref, _ in drill.persons]
    instance.down()
    done = drill.json("restore", str(drill.file))
    instance.up()
    instance.settled()

    assert done["era"] not in (None, drill.told["era"])
    assert [drill.days(ref) for ref in refs[:3]] == [{"2026-02-16", "2026-02-17"}] * 3
    assert drill.days(refs[3]) == set()
    with instance.client(WORKSHOP) as client:
        lost = client.get(f"/v1/receipts/{SOURCE}/{drill.after[0]['id']}")
        gone = post(client, drill.before[-1])
    assert lost.status_code == 404
    assert gone.status_code == 410
    kept = {e["id"] for e in drill.before if e["subject"] != refs[3]}
    again = drill.state(*(e for e in drill.before if e["id"] in kept))
    assert again == {i: receipt for i, receipt in drill.receipts_before.items() if i in kept}

    retried = drill.state(*(e for e in reversed(drill.after) if e["subject"] != refs[3]))  # not in the order of then
    assert all(retried[i][2] == drill.receipts_after[i][2] for i in retried)
    instance.settled()
    wait_for(lambda: len(drill.days(refs[0])) == 6, 60, "the retries do not show")
    assert all(len(drill.days(ref)) == 6 for ref in refs[:3])
    assert instance.verify()["erased"] == [refs[3]]
    assert list(instance.state.glob("postgres.before-*"))


@pytest.mark.timeout(300)
def test_a_backup_with_its_secrets_opens_in_an_empty_directory_and_keys_may_lie_apart(
    drill: Drill, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = drill.home / "apart"
    folder.mkdir()
    drill.json("backup", "--with-secrets", str(folder))
    keys = drill.home / "keys.dump"
    shutil.move(folder / "keys.dump", keys)
    facts = drill.instance.verify()["facts"]
    drill.instance.down()
    with TemporaryDirectory(prefix="polku-elsewhere-", ignore_cleanup_errors=True) as home:
        other = Instance(Path(home))
        missing = other.polku("restore", str(folder), "--carrier", "journal", check=False)
        other.polku("restore", str(folder), "--carrier", "journal", "--keys", str(keys))
        try:
            other.polku("up", "--detach")
            other.settled()
            verified = other.verify()
        finally:
            other.down()

    assert "--keys" in missing.stderr
    assert verified["facts"] >= facts
    assert verified["erased"] == [drill.persons[3][0]]
