"""What an instance consists of: each program with what comes before its start and how one sees that it serves."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from operate import credentials, jars, kafka, postgres, topics
from operate.errors import OperateError
from operate.instance import ROOT, SINGLE, WORKING, Instance

READY_WITHIN = 100.0
CARRIED = ("relay", "intake", *WORKING)
"""Roles that need the broker, when Kafka carries."""


@dataclass(frozen=True, slots=True)
class Program:
    """One thing to run. `before` is called (in a thread) before each start, `serves` returns when it is of use."""

    role: str
    number: int
    line: Callable[[], Sequence[str]]
    environment: Mapping[str, str]
    log: Path
    cwd: Path
    user: str | None = None
    before: Callable[[], object] | None = None
    serves: Callable[[], Awaitable[object]] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    last_signal: signal.Signals = signal.SIGKILL
    grace: float = 10.0

    @property
    def name(self) -> str:
        """Unique within the instance."""
        return self.role if self.number == 1 else f"{self.role}-{self.number}"


def roles(instance: Instance) -> list[tuple[str, int]]:
    """The application's processes of this instance, as (role, number)."""
    single = [r for r in SINGLE if instance.carrier == "kafka" or r not in CARRIED]
    return [(r, 1) for r in single] + [(r, n + 1) for r in WORKING for n in range(instance.workers)]


def database(instance: Instance) -> Program:
    """PostgreSQL. A cluster that was there once and is gone is never made anew in silence: it is the journal."""
    data, made = instance.state / "postgres", instance.secrets / "cluster"
    port = instance.ports["database"]

    def before() -> None:
        if made.exists() and not (data / "PG_VERSION").exists():
            raise OperateError(
                f"{data}: the database is gone, and with it the journal; restore a backup, "
                f"or remove {instance.state} to begin anew"
            )
        postgres.prepare(data, credentials.SUPERUSER, credentials.superuser_password(instance))
        made.touch()

    return Program(
        role="postgres",
        number=1,
        line=partial(postgres.command, data, port),
        environment={k: v for k, v in os.environ.items() if not k.startswith(("PG", "POLKU_"))},
        log=instance.logs / "postgres.log",
        cwd=Path("/"),
        user=postgres.run_as(),
        before=before,
        serves=lambda: postgres.wait_ready(credentials.superuser_dsn(instance), READY_WITHIN),
        stop_signal=signal.SIGINT,  # a fast shutdown; SIGTERM would wait for every client
        last_signal=signal.SIGQUIT,  # an immediate one: its own children go with it
        grace=20.0,
    )


def broker(instance: Instance, progress: jars.Progress) -> Program:
    """Kafka, with its topics: they are looked at after each start, since its data may have been lost."""
    folder, classpath = instance.state / "kafka", jars.ensure(progress)
    settings = instance.settings("kafka")
    wanted = topics.declared(settings.topics, settings.organisations)

    async def serves() -> None:
        await kafka.wait_ready(instance.kafka, READY_WITHIN)
        await topics.apply(instance.kafka, wanted)

    return Program(
        role="kafka",
        number=1,
        line=partial(kafka.command, folder, classpath),
        environment={k: v for k, v in os.environ.items() if not k.startswith(("KAFKA_", "POLKU_"))},
        log=instance.logs / "kafka.log",
        cwd=folder.parent,
        before=lambda: kafka.prepare(folder, instance.ports["kafka"], instance.ports["controller"], classpath),
        serves=serves,
        grace=20.0,
    )


def application(instance: Instance, role: str, number: int) -> Program:
    """One process of our own."""
    return Program(
        role=role,
        number=number,
        line=lambda: [sys.executable, "-m", "operate.role", role],
        environment=_environment(instance, role, number),
        log=instance.logs / (f"{role}.log" if number == 1 else f"{role}-{number}.log"),
        cwd=instance.run,
    )


def migration(instance: Instance) -> Program:
    """The one step that is handed the superuser: roles, schemas, tables. It runs once and ends."""
    told = {"POLKU_SUPERUSER_DSN": credentials.superuser_dsn(instance), "POLKU_CLOCK": instance.clock}
    step = application(instance, "migrate", 1)
    return Program(
        role="migrate",
        number=1,
        line=step.line,
        environment={**step.environment, **told},
        log=step.log,
        cwd=step.cwd,
    )


def _environment(instance: Instance, role: str, number: int) -> dict[str, str]:
    """The caller's environment without its settings, and ours; the code is the tree that we run from."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("POLKU_")}
    path = os.pathsep.join(filter(None, (str(ROOT), kept.get("PYTHONPATH", ""))))
    own = {"PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}
    return {**kept, **own, **instance.settings(role, number).to_environment()}
