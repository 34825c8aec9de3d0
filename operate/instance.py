"""One development instance: what was chosen when it was made, where its files lie, and how its processes are set."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from kernel.settings import Settings
from operate.errors import NotRunning, OperateError
from operate.ports import HOST, check_port, choose

ROOT = Path(__file__).resolve().parents[1]
CARRIERS = ("kafka", "journal")
WORKERS_MOST = 16
SERVED = ("door", "console", "database", "kafka", "controller", "metrics", "xroad")


@dataclass(frozen=True, slots=True)
class Instance:
    """The choices of one instance, as they stand in `instance.json` of its state directory.

    `clock` is `real` or the first day of a driven clock; `ports` are those of the loopback address, by name.
    """

    state: Path
    id: str
    created: str
    carrier: str
    clock: str
    workers: int
    ports: Mapping[str, int] = field(default_factory=dict)

    @property
    def run(self) -> Path:
        """Where the supervisor tells what it does."""
        return self.state / "run"

    @property
    def logs(self) -> Path:
        """One log file per role."""
        return self.state / "logs"

    @property
    def secrets(self) -> Path:
        """Passwords and keys, readable by their owner only."""
        return self.state / "secrets"

    @property
    def database(self) -> str:
        """`host:port/name` of PostgreSQL."""
        return f"{HOST}:{self.ports['database']}/polku"

    @property
    def kafka(self) -> str:
        """`host:port` of the broker; empty when the journal is the carrier."""
        return f"{HOST}:{self.ports['kafka']}" if self.carrier == "kafka" else ""

    @property
    def door(self) -> str:
        """Address of the door."""
        return f"http://{HOST}:{self.ports['door']}"

    @property
    def console(self) -> str:
        """Address of the console."""
        return f"http://{HOST}:{self.ports['console']}"

    @property
    def xroad(self) -> str:
        """Where security servers connect; empty where other organisations play and nothing says who comes by X-Road."""
        other = "POLKU_ORGANISATIONS" in os.environ and "POLKU_SUBSYSTEMS" not in os.environ
        return "" if other or "xroad" not in self.ports else f"https://{HOST}:{self.ports['xroad']}"

    def settings(self, role: str, number: int = 1) -> Settings:
        """The settings of one process; `POLKU_*` variables of the caller decide where they name something."""
        given = {
            "profile": "development",
            "state": self.state,
            "database": self.database,
            "secrets": self.secrets / "roles.json",
            "kms": self.secrets / "kms.json",
            "issuer": self.secrets / "issuer.json",
            "organisations": ROOT / "deploy" / "organisations.toml",
            "policy": ROOT / "deploy" / "disclosure.toml",
            "topics": ROOT / "deploy" / "topics.toml",
            "subsystems": ROOT / "deploy" / "xroad.toml",
            "kafka": self.kafka,
            "carrier": self.carrier,
            "role": role,
            "instance": number,
            "host": HOST,
            "port_door": self.ports["door"],
            "port_console": self.ports["console"],
            "port_xroad": self.ports["xroad"] if self.xroad else 0,
            "xroad_tls": str(self.secrets / "xroad"),
            "port_metrics": self.ports.get(f"metrics_{role}_{number}", 0),
            "public_url": self.console,
        }
        return Settings.model_validate(given | _chosen(os.environ))

    def save(self) -> None:
        """Write `instance.json`, whole or not at all."""
        self.state.mkdir(parents=True, exist_ok=True)
        write_json(self.state / "instance.json", {k: v for k, v in asdict(self).items() if k != "state"})


_OPEN = (
    *("smtp", "mail_from", "log_level", "far_behind", "facts_in_memory", "session_timeout"),
    *("organisations", "policy", "subsystems"),
)
THROUGH = "THROUGH_DATABASE"
"""Names something that stands between the processes and their own database, host:port/name; not a setting of theirs."""


def _chosen(environment: Mapping[str, str]) -> dict[str, str]:
    """What a developer may set from outside; addresses and secrets are the instance's own."""
    found = {name: environment[key] for name in _OPEN if (key := f"POLKU_{name.upper()}") in environment}
    return {**found, "database": environment[THROUGH]} if THROUGH in environment else found


def write_json(path: Path, content: Any) -> None:
    """Replace a file by a JSON document so that a reader sees the old or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(json.dumps(content, indent=1) + "\n")
    part.replace(path)


def read(state: Path) -> Instance:
    """The instance in a state directory; NotRunning when there is none, OperateError when the file is damaged."""
    path = state.absolute() / "instance.json"
    if not path.exists():
        raise NotRunning(f"--state {state}: no instance was made here; `polku up --state {state}` makes one")
    try:
        return Instance(state=state.absolute(), **json.loads(path.read_text()))
    except (ValueError, TypeError) as error:
        raise OperateError(f"{path}: not a description of an instance ({error})") from error


def make_or_open(
    state: Path, carrier: str | None, clock: str | None, workers: int | None, ports: Mapping[str, int]
) -> Instance:
    """The instance of a state directory, made now if there is none. Unset choices take what is stored or the default.

    `ports` are the given ones by name. OperateError when a choice differs from one that never changes.
    """
    _check(carrier, clock, workers, ports)
    try:
        instance = read(state)
    except NotRunning:
        created = datetime.now(UTC).isoformat(timespec="seconds")
        base = state.absolute()
        instance = Instance(base, str(uuid4()), created, carrier or "kafka", clock or "real", workers or 1)
    for option, given, stored in (("--carrier", carrier, instance.carrier), ("--clock", clock, instance.clock)):
        if given is not None and given != stored:
            raise OperateError(
                f"{option} {given}: this instance was made with {option} {stored}, and that never changes; "
                f"choose another --state, or remove {instance.state} to begin anew"
            )
    instance = replace(instance, workers=workers or instance.workers)
    return replace(instance, ports=_allotted({**instance.ports, **ports}, instance.workers))


def _check(carrier: str | None, clock: str | None, workers: int | None, ports: Mapping[str, int]) -> None:
    if carrier is not None and carrier not in CARRIERS:
        raise OperateError(f"--carrier: kafka or journal, not {carrier}")
    if workers is not None and not 1 <= workers <= WORKERS_MOST:
        raise OperateError(f"--workers: a number from 1 to {WORKERS_MOST}, not {workers}")
    if clock is not None and clock != "real":
        try:
            date.fromisoformat(clock)
        except ValueError:
            raise OperateError(f"--clock: `real` or a day written YYYY-MM-DD, not {clock}") from None
        if len(clock) != len("YYYY-MM-DD"):
            raise OperateError(f"--clock: a day is written YYYY-MM-DD, not {clock}")
    for name, port in ports.items():
        check_port(f"--port-{name}", port)
    if len(set(ports.values())) != len(ports):
        raise OperateError("--port-…: two servers cannot share a port")


SINGLE = ("gateway", "console", "relay", "intake", "clock")
WORKING = ("referrals", "placements", "notifications")


def _allotted(known: Mapping[str, int], workers: int) -> dict[str, int]:
    """The known ports, and a free one for every server that has none yet."""
    ports = dict(known)
    metered = [f"metrics_{r}_1" for r in SINGLE] + [f"metrics_{r}_{n + 1}" for r in WORKING for n in range(workers)]
    for name in (*SERVED, *metered):
        if name not in ports:
            ports[name] = choose(set(ports.values()))
    return ports
