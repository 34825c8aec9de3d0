"""States, as the operating organisation, that a fact is passed over or mended: the ways out of a hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid5

import orjson
from pydantic import ValidationError

from kernel.facts import Event
from kernel.journal import REPAIRED, SKIPPED, NewFact, Receipt
from kernel.pg_journal import PgJournal
from operate.errors import OperateError
from operate.holds import Hold
from schemas.system.fact_repaired_v1 import FactRepaired
from schemas.system.hold_skipped_v1 import HoldSkipped

E = TypeVar("E", bound=Event)
NAMES = UUID("6f2d6f5e-7f4e-5b0e-9d39-0c6f5c1f7a10")


def skipped(hold: Hold, reason: str, by: str, approver: str) -> HoldSkipped:
    """The processor that waits shall pass over the fact. OperateError names the option that is wrong."""
    named = {**_named(hold), "processor": hold["processor"]}
    return _made(HoldSkipped, {**named, "reason": reason, "by": by, "approver": approver})


def repaired(hold: Hold, patch: Sequence[Mapping[str, Any]], reason: str, by: str, approver: str) -> FactRepaired:
    """The fact shall be read with a patch over its data, by everybody. OperateError names the option that is wrong."""
    return _made(FactRepaired, {**_named(hold), "patch": patch, "reason": reason, "by": by, "approver": approver})


async def state(journal: PgJournal, subject: str, told: HoldSkipped | FactRepaired) -> Receipt:
    """Append it. The same order given twice is one fact."""
    data = orjson.dumps(told.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)
    type_ = SKIPPED if isinstance(told, HoldSkipped) else REPAIRED
    now = await journal.now()
    fact = NewFact(
        source=f"urn:polku:{journal.instance.operator}:operations",
        id=str(uuid5(NAMES, f"{type_}|{subject}|{data.decode()}")),
        type=type_,
        subject=subject,
        time=now,
        recorded=now,
        data=data,
        org_type="operator",
        canonical=orjson.dumps([type_, subject]) + data,  # without the time, so that a repeated order is known
    )
    return (await journal.append([fact]))[0]


def patch_of(text: str) -> list[dict[str, Any]]:
    """The steps of a JSON Patch given as JSON or as @FILE. OperateError when it is none."""
    try:
        steps = orjson.loads(Path(text[1:]).read_bytes() if text.startswith("@") else text)
    except (OSError, ValueError) as error:
        raise OperateError(f"--patch: {error}") from error
    if not isinstance(steps, list) or not all(isinstance(s, dict) and "path" in s and "op" in s for s in steps):
        raise OperateError("--patch: a list of steps with op and path (RFC 6902)")
    return steps


def _named(hold: Hold) -> dict[str, str]:
    fact = hold["fact"]
    if not fact["id"]:
        raise OperateError(f"{hold['client_ref']}: it is not known which fact is at fault; mend the code and retry")
    return {"source": fact["source"], "id": fact["id"]}


def _made(cls: type[E], given: Mapping[str, Any]) -> E:
    try:
        return cls.model_validate_json(orjson.dumps(given))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        raise OperateError(f"--{'-'.join(map(str, first['loc'])) or 'approver'}: {first['msg']}") from error
