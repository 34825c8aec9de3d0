"""What must be true at rest, worked out from what was stated and without the kernel's folding and concluding."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kernel.decode import Decoder
from kernel.keys import bound, decrypt
from kernel.react_person import WHOLE
from kernel.verify import Report, Verifier
from tests.schedules.domain import PROCESSORS
from tests.schedules.world import CATALOGUE, LANES, OPERATOR, REFS, World

Name = tuple[str, str]
OWN = f"urn:polku:{OPERATOR}:polku-"
HELSINKI = ZoneInfo("Europe/Helsinki")


def refs_of(world: World, ref: str) -> list[str]:
    """A ref and all that were merged into it."""
    found = [ref]
    for one in found:
        found += [p["subject"] for p in world.server.tables["person"].values() if p["merged_into"] == one]
    return found


def rows_of(world: World, ref: str) -> list[dict[str, Any]]:
    """Rows of the journal about a person."""
    refs = refs_of(world, ref)
    rows = [f for f in world.server.tables["fact"].values() if f["s"] in refs]
    return sorted(rows, key=lambda f: (-refs.index(f["s"]), f["lane"], f["seq"]))


@dataclass(slots=True)
class Said:
    """What was concluded about somebody: open raises by rule with their content, and the open alert as shown."""

    open: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: {"V-1": {}, "A-1": {}})
    ever: list[tuple[str, str, int]] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)

    @property
    def alert(self) -> tuple[str, list[str]] | None:
        """The alert's raise and the raises it shows."""
        for id_, said in self.open["A-1"].items():
            return id_, said["facts"]["raises"]
        return None


def conclusions(world: World, ref: str) -> Said:
    """Read what was said about a person from the journal, in the order in which it was said."""
    said = Said()
    for row in rows_of(world, ref):
        if row["type"].endswith("telling.closed.v1"):
            close = json.loads(world.stated[row["source"], row["id"]].data)
            said.shown |= set(close["shown"])
            said.open["A-1"].pop(close["alert_id"], None)
        elif row["source"].startswith(OWN) and "polku-vault" not in row["source"]:
            _conclude(said, row, _opened(world, row))
    return said


def _conclude(said: Said, row: dict[str, Any], data: dict[str, Any]) -> None:
    open_ = said.open[data["rule"]]
    said.ever.append((row["s"], data["rule"], data["m"]))
    if row["type"].endswith("finding.withdrawn.v1"):
        open_.pop(data["raised"], None)
    elif row["type"].endswith("finding.changed.v1"):
        if data["raised"] in open_:
            open_[data["raised"]] = data
    else:
        open_[row["id"]] = data


def _opened(world: World, row: dict[str, Any]) -> dict[str, Any]:
    """The clear data of a conclusion, opened with the person's key."""
    key = world.server.tables["key"][row["key"],]
    context = bound(key["controller"], key["subject"], key["compartment"])
    clear = AESGCM(bytes(32)).decrypt(key["wrapped"][:12], key["wrapped"][12:], context)
    aad = bound(row["source"], row["id"], row["type"], row["s"], str(row["key"]))
    found: dict[str, Any] = json.loads(decrypt(AESGCM(clear), row["data"], aad))
    return found


def counting(world: World, rows: Iterable[dict[str, Any]]) -> list[tuple[Any, dict[str, Any]]]:
    """Stated facts about somebody that are neither retracted, skipped nor replaced, with their data."""
    facts = [world.stated[row["source"], row["id"]] for row in rows if (row["source"], row["id"]) in world.stated]
    clear = [(f, json.loads(f.data)) for f in facts]
    gone: set[Name] = {(f.source, d["id"]) for f, d in clear if f.type.endswith("fact.retracted.v1")}
    gone |= {(d["source"], d["id"]) for f, d in clear if f.type.endswith("hold.skipped.v1")}
    left = [(f, d) for f, d in clear if (f.source, f.id) not in gone]
    links = {(f.source, f.id): (f.source, f.corrects) for f, _ in left if f.corrects}
    replaced = {target for name, target in links.items() if not _circles(name, links)}
    return [(f, d) for f, d in left if (f.source, f.id) not in replaced]


def _circles(name: Any, links: dict[Any, Any]) -> bool:
    seen = set()
    while name in links:
        if name in seen:
            return True
        seen.add(name)
        name = links[name]
    return False


def expected(world: World, ref: str) -> tuple[dict[date, bool], tuple[datetime, str, int] | None, bool]:
    """Her visit log, the finding that must be open (begin, first day, count), and whether she must wait."""
    facts = counting(world, rows_of(world, ref))
    policy = counting(world, (f for f in world.server.tables["fact"].values() if f["lane"] == 0))
    days: dict[date, tuple[Any, bool]] = {}
    for fact, data in facts:
        if ".visit." in fact.type:
            weight, day = (fact.recorded, fact.source, fact.id), date.fromisoformat(data["day"])
            if day not in days or weight > days[day][0]:
                days[day] = (weight, data["came"])
    waits = any(f[0].type.endswith("visit.recorded.v1") and _wins(f, days) and f[1]["weight"] == 666 for f in facts)
    count = 2
    for told in (policy, facts):
        sets = [(f, d) for f, d in told if ".rule_parameters." in f.type]
        for _, data in sorted(sets, key=lambda s: (s[0].time, s[0].recorded, s[0].source, s[0].id)):
            count = data["params"]["count"]
    return {d: came for d, (_, came) in days.items()}, _missed(days, count), waits


