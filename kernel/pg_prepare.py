"""Before an append takes a lock: whom each fact goes to, its digest and its encryption."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID, uuid5

import orjson

from kernel.errors import Problem, Refused
from kernel.facts import org_of, organisation_ref
from kernel.journal import MERGED, REFERENCE, REPAIRED, RETRACTED, SKIPPED, TIME, NewFact, is_own, own_source
from kernel.keys import DIGEST, KeyName, Keys, Opened, digest, encrypt, framed

NAMESPACE = UUID("5b0c2f55-2f0b-5d7b-9a52-6f2f4b9c1d10")


@dataclass(frozen=True, slots=True)
class Instance:
    """What was chosen when the instance was made; `era` changes when a backup is restored."""

    era: str
    lanes: int
    operator: str
    organiser: str
    clock: str


@dataclass(slots=True)  # not frozen, because it is made for every fact, and a frozen one takes three times as long
class Prepared:
    """A fact ready to be numbered; `subject` is the person or organisation it goes to, `index` the place in the
    request.
    """

    index: int
    fact: NewFact
    subject: str | None
    lane: int
    key: int | None
    data: bytes
    digest: bytes
    own: bool
    companion: bool = False
    gone: bool = False
    instant: datetime | None = None


class Person(NamedTuple):
    """State of life of one ref."""

    lane: int
    merged_into: str | None
    erased: bool


async def prepare(pool: Any, keys: Keys, instance: Instance, facts: Sequence[NewFact]) -> list[Prepared]:
    """Everything that needs no lock: whom each fact goes to, digest, encryption. Refused names `/<index>`."""
    merges = [(i, f) for i, f in enumerate(facts) if f.type == MERGED]
    indexes = [*range(len(facts)), *(i for i, _ in merges)]  # what is wrong with a companion is wrong with its merge
    count = len(facts)
    facts = [*facts, *(_companion(f, instance) for _, f in merges)]
    targets = await named_subjects(pool, facts)
    stated = {f.subject for f in facts if f.subject} | {s for s in targets.values() if s}
    persons = await load_persons(pool, stated | {organisation_ref(org_of(f.source)) for f in facts if not f.subject})
    about = spoken_of(facts, targets)
    refs = [_resolve(i, f, instance, ref, persons) for i, f, ref in zip(indexes, facts, about, strict=True)]
    alive = [(f, r) for f, r in zip(facts, refs, strict=True) if r and _has_keys(persons[r]) and not _dead(f, persons)]
    names = [(_controller(f.source, instance.operator, instance.organiser), r, "data") for f, r in alive]
    names += [(instance.operator, f.subject or r, DIGEST) for f, r in alive]
    made = await keys.for_writing(names)
    out = []
    for place, (index, fact, ref) in enumerate(zip(indexes, facts, refs, strict=True)):
        whose = None if ref is None or persons[ref].lane == 0 else (ref, persons[ref].lane)
        if whose is None:
            out.append(await _in_clear(keys, instance, index, fact, ref))
        else:
            out.append(_encrypted(instance, made, index, fact, whose, place >= count))
    return out


def _companion(fact: NewFact, instance: Instance) -> NewFact:
    """A merge stands in both lanes: the stated fact with the new ref, its companion with the old one."""
    old = orjson.loads(fact.data)["old_ref"]
    id_ = str(uuid5(NAMESPACE, f"{fact.source}|{fact.id}|old"))
    return replace(fact, source=own_source(instance.operator, "vault"), id=id_, subject=old, canonical=b"")


@lru_cache(maxsize=4096)
def _controller(source: str, operator: str, organiser: str) -> str:
    return organiser if is_own(source, operator) else source.split(":")[2]


def named_by(fact: NewFact) -> tuple[str, str] | None:
    """The fact (source, id) that a retraction, correction, skip or repair names: it goes to that fact's person."""
    if fact.corrects:
        return (fact.source, fact.corrects)
    if fact.type == RETRACTED:
        return (fact.source, orjson.loads(fact.data)["id"])
    if fact.type in (SKIPPED, REPAIRED):
        data = orjson.loads(fact.data)
        return (data["source"], data["id"])
    return None


async def named_subjects(connection: Any, facts: Sequence[NewFact]) -> dict[tuple[str, str], str | None]:
    """Where the facts lie that these ones name; what has not arrived yet is absent."""
    wanted = [n for f in facts if (n := named_by(f))]
    if not wanted:
        return {}
    rows = await connection.fetch(
        """SELECT f.source, f.id, f.subject::text AS subject FROM unnest($1::text[], $2::text[]) w (source, id),
                  LATERAL (SELECT * FROM journal.fact f WHERE f.source = w.source AND f.id = w.id LIMIT 1) f""",
        *map(list, zip(*wanted, strict=True)),
    )
    return {(r["source"], r["id"]): r["subject"] for r in rows}


