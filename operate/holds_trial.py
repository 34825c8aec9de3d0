"""Tries in memory what a processor would do with a person who waits, and tells where it goes wrong, without values."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb
from typing import Any

import jsonpatch
import orjson
from pydantic import ValidationError

from kernel.conclude import evaluate
from kernel.decode import Decoder, opened
from kernel.discover import units
from kernel.errors import Poison, PolkuError
from kernel.params import Reference
from kernel.person import Person, Units
from kernel.person_reader import PersonReader
from kernel.pg_journal import PgJournal
from kernel.pg_lane import PgLanes
from kernel.policy import Policy
from kernel.processor import full_catalogue
from kernel.rules import Rule
from kernel.views import View
from operate.errors import OperateError
from operate.holds import Hold
from operate.instance import ROOT
from operate.processors import fold_of

PLACES = 6
OURS = ("services", "schemas", "kernel")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happened in memory: `works`, or the cause with its fact, rule or view, and the places in our own code.

    What the database refused works here; only another try can tell.
    """

    works: bool
    cause: str = ""
    pointer: str = ""
    source: str = ""
    id: str = ""
    unit: str = ""
    places: tuple[str, ...] = ()


class Trials:
    """Tries persons with the code of this process, as their processor would at its checkpoint."""

    def __init__(self, journal: PgJournal) -> None:
        self._journal = journal
        self._decoder = Decoder(full_catalogue(), journal.keys, journal.instance.operator)
        self._units: dict[str, Units] = {}
        self._lanes: dict[tuple[str, int], Any] = {}

    async def of(self, hold: Hold) -> Verdict:
        """Try one person. Errors of the surroundings (Unavailable) come out as they are."""
        parts, subject = self._parts(hold["processor"]), hold["client_ref"]
        upto, reference, now = await self._lane(parts, hold["fact"]["lane"])
        history = (await PersonReader(self._journal.pool, self._decoder, parts).histories([subject], upto))[subject]
        if history.dead:
            return Verdict(works=True)

        async def fold() -> None:
            person = Person(parts, history.facts)
            person.forecast(evaluate(parts.rules, person.state, reference, person.personal, now))

        (error,) = await asyncio.gather(fold(), return_exceptions=True)  # whatever a unit raises is the answer
        if error is None:
            return Verdict(works=True, cause="database" if hold["cause"] == "database" else "")
        return self._told(parts, error)

    def _told(self, parts: Units, error: BaseException) -> Verdict:
        if isinstance(error, Poison):
            return Verdict(False, error.cause, error.pointer, error.source, error.id)
        if isinstance(error, PolkuError) or not isinstance(error, Exception):
            raise error
        frames = [(Path(f.filename), f.lineno, f.name) for f in extract_tb(error.__traceback__)]
        ours = [(p.relative_to(ROOT), line, name) for p, line, name in frames if p.is_relative_to(ROOT)]
        ours = [f for f in ours if f[0].parts[0] in OURS]
        at = parts.applying[0] if parts.applying else None
        places = tuple(f"{path}:{line} {name}" for path, line, name in ours[-PLACES:])
        modules = {".".join(path.with_suffix("").parts) for path, _, _ in ours}
        return Verdict(
            works=False,
            cause="unit_failed",
            pointer=type(error).__name__,
            source=at.source if at else "",
            id=at.id if at else "",
            unit=_unit(parts, modules),
            places=places,
        )

    def _parts(self, processor: str) -> Units:
        if processor not in self._units:
            rules, views = (units(f"services.{processor}.{n}", k) for n, k in (("rules", Rule), ("views", View)))
            self._units[processor] = Units.of(processor, fold_of(processor), rules, views)  # type: ignore[arg-type]
        return self._units[processor]

    async def _lane(self, parts: Units, lane: int) -> Any:
        """Checkpoint, policy and time of a lane, as its owner believes them."""
        name = (parts.processor, lane)
        if name not in self._lanes:
            journal, lanes = self._journal, PgLanes(self._journal.pool, parts.processor, 0)
            upto = (await lanes.heads([lane]))[lane].seq
            policy = Policy(lanes, self._decoder, parts, journal.instance)
            reference = await policy.at(lane, await policy.position(lane, upto), Reference())
            self._lanes[name] = (upto, reference, await lanes.instant(lane, upto))
        return self._lanes[name]

    async def problems(self, source: str, id_: str, patch: Sequence[Mapping[str, Any]] = ()) -> list[tuple[str, str]]:
        """(pointer, code) of everything that cannot be read in a stored fact, mended by a patch or not."""
        row = await self._journal.find(source, id_)
        if row is None:
            return [("", "unknown_fact")]
        ciphers = await self._journal.keys.for_reading([row.key] if row.key is not None else [])
        data = opened(row, ciphers)
        if data is None:
            return [("", "erased")]
        try:
            if patch:
                data = orjson.dumps(jsonpatch.apply_patch(orjson.loads(data), list(patch)))
            self._decoder.catalogue.read(row.type, data)
        except ValidationError as error:
            found = error.errors(include_input=False, include_url=False, include_context=False)
            return [("/" + "/".join(map(str, e["loc"])), e["type"]) for e in found]
        except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException):
            return [("", "patch_does_not_apply")]
        return []


def _unit(parts: Units, modules: set[str]) -> str:
    """The rule by id or the view by name in whose file it went wrong; else the fold."""
    for rule in parts.rules:
        if rule.find.__module__ in modules:
            return rule.id
    for view in parts.views:
        if any(h.__module__ in modules for handlers in view.handlers.values() for h in handlers):
            return view.name
    return "state" if parts.fold.evolve.__module__ in modules else ""


async def must_mend(trials: Trials, hold: Hold, patch: Sequence[Mapping[str, Any]]) -> None:
    """OperateError unless a patch touches only what cannot be read, and mends all of it.

    A value that can be read is the business of its source, who corrects it by a fact of its own.
    """
    source, id_, ref = hold["fact"]["source"], hold["fact"]["id"], hold["client_ref"]
    broken = [pointer for pointer, _ in await trials.problems(source, id_)]
    if not broken:
        raise OperateError(
            f"{ref}: every value of the fact can be read; its source corrects it, or `holds skip` passes over it"
        )
    for path in (str(step[name]) for step in patch for name in ("path", "from") if name in step):
        if not any(path == b or path.startswith(f"{b}/") or (path == b.rpartition("/")[0] and path) for b in broken):
            raise OperateError(f"--patch {path}: only what cannot be read may be touched: {', '.join(broken)}")
    if left := await trials.problems(source, id_, patch):
        raise OperateError(f"{ref}: with the patch {left[0][0] or 'it'} still cannot be read ({left[0][1]})")