def _wins(fact: Any, days: dict[date, tuple[Any, bool]]) -> bool:
    stated, data = fact
    return bool(days[date.fromisoformat(data["day"])][0] == (stated.recorded, stated.source, stated.id))


def _missed(days: dict[date, tuple[Any, bool]], count: int) -> tuple[datetime, str, int] | None:
    row: list[date] = []
    for day in sorted(days):
        row = [] if days[day][1] else [*row, day]
        if len(row) == count:
            after = day + timedelta(days=1)
            since = datetime(after.year, after.month, after.day, tzinfo=HELSINKI).astimezone(UTC)
            return since, row[0].isoformat(), count
    return None


def check(world: World) -> list[str]:
    """Everything that is not as it must be."""
    tables, out = world.server.tables, [*world.refused]
    for lane in range(LANES + 1):
        seqs = sorted(seq for at, seq in tables["fact"] if at == lane)
        if seqs != list(range(1, tables["lane"][lane,]["seq"] + 1)):
            out.append(f"lane {lane} is not dense")
        out += [
            f"{p} has not applied all of lane {at}"
            for (p, at), c in tables["checkpoint"].items()
            if at == lane and c["seq"] != len(seqs)
        ]
    for name, fact in world.stated.items():
        person = tables["person"].get((fact.subject or "",))
        if name not in tables["name"] and not (person and _gone(world, fact.subject or "")):
            out.append(f"{name} was accepted and lost")
    for lane in (lane for w in world.workers for lane in w.reactor._owned.values()):
        if lane.taken != (really := sum(WHOLE + len(p.facts) for p in lane.persons.values())):
            out.append(f"a worker counts {lane.taken} in memory, and keeps {really}")
    for ref in REFS:
        out += check_person(world, ref)
    return out


def _gone(world: World, ref: str) -> bool:
    people = world.server.tables["person"]
    while people[ref,]["merged_into"]:
        ref = people[ref,]["merged_into"]
    return people[ref,]["erased"] is not None


def check_person(world: World, ref: str) -> list[str]:
    """What is not as it must be about one person."""
    tables = world.server.tables
    log = {k[1]: r["came"] for k, r in tables["view.visit_log_g1"].items() if k[0] == ref}
    waiting = [t for t in ("wakeup", "hold") for k in tables[t] if k[1] == ref]
    if tables["person"][ref,]["merged_into"] or _gone(world, ref):
        told = [k for k in tables["view.told_g1"] if k[0] == ref]
        return [f"{ref} is gone but has {log} {told} {waiting}"] if log or told or waiting else []
    days, finding, waits = expected(world, ref)
    held = ("referrals", ref) in tables["hold"]
    if held != waits:
        return [f"{ref} waits: {held}, but should: {waits}"]
    said, out = conclusions(world, ref), []
    if len(said.ever) != len(set(said.ever)):
        out.append(f"{ref} was told twice {said.ever}")
    if not waits:
        out += _rest(world, ref, (days, log), finding, said)
    left = sorted(set(said.open["V-1"]) - said.shown)
    alerts = [sorted(a["facts"]["raises"]) for a in said.open["A-1"].values()]
    if alerts != ([left] if left else []):
        out.append(f"{ref} open alerts {alerts}, but should be about {left}")
    return out


def _rest(world: World, ref: str, logs: Any, finding: Any, said: Said) -> list[str]:
    out = [f"{ref} visit log {logs[1]}, but facts say {logs[0]}"] if logs[0] != logs[1] else []
    now = world.server.tables["lane"][world.server.tables["person"][ref,]["lane"],]["instant"]
    want = [finding] if finding and finding[0] <= now else []
    open_ = [
        (datetime.fromisoformat(d["since"]), d["facts"]["from"], d["params"]["count"])
        for d in said.open["V-1"].values()
    ]
    if open_ != want:
        out.append(f"{ref} open {open_}, but rules say {want} at {now}")
    return out


async def verify(world: World) -> list[str]:
    """What the product's own verification finds."""
    report = Report()
    verifier = Verifier(world.operator, Decoder(CATALOGUE, world.operator.keys, OPERATOR))
    await verifier.lanes(report)
    for units in PROCESSORS.values():
        await verifier.processor(units, report)
    wrong = {n: getattr(report, n) for n in ("lost", "doubled", "out_of_order", "differing", "pending")}
    return [f"verify: {wrong} {report.differences}"] if any(wrong.values()) else []
