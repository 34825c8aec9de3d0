"""The topics that `deploy/topics.toml` declares: made where they are missing, checked where they exist."""

from __future__ import annotations

import contextlib
import tomllib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, for_code
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kernel import organisations
from kernel.migrate import LANES
from operate.errors import OperateError

EACH = "<org>"
ALREADY_EXISTS = 36
MOST_COPIES = 3


class Declared(BaseModel):
    """One entry of the file; a name with `<org>` stands for a topic of each organisation that has one."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str = Field(pattern=r"^[a-z0-9._<>-]{1,200}$")
    partitions: int | Literal["lanes"]
    retention_days: int | None = Field(default=None, ge=1, le=3650)
    retention_hours: int | None = Field(default=None, ge=1, le=24 * 3650)
    timestamp: Literal["LogAppendTime", "CreateTime"]
    compression: Literal["producer", "lz4", "zstd", "gzip", "snappy", "uncompressed"] = "producer"

    @model_validator(mode="after")
    def _one_retention(self) -> Declared:
        if (self.retention_days is None) == (self.retention_hours is None):
            raise ValueError("exactly one of retention_days and retention_hours")
        return self


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as it should be on the broker; `config` holds Kafka's own names."""

    name: str
    partitions: int
    config: dict[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """What is not as declared. `kind`: missing, partitions, or the name of a setting."""

    topic: str
    kind: str
    declared: str
    found: str


def declared(path: Path, organisations_file: Path) -> list[Topic]:
    """The topics of this installation; OperateError names file, topic and rule."""
    try:
        entries = [Declared.model_validate(e) for e in tomllib.loads(path.read_text()).get("topic", [])]
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise OperateError(f"{path}: {error}") from error
    except ValidationError as error:
        wrong = "; ".join(f"topic {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise OperateError(f"{path}: {wrong}") from error
    orgs = [o.id for o in organisations.load(organisations_file).organisation if o.topic]
    return [_topic(e, name) for e in entries for name in _names(e.name, orgs)]


def _names(name: str, orgs: Sequence[str]) -> list[str]:
    return [name.replace(EACH, org) for org in orgs] if EACH in name else [name]


def _topic(entry: Declared, name: str) -> Topic:
    hours = entry.retention_hours or (entry.retention_days or 0) * 24
    return Topic(
        name,
        LANES + 1 if entry.partitions == "lanes" else entry.partitions,
        {
            "retention.ms": str(hours * 3_600_000),
            "message.timestamp.type": entry.timestamp,
            "compression.type": entry.compression,
            "cleanup.policy": "delete",
        },
    )


async def apply(address: str, topics: Sequence[Topic]) -> list[str]:
    """Make the missing topics; answers their names. A topic with other partitions or settings is an OperateError."""
    async with _admin(address) as admin:
        found = await _differences(admin, topics)
        missing = {d.topic for d in found if d.kind == "missing"}
        if missing:
            copies = min(MOST_COPIES, len((await admin.describe_cluster())["brokers"]))
            new = [NewTopic(t.name, t.partitions, copies, topic_configs=t.config) for t in topics if t.name in missing]
            answer = await admin.create_topics(new, timeout_ms=20_000)
            for name, code, *message in answer.topic_errors:
                if code not in (0, ALREADY_EXISTS):
                    raise OperateError(f"topic {name}: {for_code(code).__name__} {message}")
        left = [d for d in found if d.kind != "missing"]
        if left:
            raise OperateError("; ".join(map(describe, left)))
        return sorted(missing)


async def check(address: str, topics: Sequence[Topic]) -> list[Difference]:
    """What the broker has otherwise than declared; empty when all is well."""
    async with _admin(address) as admin:
        return await _differences(admin, topics)


def describe(difference: Difference) -> str:
    """One line for a person."""
    if difference.kind == "missing":
        return f"topic {difference.topic}: missing"
    return f"topic {difference.topic}: {difference.kind} is {difference.found}, declared {difference.declared}"


async def _differences(admin: AIOKafkaAdminClient, topics: Sequence[Topic]) -> list[Difference]:
    existing = set(await admin.list_topics())
    here = [t for t in topics if t.name in existing]
    found = [Difference(t.name, "missing", str(t.partitions), "none") for t in topics if t.name not in existing]
    if not here:
        return found
    partitions = {d["topic"]: len(d["partitions"]) for d in await admin.describe_topics([t.name for t in here])}
    answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, t.name) for t in here])
    configs = {r[3]: {e[0]: e[1] for e in r[4]} for answer in answers for r in answer.resources}
    for topic in here:
        if partitions[topic.name] != topic.partitions:
            found.append(Difference(topic.name, "partitions", str(topic.partitions), str(partitions[topic.name])))
        actual = configs[topic.name]
        found += [
            Difference(topic.name, k, v, str(actual.get(k))) for k, v in topic.config.items() if actual.get(k) != v
        ]
    return found


@contextlib.asynccontextmanager
async def _admin(address: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=address, request_timeout_ms=20_000)
    try:
        await admin.start()
        yield admin
    except (KafkaError, OSError) as error:
        raise OperateError(f"Kafka at {address}: {type(error).__name__} {error}") from error
    finally:
        with contextlib.suppress(KafkaError, OSError):
            await admin.close()
