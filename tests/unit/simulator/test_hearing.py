"""What partners' systems could complain of is counted when it happens, and when nothing is wrong there is nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import httpx

from simulator.hearing import PAGE, Readers, polling
from simulator.report import Hearing, Report
from simulator.statement import Statement
from tests.unit.simulator.test_story import START, played

STORY = played()
REFS = {n: f"ref-{n}" for n in range(len(STORY.codes))}
KELA = "9000006-2"
COUNTY = STORY.setting.region.county.id
Entry = dict[str, Any]


class Feeds:
    """A door that has a list of entries for each organisation, told in pages."""

    def __init__(self, **entries: Sequence[Entry]) -> None:
        self.report, self.left = Report(), {org.lstrip("o").replace("_", "-"): list(e) for org, e in entries.items()}

    async def ask(self, *asked: str) -> httpx.Response:
        org = asked[2]
        left = self.left.get(org, [])
        page, self.left[org] = left[:PAGE], left[PAGE:]
        link = {"Link": '</v1/feeds/facts?cursor=x>; rel="next"'}
        return httpx.Response(200, content=json.dumps(page), headers=link)


def said(org: str) -> list[Statement]:
    """What an organisation states on the first day about persons, rightly."""
    right = (s for wave in STORY.on(START) for s in wave if s.org == org and s.person is not None)
    return [s for s in right if not s.wrong and not s.twice]


def entry(statement: Statement, **changed: Any) -> Entry:
    subject = REFS[statement.person or 0]
    return {"id": statement.id, "source": statement.source, "type": statement.type, "subject": subject, **changed}


async def heard(entries: Sequence[Entry], receipts: Sequence[Statement] = (), org: str = COUNTY) -> Hearing:
    """The first day of a reader, and the end."""
    feeds = Feeds(**{f"o{org.replace('-', '_')}": entries})
    readers = Readers(feeds, STORY, {ref: n for n, ref in REFS.items()})
    for seq, statement in enumerate(receipts, 1):
        feeds.report.feeds.stated(statement, {"lane": 1, "seq": seq})
    await readers.day(START)
    await readers.end(START)
    return feeds.report.feeds


def wrong(found: Hearing) -> tuple[int, ...]:
    return found.disordered, found.doubled, found.strangers, found.missed


async def test_a_reader_that_hears_all_in_order_has_nothing_to_complain_of() -> None:
    own = said(COUNTY)[:1200]
    found = await heard([entry(s) for s in own], own)

    assert (found.entries, wrong(found)) == (len(own), (0, 0, 0, 0))


async def test_each_thing_that_must_not_be_is_counted() -> None:
    one = next(s for s in said(COUNTY) if sum(o.person == s.person for o in said(COUNTY)) > 1)
    first, second, *_ = (s for s in said(COUNTY) if s.person == one.person)
    stranger = entry(first, subject="ref of somebody else", id="x")
    raised = entry(first, source="urn:polku:9000001-1:polku-referrals", id="y")

    assert wrong(await heard([entry(second), entry(first)], [first, second])) == (1, 0, 0, 0)
    assert wrong(await heard([entry(first), entry(first)])) == (0, 1, 0, 0)
    assert wrong(await heard([stranger])) == (0, 0, 1, 0)
    assert wrong(await heard([raised])) == (0, 0, 0, 0)
    assert wrong(await heard([], [first, second])) == (0, 0, 0, 2)
    assert wrong(await heard([], [replace(first, name="fact.retracted")])) == (0, 0, 0, 0), "it is heard as DELETE"


async def test_a_provider_that_hears_of_somebody_else_s_client_is_told_of() -> None:
    mine = {s.person for s in STORY.statements if KELA in json.dumps(s.data) or s.org == KELA}
    other = next(s for s in said(COUNTY) if s.person not in mine)
    found = await heard([entry(other)], org=KELA)

    assert found.strangers == 1


async def test_a_withdrawal_is_awaited_by_its_source_and_by_social_work() -> None:
    taken_back = [s for s in STORY.statements if s.name == "fact.retracted" and not s.wrong and not s.twice]

    async def unheard(told: Sequence[Entry]) -> int:
        feeds = Feeds()
        readers = Readers(feeds, STORY, {ref: n for n, ref in REFS.items()})
        for day in sorted({s.sent for s in taken_back}):
            await readers.day(day)
        feeds.left[COUNTY] = list(told)
        await readers.end(STORY.setting.end)
        return feeds.report.feeds.unheard

    gone = [{**entry(s), "id": s.data["id"], "method": "DELETE"} for s in taken_back]
    nothing, all_of_them = await unheard([]), await unheard(gone)
    assert nothing - all_of_them == len(gone) > 0


def test_those_with_a_system_poll_and_in_a_large_play_not_those_who_hear_of_everything() -> None:
    few = {o.id for o in polling(STORY.setting)}
    many = {o.id for o in polling(replace(STORY.setting, clients=400))}

    assert {COUNTY, KELA} <= few and KELA in many and COUNTY not in many
    assert {STORY.setting.region.by_id[org].kind.profile for org in few} == {"A", "B"}
    assert many < few
