"""The jars of Kafka: fetched once into a cache outside the checkout, each one checked against the lock file's sum."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from operate.errors import OperateError
from operate.instance import ROOT

LOCK = ROOT / "deploy" / "kafka" / "jgo.lock.toml"
AT_ONCE = 8
TRIES = 3

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Jar:
    """One artifact by its Maven coordinates, with the sha256 (hex) that its bytes must have."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str

    @property
    def name(self) -> str:
        """File name in the cache; the group keeps equal artifact names apart."""
        tail = f"-{self.classifier}" if self.classifier else ""
        return f"{self.group}-{self.artifact}-{self.version}{tail}.jar"


def cache() -> Path:
    """`$XDG_CACHE_HOME/polku` or `~/.cache/polku`."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base else Path.home() / ".cache") / "polku"


def locked(lock: Path = LOCK) -> list[Jar]:
    """The jars that the lock file names; OperateError when one has no sum."""
    try:
        entries = tomllib.loads(lock.read_text())["dependencies"]
        return [Jar(e["groupId"], e["artifactId"], e["version"], e.get("classifier", ""), e["sha256"]) for e in entries]
    except (OSError, KeyError, tomllib.TOMLDecodeError) as error:
        raise OperateError(
            f"{lock}: every dependency needs groupId, artifactId, version and sha256 ({error})"
        ) from error


def ensure(progress: Progress, lock: Path = LOCK) -> list[Path]:
    """Every locked jar as a checked file: offline and fast when all is there; what is missing or wrong is fetched."""
    jars = locked(lock)
    folder = cache() / "kafka-jars"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)  # two instances started at once fetch once
        with ThreadPoolExecutor(AT_ONCE) as threads:
            right = list(threads.map(lambda jar: _is_right(folder / jar.name, jar), jars))
            missing = [jar for jar, ok in zip(jars, right, strict=True) if not ok]
            if missing:
                _fetch_all(missing, folder, threads, progress)
    return [folder / jar.name for jar in jars]


def _is_right(path: Path, jar: Jar) -> bool:
    if not path.exists():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == jar.sha256


def _fetch_all(missing: Sequence[Jar], folder: Path, threads: ThreadPoolExecutor, progress: Progress) -> None:
    progress(f"Kafka: fetching {len(missing)} jars (once; they are kept in {folder})")
    with tempfile.TemporaryDirectory(dir=folder, prefix=".part") as part:
        for done, jar in enumerate(threads.map(lambda jar: _fetch(jar, folder, Path(part)), missing), 1):
            if done % 10 == 0 or done == len(missing):
                progress(f"Kafka: {done} of {len(missing)} jars, {jar.artifact} {jar.version}")


def _fetch(jar: Jar, folder: Path, part: Path) -> Jar:
    """Download beside the cache, check, then move in: a jar in the cache is never half a jar."""
    import requests  # noqa: PLC0415  (only a first start fetches)
    from jgo.maven import MavenContext, PythonResolver  # noqa: PLC0415

    problem: Exception | str = "?"
    for attempt in range(TRIES):
        context = MavenContext(resolver=PythonResolver(), repo_cache=part / f"{jar.sha256}-{attempt}", timeout=30)
        component = context.project(jar.group, jar.artifact).at_version(jar.version)
        try:
            path = Path(component.artifact(classifier=jar.classifier, packaging="jar").resolve())
        except (requests.RequestException, OSError, RuntimeError) as error:
            problem = error
            continue
        if _is_right(path, jar):
            shutil.move(path, folder / jar.name)
            return jar
        problem = "its sha256 is not the one in the lock file"
    raise OperateError(f"Kafka: {jar.artifact} {jar.version} could not be fetched: {problem}")
