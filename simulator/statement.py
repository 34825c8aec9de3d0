"""One thing that a partner says on some day, right or wrong, once or again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")
Data = Mapping[str, object]

ALONE, IN_BATCH, ON_TOPIC, IN_FILE = "alone", "batch", "topic", "file"
AGREED = -1
"""The wave of what organisations have agreed before a play begins."""


def at(day: date, minute: int) -> datetime:
    """An instant (UTC) of a local day, given in minutes after midnight."""
    hour, rest = divmod(minute, 60)
    return datetime(day.year, day.month, day.day, hour, rest, tzinfo=HELSINKI).astimezone(UTC)


def written(instant: datetime) -> str:
    """An instant as partners write it: RFC 3339 in UTC."""
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What `org` says through `source`.

    `person` is the number of a person in the story (None: about nobody), `sent` the day on which it is sent, `way`
    how; `wave` orders what is sent on one day. `wrong` names the mistake planted in it (empty: none), `twice` tells
    that exactly this was sent before. `over` replaces attributes of the envelope, None taking one away; `raw` is sent
    instead of any envelope.
    """

    org: str
    source: str
    name: str
    person: int | None
    id: str
    time: datetime
    sent: date
    data: Data
    recorded: datetime | None = None
    corrects: str | None = None
    way: str = ALONE
    wave: int = 1
    wrong: str = ""
    twice: bool = False
    over: Mapping[str, str | None] = field(default_factory=dict)
    raw: bytes = b""
    version: int = 1

    @property
    def type(self) -> str:
        """Its CloudEvents type."""
        return f"fi.polku.{self.name}.v{self.version}"

    @property
    def recorded_at(self) -> datetime:
        """When its system wrote it down."""
        return self.recorded or self.time + timedelta(minutes=5)

    def event(self, refs: Mapping[int, str]) -> dict[str, object]:
        """The structured CloudEvent; `refs` are the client references of the persons."""
        found: dict[str, object] = {
            "specversion": "1.0",
            "id": self.id,
            "source": self.source,
            "type": self.type,
            "time": written(self.time),
            "recordedtime": written(self.recorded_at),
            "datacontenttype": "application/json",
            "data": self.data,
        }
        if self.person is not None:
            found["subject"] = refs[self.person]
        if self.corrects:
            found["corrects"] = self.corrects
        found |= self.over
        return {name: value for name, value in found.items() if value is not None}

    def body(self, refs: Mapping[int, str]) -> bytes:
        """What goes over the wire when it is sent alone."""
        return self.raw or json.dumps(self.event(refs), ensure_ascii=False).encode()
