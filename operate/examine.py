"""What `polku doctor` looks at: the machine, the files, and a running instance; each check says what to do."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from kernel import disclosure, organisations
from kernel.settings import SettingsError
from operate import certificates, jars, kafka, postgres, running, topics
from operate.errors import NotRunning, OperateError
from operate.instance import ROOT, SERVED, Instance, read
from operate.ports import is_free
from operate.status import streams
from services.gateway import xroad, xroad_tls

SOON = timedelta(days=30)
"""How long before its end a certificate should have been replaced."""
ROOM = 2 * 2**30
"""Bytes that a development instance should have free: journal, indexes, a week of Kafka, logs."""


@dataclass(frozen=True, slots=True)
class Check:
    """One answer: what was looked at, whether it is well, and what was seen or must be done."""

    name: str
    well: bool
    seen: str


def examine(state: Path) -> Iterator[Check]:
    """All checks in order; a running instance is asked too."""
    yield from _machine(state)
    yield from _files()
    try:
        instance = read(state)
    except NotRunning as error:
        yield Check("instance", True, str(error))
        return
    if running.supervisor(instance):
        yield from _running(instance)
    else:
        yield from _resting(instance)


def _machine(state: Path) -> Iterator[Check]:
    yield Check("python", sys.version_info >= (3, 11), f"{sys.version.split()[0]}, needed 3.11 or newer")
    yield _try("postgresql", lambda: str(postgres.binary("postgres")))
    yield _try("java", lambda: str(kafka.java()))
    yield _try("kafka", _jars)
    place = next(p for p in (state.absolute(), *state.absolute().parents) if p.exists())
    free = shutil.disk_usage(place).free
    yield Check("disk", free > ROOM, f"{free / 2**30:.1f} GiB free below {place}, needed {ROOM / 2**30:.0f}")


def _jars() -> str:
    found = jars.locked()
    here = sum((jars.cache() / "kafka-jars" / jar.name).exists() for jar in found)
    return f"{here} of {len(found)} jars in {jars.cache()}; the rest is fetched by the next `polku up`"


def _files() -> Iterator[Check]:
    deploy = ROOT / "deploy"
    orgs, policy, declared = (deploy / f for f in ("organisations.toml", "disclosure.toml", "topics.toml"))
    yield _try("organisations", lambda: f"{len(organisations.load(orgs).organisation)} organisations")
    yield _try("disclosure", lambda: f"{policy.name} is sound" if disclosure.load_policy(policy) else "empty")
    yield _try("xroad", lambda: _subsystems(deploy / "xroad.toml", orgs))
    yield _try("topics", lambda: f"{len(topics.declared(declared, orgs))} topics are declared")


def _subsystems(path: Path, orgs: Path) -> str:
    found = xroad.load(path, organisations.load(orgs))
    return f"{len(found.subsystem)} subsystems of {found.instance} speak for organisations"


def _resting(instance: Instance) -> Iterator[Check]:
    yield Check("instance", True, f"{instance.state} is down")
    taken = [
        f"{name} {instance.ports[name]}"
        for name in SERVED
        if name in instance.ports and not is_free(instance.ports[name])
    ]
    yield Check("ports", not taken, f"taken by another program: {', '.join(taken)}" if taken else "all free")


def _running(instance: Instance) -> Iterator[Check]:
    bad = [f"{p['role']} is {p['state']}" for p in running.processes(instance) if p["state"] != "running"]
    yield Check("processes", not bad, "; ".join(bad) or "all are running")
    often = [f"{p['role']} {p['restarts']} times" for p in running.processes(instance) if p["restarts"] > 2]
    yield Check("restarts", not often, f"{'; '.join(often)}; see {instance.logs}" if often else "few or none")
    yield _try("door", lambda: _ready(instance))
    if instance.xroad:
        yield _try("certificates", lambda: examined_certificates(Path(instance.settings("doctor").xroad_tls)))
    found = asyncio.run(streams(instance))
    yield Check("database", found is not None, "answers" if found is not None else "PostgreSQL does not answer")
    held = sum(s["holds"] for s in found or ())
    yield Check("holds", not held, f"{held} persons wait; see `polku holds`")
    if instance.kafka:
        yield _try("broker", lambda: _topics(instance))


def examined_certificates(folder: Path) -> str:
    """Who may come by X-Road and until when; OperateError when a certificate should be replaced."""
    _, pinned = xroad_tls.trusting(folder)
    ends = certificates.first_end(folder)
    if ends < datetime.now(UTC) + SOON:
        raise OperateError(f"a certificate in {folder} ends on {ends:%d.%m.%Y}; see docs/operations/partners.md")
    return f"{len(pinned)} security servers may come by X-Road, the first certificate ends on {ends:%d.%m.%Y}"


def _ready(instance: Instance) -> str:
    try:
        answer = httpx.get(f"{instance.door}/readyz", timeout=3, trust_env=False)
    except httpx.HTTPError as error:
        raise OperateError(f"{instance.door} does not answer ({type(error).__name__})") from error
    if answer.status_code != 200:
        raise OperateError(f"{instance.door}/readyz: {answer.status_code}")
    return f"{instance.door} is ready"


def _topics(instance: Instance) -> str:
    settings = instance.settings("doctor")
    wanted = topics.declared(settings.topics, settings.organisations)
    if different := asyncio.run(topics.check(instance.kafka, wanted)):
        raise OperateError("; ".join(map(topics.describe, different)))
    return f"{len(wanted)} topics are as declared"


def _try(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except (OperateError, SettingsError, OSError) as error:
        return Check(name, False, str(error))
