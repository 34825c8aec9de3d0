"""The gate: the only way out for anything about a person. Nothing is shown unless a rule of the policy says so."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kernel import observe
from kernel.calendar import day_of
from kernel.facts import ANYBODY
from kernel.settings import SettingsError
from kernel.views import Column, View


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks: organisation with its types on the day, the person or system, roles, and the channel."""

    org: str
    org_types: frozenset[str]
    user: str
    roles: frozenset[str] = frozenset()
    channel: str = "api"


class Grant(BaseModel):
    """One rule of the policy: who (types, roles, relation) may see which data classes of which records, and why.

    An empty list of org_types, roles, relations or records means: any. `own` names columns of which one must hold the
    viewer's organisation: its own rows, not the person's whole. `only` names columns with the values that they may
    hold. `ground` is the legal basis, written to the log. Both dates are inclusive.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    org_types: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    relations: frozenset[str] = frozenset()
    records: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    only: Mapping[str, frozenset[str]] = {}
    data_classes: frozenset[str] = Field(min_length=1)
    ground: str = Field(min_length=1)
    valid_from: date | None = None
    valid_to: date | None = None

    def covers(
        self, viewer: Viewer, relations: Iterable[str], record: str, day: date, row: Mapping[str, Any] | None = None
    ) -> bool:
        """Whether this rule speaks of the case; one for some rows never speaks of a record without a row."""
        if self.own and (row is None or all(row.get(name) != viewer.org for name in self.own)):
            return False
        if self.only and (row is None or any(row.get(name) not in values for name, values in self.only.items())):
            return False
        return (
            (not self.org_types or bool(self.org_types & viewer.org_types))
            and (not self.roles or bool(self.roles & viewer.roles))
            and (not self.relations or not self.relations.isdisjoint(relations))
            and (not self.records or record in self.records)
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_to is None or day <= self.valid_to)
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole policy: versioned data with dates; what it does not name is denied."""

    grants: Sequence[Grant]

    def classes(
        self, viewer: Viewer, relations: Iterable[str], record: str, day: date, row: Mapping[str, Any] | None = None
    ) -> dict[str, str]:
        """Data class → legal ground, for one viewer and one person; empty: not yours, which looks like not there."""
        related = list(relations)
        if not related:
            return {}
        found: dict[str, str] = {}
        for grant in self.grants:
            if grant.covers(viewer, related, record, day, row):
                for data_class in grant.data_classes:
                    found.setdefault(data_class, grant.ground)
        return found


def load_policy(path: Path) -> Policy:
    """Read the policy file; SettingsError names the entry and the rule that is broken."""
    try:
        entries = tomllib.loads(path.read_text())["grant"]
        return Policy([Grant.model_validate(e) for e in entries])
    except (OSError, KeyError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise SettingsError(f"POLKU_POLICY: {path.name}: {error}") from error


def disclose(
    policy: Policy, viewer: Viewer, relations: Iterable[str], view: View, row: Mapping[str, Any], day: date
) -> tuple[dict[str, Any], str] | None:
    """One row as this viewer may see it (fields of other classes are absent) with the ground, or None."""
    classes = policy.classes(viewer, relations, view.name, day, row)
    if not classes:
        return None
    shown = {c.name: _plain(c, row[c.name]) for c in view.columns if c.data_class in classes}
    if not any(shown.values()):
        return None
    whose = {"client_ref": str(row["subject"])} if view.person else {}
    return {**whose, **shown}, "+".join(sorted(set(classes.values())))


def _plain(column: Column, value: Any) -> Any:
    return orjson.loads(value) if column.type == "jsonb" and isinstance(value, str) else value


class Gate:
    """Reads views for a viewer and logs each person shown, in one transaction; the log failing means no answer."""

    def __init__(self, pool: Any, policy: Policy) -> None:
        self._pool, self._policy = pool, policy

    async def read(
        self, viewer: Viewer, view: View, where: str = "", values: Sequence[Any] = (), order: str = "", limit: int = 100
    ) -> list[dict[str, Any]]:
        """Rows of a view that the viewer may see. `where` and `order` are fixed texts; values come as $2, $3 …"""
        try:
            return await self._read(viewer, view, where, values, order, limit)
        except asyncpg.InvalidCachedStatementError:  # another generation is shown since, with other columns
            return await self._read(viewer, view, where, values, order, limit)

    async def _read(
        self, viewer: Viewer, view: View, where: str, values: Sequence[Any], order: str, limit: int
    ) -> list[dict[str, Any]]:
        async with self._pool.acquire() as connection, connection.transaction():
            rows = await self._rows(connection, viewer, view, where, values, order, limit)
            relations = await self._relations(connection, viewer, {r["subject"] for r in rows})
            day = day_of(await connection.fetchval("SELECT journal.now()"))
            shown, told = [], {}
            for row in rows:
                answer = disclose(self._policy, viewer, relations.get(row["subject"], ()), view, row, day)
                observe.disclosures.labels(view.name, "shown" if answer else "refused").inc()
                if answer:
                    shown.append(answer[0])
                    told[row["subject"]] = answer
            await log(connection, viewer, view.name, told)
        return shown

    async def tell(
        self, viewer: Viewer, view: View, rows: Iterable[Mapping[str, Any]], relations: Iterable[str]
    ) -> list[dict[str, Any]]:
        """The same for rows that were folded from the journal itself, with the viewer's relations found there."""
        related, shown, told = list(relations), [], {}
        async with self._pool.acquire() as connection, connection.transaction():
            day = day_of(await connection.fetchval("SELECT journal.now()"))
            for row in rows:
                if answer := disclose(self._policy, viewer, related, view, row, day):
                    shown.append(answer[0])
                    told[UUID(row["subject"])] = answer
            await log(connection, viewer, view.name, told)
        return shown

    async def _rows(
        self, connection: Any, viewer: Viewer, view: View, where: str, values: Sequence[Any], order: str, limit: int
    ) -> list[Any]:
        await connection.execute("SELECT set_config('polku.org', $1, true)", viewer.org)
        text = f"SELECT * FROM view.{view.name} WHERE ($1::text IS NOT NULL)"
        text += f" AND ({where})" if where else ""
        keys = ", ".join(f'"{k}"' for k in ("subject", *view.key))
        text += f" ORDER BY {order or keys} LIMIT {int(limit)}"
        rows: list[Any] = await connection.fetch(text, viewer.org, *values)
        return rows

    async def _relations(self, connection: Any, viewer: Viewer, subjects: set[UUID]) -> dict[UUID, list[str]]:
        rows = await connection.fetch(
            "SELECT subject, relation FROM view.relations WHERE org = ANY($1) AND subject = ANY($2)",
            [viewer.org, ANYBODY],
            list(subjects),
        )
        found: dict[UUID, list[str]] = {}
        for row in rows:
            found.setdefault(row["subject"], []).append(row["relation"])
        return found


async def log(connection: Any, viewer: Viewer, record: str, shown: Mapping[UUID, tuple[Iterable[str], str]]) -> None:
    """Note the fields that somebody was shown of persons, and on which ground; in the transaction that reads them."""
    if not shown:
        return
    roles = ",".join(sorted(viewer.roles))
    await connection.executemany(
        """INSERT INTO disclosure.log (instant, org, viewer, role, subject, record, fields, ground, channel)
           VALUES (journal.now(), $1, $2, $3, $4, $5, $6, $7, $8)""",
        [
            (viewer.org, viewer.user, roles, subject, record, sorted(fields), ground, viewer.channel)
            for subject, (fields, ground) in shown.items()
        ],
    )