def spoken_of(facts: Sequence[NewFact], stored: Mapping[tuple[str, str], str | None]) -> list[str | None]:
    """The ref that each fact is about, before merges: its own, or that of the fact which it names.

    What is named may be stored, or stand in the same append, under another ref of the same person.
    """
    if not any(map(named_by, facts)):
        return [f.subject for f in facts]
    here = {(f.source, f.id): f for f in facts}

    def ref_of(fact: NewFact, seen: frozenset[tuple[str, str]]) -> str | None:
        name = named_by(fact)
        if name is None:
            return fact.subject
        if name in stored:
            return stored[name]
        if name not in here or name in seen:
            return fact.subject
        return ref_of(here[name], seen | {name})

    return [ref_of(f, frozenset({(f.source, f.id)})) for f in facts]


async def load_persons(connection: Any, refs: set[str]) -> dict[str, Person]:
    """States of life of these refs and of those they were merged into."""
    found: dict[str, Person] = {}
    wanted = refs
    while wanted:
        rows = await connection.fetch(
            """SELECT p.subject::text AS subject, lane, merged_into::text AS merged_into, erased IS NOT NULL AS erased
                 FROM unnest($1::uuid[]) w (subject),
                      LATERAL (SELECT * FROM journal.person p WHERE p.subject = w.subject LIMIT 1) p""",
            list(wanted),
        )
        found |= {r["subject"]: Person(r["lane"], r["merged_into"], r["erased"]) for r in rows}
        wanted = {p.merged_into for p in found.values() if p.merged_into} - found.keys()
    return found


def resolve_ref(ref: str, persons: Mapping[str, Person]) -> str:
    """The ref that stands for the person now."""
    while into := persons[ref].merged_into:
        ref = into
    return ref


def _resolve(
    index: int,
    fact: NewFact,
    instance: Instance,
    ref: str | None,
    persons: Mapping[str, Person],
) -> str | None:
    if ref is None:
        whose = organisation_ref(org_of(fact.source))
        return whose if whose in persons and fact.type not in (TIME, REFERENCE) else None
    if ref not in persons:
        detail = "no such client_ref; resolve the person first"
        raise Refused(422, [Problem(f"/{index}/subject", "unknown_subject", detail)])
    if fact.type == MERGED or is_own(fact.source, instance.operator):
        return ref
    return resolve_ref(ref, persons)


def _has_keys(person: Person) -> bool:
    """Facts about an organisation lie in clear: it has no secrets here."""
    return person.lane > 0 and not person.erased


def _dead(fact: NewFact, persons: Mapping[str, Person]) -> bool:
    return fact.subject is not None and fact.subject in persons and persons[fact.subject].erased


async def _in_clear(keys: Keys, instance: Instance, index: int, fact: NewFact, ref: str | None) -> Prepared:
    lane = (fact.lane or 0) if ref is None else 0
    instant = datetime.fromisoformat(orjson.loads(fact.data)["instant"]) if fact.type == TIME else None
    mac = await keys.mac(DIGEST, fact.digested())
    own = is_own(fact.source, instance.operator)
    return Prepared(index, fact, ref, lane, None, fact.data, mac, own, instant=instant)


def _encrypted(
    instance: Instance,
    made: Mapping[KeyName, Opened],
    index: int,
    fact: NewFact,
    whose: tuple[str, int],
    companion: bool,
) -> Prepared:
    ref, lane = whose
    own = is_own(fact.source, instance.operator)
    key = made.get((_controller(fact.source, instance.operator, instance.organiser), ref, "data"))
    secret = made.get((instance.operator, fact.subject or ref, DIGEST))
    if key is None or secret is None:  # her keys are gone: 410 under the lock, unless only late
        return Prepared(index, fact, ref, lane, None, b"", b"", own, companion, gone=True)
    data = encrypt(key.cipher, fact.data, aad(fact.source, fact.id, fact.type, ref, key.id))
    return Prepared(index, fact, ref, lane, key.id, data, digest(secret.key, fact.digested()), own, companion)


def aad(source: str, id_: str, type_: str, subject: str, key: int) -> bytes:
    """What a ciphertext is bound to: never lane or seq, which change when history is told again."""
    return _often(source) + framed(id_) + _often(type_) + _whose(subject, key)


_often = lru_cache(maxsize=16_384)(framed)
"""What many facts share is framed once."""


@lru_cache(maxsize=16_384)
def _whose(subject: str, key: int) -> bytes:
    return framed(subject) + framed(str(key))
