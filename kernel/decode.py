"""From a row of the journal to a fact that a fold can read: decrypt, then upcast, then validate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from sys import intern
from typing import Any

import jsonpatch
import orjson
from cryptography.exceptions import InvalidTag
from pydantic import ValidationError

from kernel.errors import Unavailable
from kernel.facts import REDACTED, Conclusion, Event, Fact, name_of, slim
from kernel.journal import KERNEL_TYPES, REFERENCE, REPAIRED, RETRACTED, TIME, is_own
from kernel.keys import Keys, decrypt
from kernel.pg_prepare import aad
from kernel.stored import Stored
from kernel.valid import Undecodable

KERNEL_NAMES = frozenset(map(name_of, KERNEL_TYPES))
NOTICES = frozenset({name_of(TIME), name_of(REFERENCE)})


class Catalogue:
    """The types that a process knows: stated ones with their class, concluded ones by name."""

    def __init__(self, events: Mapping[str, type[Event]], concluded: Iterable[str]) -> None:
        self.events = dict(events)
        newest: dict[str, type[Event]] = {}
        for cls in events.values():
            if cls.meta.name not in newest or newest[cls.meta.name].meta.version < cls.meta.version:
                newest[cls.meta.name] = cls
        self.newest = newest
        self.concluded = frozenset(concluded) | {"finding.changed", "finding.withdrawn"}

    def types_of(self, names: Iterable[str]) -> list[str]:
        """Every version of the named types."""
        wanted = set(names)
        stated = [t for t, cls in self.events.items() if cls.meta.name in wanted]
        return stated + [f"fi.polku.{n}.v1" for n in self.concluded & wanted]

    def knows(self, type_: str) -> bool:
        """Whether this very version can be read."""
        return type_ in self.events or name_of(type_) in self.concluded

    def must_know(self, rows: Iterable[Stored], hears: Callable[[str], bool]) -> None:
        """Unavailable when a type that is heard has come in a version that cannot be read: newer code can."""
        for row in rows:
            name = name_of(row.type)
            if (hears(name) or name in KERNEL_NAMES) and not self.knows(row.type) and name not in NOTICES:
                raise Unavailable(f"unknown version {row.type}: this lane waits for a newer worker")

    def read(self, type_: str, data: bytes) -> Event | Conclusion:
        """The newest shape of some data; ValidationError when it does not fit."""
        cls = self.events.get(type_)
        if cls is None:
            return slim(Conclusion.model_validate_json(data))
        event, newest = cls.model_validate_json(data), self.newest[cls.meta.name]
        while type(event) is not newest:
            event = self.events[f"fi.polku.{cls.meta.name}.v{type(event).meta.version + 1}"].upgrade(event)
        return slim(event)


class Decoder:
    """Reads many rows at once, since opening keys is what costs."""

    def __init__(self, catalogue: Catalogue, keys: Keys, operator: str) -> None:
        self.catalogue, self._keys, self._operator = catalogue, keys, operator

    async def decode(self, rows: Sequence[Stored]) -> list[Fact]:
        """Facts in the order of the rows."""
        ciphers = await self._keys.for_reading(r.key for r in rows if r.key is not None)
        clear = [opened(r, ciphers) for r in rows]
        mending = [(r, data) for r, data in zip(rows, clear, strict=True) if data and r.type in (REPAIRED, RETRACTED)]
        patches = self._patches(mending) if mending else {}
        return [self._fact(r, data, patches) for r, data in zip(rows, clear, strict=True)]

    def _patches(self, mending: Sequence[tuple[Stored, bytes]]) -> dict[tuple[str, str], Any]:
        """Repairs of formats and code lists (RFC 6902) by the fact that they mend: each mends what the last one left.

        Their order is that in which they were stated, then that of arrival.
        """
        told = [(r, orjson.loads(data)) for r, data in mending]
        void = {(r.source, data["id"]) for r, data in told if r.type == RETRACTED}
        repairs = [(r, data) for r, data in told if r.type == REPAIRED and (r.source, r.id) not in void]
        found: dict[tuple[str, str], list[Any]] = {}
        for _, repair in sorted(repairs, key=lambda x: (x[0].recorded, x[0].appended, x[0].seq)):
            found.setdefault((repair["source"], repair["id"]), []).extend(repair["patch"])
        return found

    def _fact(self, row: Stored, data: bytes | None, patches: Mapping[tuple[str, str], Any]) -> Fact:
        patch = patches.get((row.source, row.id)) if patches else None
        return Fact(
            row.lane,
            row.seq,
            row.subject and intern(row.subject),
            intern(row.source),
            row.id,
            intern(row.type),
            row.time,
            row.recorded,
            REDACTED if data is None else self._read(row, data, patch),
            row.corrects,
            intern(row.org_type),
            is_own(row.source, self._operator),
            trace=row.attributes.get("traceparent", ""),
        )

    def _read(self, row: Stored, data: bytes, patch: Any) -> Event | Conclusion | Undecodable:
        try:
            if patch:
                data = orjson.dumps(jsonpatch.apply_patch(orjson.loads(data), patch))
            return self.catalogue.read(row.type, data)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            return Undecodable(first["type"], "/data/" + "/".join(map(str, first["loc"])))
        except (jsonpatch.JsonPatchException, orjson.JSONDecodeError, KeyError, IndexError):
            return Undecodable("repair_does_not_apply", "/data")


def opened(row: Stored, ciphers: Mapping[int, Any]) -> bytes | None:
    """Clear bytes of a row's data; None when the key has been destroyed. Unavailable when the journal was changed."""
    if row.key is None:
        return row.data
    cipher = ciphers.get(row.key)
    if cipher is None:
        return None
    try:
        return decrypt(cipher, row.data, aad(row.source, row.id, row.type, row.subject or "", row.key))
    except InvalidTag as error:
        raise Unavailable("stored data does not open under its key: the journal was changed") from error
