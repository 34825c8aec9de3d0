"""Kafka's jars are exactly those that the lock file names."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from operate import jars
from operate.errors import OperateError

ENTRY = """
[[dependencies]]
groupId = "org.example"
artifactId = "thing"
version = "1.0"
packaging = "jar"
sha256 = "{sum}"
"""


def test_every_locked_jar_has_a_sum_and_a_name_of_its_own() -> None:
    found = jars.locked()

    assert len({jar.name for jar in found}) == len(found) > 80
    assert all(re.fullmatch("[0-9a-f]{64}", jar.sha256) for jar in found)
    assert ("org.apache.kafka", "kafka_2.13", "4.3.1") in {(j.group, j.artifact, j.version) for j in found}


def test_the_lock_file_names_no_address() -> None:
    assert "://" not in jars.LOCK.read_text()


def test_a_whole_cache_is_used_without_asking_anybody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    lock = tmp_path / "lock.toml"
    lock.write_text(ENTRY.format(sum=hashlib.sha256(b"bytes").hexdigest()))
    folder = tmp_path / "polku" / "kafka-jars"
    folder.mkdir(parents=True)
    (folder / "org.example-thing-1.0.jar").write_bytes(b"bytes")
    told: list[str] = []

    assert jars.ensure(told.append, lock) == [folder / "org.example-thing-1.0.jar"]
    assert told == []


def test_a_lock_without_a_sum_is_refused(tmp_path: Path) -> None:
    lock = tmp_path / "lock.toml"
    lock.write_text(ENTRY.replace('sha256 = "{sum}"', ""))

    with pytest.raises(OperateError, match="sha256"):
        jars.locked(lock)
