"""Lanes: order, repeats, gaps, lost ends, fences, waits; on a journal in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from kernel import lanes as module
from kernel import observe, pace
from kernel.lanes import Lanes
from kernel.settings import Settings
from tests.sample.book import Book, RecordingReactor, row, until

NOWHERE = Path("nowhere")
SETTINGS = Settings(
    database="nowhere/polku", secrets=NOWHERE, kms=NOWHERE, issuer=NOWHERE, far_behind=50, carrier="journal"
)


def count(metric: Any) -> float:
    return float(metric.labels("recorded")._value.get())


@pytest.fixture
def book() -> Book:
    return Book(2)


@pytest.fixture
def reactor(book: Book) -> RecordingReactor:
    return RecordingReactor(book)


@pytest.fixture
async def lanes(reactor: RecordingReactor) -> Lanes:
    made = Lanes(reactor, SETTINGS)  # type: ignore[arg-type]
    await made.assigned([0, 1])
    return made


@asynccontextmanager
async def running(*parts: Any) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(p) for p in parts]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_records_are_applied_in_order_and_the_hint_goes_with_the_last(
    book: Book, reactor: RecordingReactor, lanes: Lanes
) -> None:
    await lanes.records(1, [(book.era, r) for r in book.append(1, 3)], hint=40)

    assert book.applied[1] == [1, 2, 3]
    assert book.checkpoints[1].hint == 40
    assert reactor.batches == [(1, 3)]


async def test_a_repeated_record_is_dropped(book: Book, lanes: Lanes) -> None:
    before = count(observe.dropped)
    first, second = book.append(1, 2)

    await lanes.records(1, [(book.era, first), (book.era, first), (book.era, second)])
    await lanes.records(1, [(book.era, first), (book.era, second)])

    assert book.applied[1] == [1, 2]
    assert count(observe.dropped) - before == 3


async def test_a_gap_is_read_from_the_journal(book: Book, lanes: Lanes) -> None:
    before = count(observe.gaps)
    rows = book.append(1, 9)

    await lanes.records(1, [(book.era, r) for r in (rows[3], rows[4], rows[8])])

    assert book.applied[1] == list(range(1, 10))
    assert book.from_journal == 3 + 3
    assert count(observe.gaps) - before == 2


async def test_records_out_of_order_are_put_in_order(book: Book, lanes: Lanes) -> None:
    rows = book.append(1, 4)

    await lanes.records(1, [(book.era, rows[n]) for n in (2, 0, 3, 1)])

    assert book.applied[1] == [1, 2, 3, 4]
    assert book.from_journal == 0


async def test_a_record_of_another_era_is_void(book: Book, lanes: Lanes) -> None:
    book.append(1, 2)

    await lanes.records(1, [("a-lost-era", row(1, 1, "lost")), ("a-lost-era", row(1, 2, "lost"))])

    assert book.applied[1] == []


async def test_a_record_of_another_lane_is_void(book: Book, lanes: Lanes) -> None:
    book.append(0, 1)

    await lanes.records(1, [(book.era, row(0, 1))])

    assert book.applied[1] == []


async def test_a_lane_that_another_worker_took_is_claimed_again(book: Book, lanes: Lanes) -> None:
    before = count(observe.fenced)
    rows = book.append(1, 3)
    await lanes.records(1, [(book.era, rows[0])])
    book.claim(1)  # somebody else

    await lanes.records(1, [(book.era, r) for r in rows])

    assert book.applied[1] == [1, 2, 3]
    assert count(observe.fenced) - before == 1


async def test_while_the_database_is_away_nothing_is_skipped(book: Book, lanes: Lanes) -> None:
    book.down = True
    rows = book.append(1, 3)
    applying = asyncio.create_task(lanes.records(1, [(book.era, r) for r in rows]))
    await asyncio.wait({applying}, timeout=0.3)
    assert not applying.done()

    book.down = False
    await applying

    assert book.applied[1] == [1, 2, 3]


async def test_a_lane_that_waits_does_not_hold_up_another(book: Book, lanes: Lanes) -> None:
    book.refused.add(1)
    book.append(1, 1)

    async with running(lanes.records(1, [(book.era, row(1, 1))]), lanes.watch(), lanes.turns()):
        await lanes.records(0, [(book.era, r) for r in book.append(0, 2)])

        assert book.applied[0] == [1, 2]
        book.refused.clear()
        await until(lambda: book.applied[1] == [1])


async def test_a_lost_tail_is_found_beside_work_in_the_background(
    book: Book, lanes: Lanes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look at a person used to begin the waiting anew, so that the end of a busy lane was never missed."""

    async def looked(_lane: int) -> None:
        """A few persons are verified."""

    monkeypatch.setattr(pace, "STILL", 0.01)
    book.append(1, 3)
    await lanes.look()
    await asyncio.sleep(0.02)

    await lanes.beside(1, looked)
    await lanes.look()

    assert book.applied[1] == [1, 2, 3]


async def test_a_lost_tail_is_read_from_the_journal_once_the_checkpoint_stands_still(
    book: Book, lanes: Lanes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "STILL", 0.2)
    before = count(observe.tails)
    book.append(1, 5)
    await lanes.look()
    assert book.applied[1] == []  # the carrier may still bring it

    await asyncio.sleep(0.25)
    await lanes.look()

    assert book.applied[1] == [1, 2, 3, 4, 5]
    assert count(observe.tails) - before == 1


async def test_what_lies_before_the_carriers_start_is_read_without_waiting(book: Book, lanes: Lanes) -> None:
    before = count(observe.tails)
    book.append(1, 3)

    lanes.starts_late(1)
    await lanes.look()

    assert book.applied[1] == [1, 2, 3]
    assert count(observe.tails) == before


async def test_far_behind_the_journal_is_read_at_once_and_in_bulk(
    book: Book, reactor: RecordingReactor, lanes: Lanes
) -> None:
    book.append(1, 5_000)

    await lanes.look()

    assert book.applied[1] == list(range(1, 5_001))
    assert [size for _, size in reactor.batches] == [2_000, 2_000, 1_000]


async def test_a_look_finds_out_that_the_lane_was_taken(book: Book, reactor: RecordingReactor, lanes: Lanes) -> None:
    book.claim(1)

    await lanes.look()
    assert not reactor.owns(1)
    await asyncio.sleep(0.2)
    await lanes.look()

    assert reactor.owns(1)
    assert reactor.believes(1) == (book.era, book.checkpoints[1].rev)


async def test_after_a_restore_the_new_era_is_learned_and_the_rest_is_read(
    book: Book, lanes: Lanes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WATCH", 0.05)
    monkeypatch.setattr(pace, "STILL", 0.1)
    await lanes.records(1, [(book.era, r) for r in book.append(1, 2)])
    book.restore()
    book.append(1, 2)

    async with running(lanes.watch()):
        await until(book.done)


async def test_giving_a_lane_up_waits_for_what_is_under_way(
    book: Book, reactor: RecordingReactor, lanes: Lanes
) -> None:
    reactor.open.clear()
    applying = asyncio.create_task(lanes.records(1, [(book.era, r) for r in book.append(1, 2)]))
    await reactor.entered.wait()
    leaving = asyncio.create_task(lanes.revoked([1]))
    await asyncio.wait({leaving}, timeout=0.1)
    assert not leaving.done()

    reactor.open.set()
    await asyncio.gather(leaving, applying)

    assert book.applied[1] == [1, 2]
    assert not reactor.owns(1)


async def test_what_hangs_does_not_hold_up_a_rebalance_and_cannot_spoil_the_next_claim(
    book: Book, reactor: RecordingReactor, lanes: Lanes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WATCH", 0.05)
    monkeypatch.setattr(pace, "STILL", 0.1)
    reactor.open.clear()
    hanging = asyncio.create_task(lanes.records(1, [(book.era, r) for r in book.append(1, 2)]))
    await reactor.entered.wait()

    await lanes.revoked([1], patience=0.05)
    assert lanes.owned == [0]
    book.claim(1)  # another worker has it for a while
    await lanes.assigned([1], patience=0.05)
    reactor.open.set()
    await hanging

    async with running(lanes.watch()):
        await until(book.done)
    assert book.applied[1] == [1, 2]


async def test_a_lane_that_the_carrier_gave_to_nobody_is_still_worked_on(
    book: Book, lanes: Lanes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "STILL", 0.05)
    await lanes.loosened([0, 1])
    await lanes.assigned([0])
    book.append(1, 3)

    await lanes.look()
    await asyncio.sleep(0.1)
    await lanes.look()

    assert book.applied[1] == [1, 2, 3]


async def test_a_lane_that_the_carrier_gave_to_another_is_not_taken_back(
    book: Book, reactor: RecordingReactor, lanes: Lanes
) -> None:
    before = count(observe.fenced)
    await lanes.loosened([0, 1])
    await lanes.assigned([0])
    book.claim(1)

    await lanes.look()

    assert lanes.owned == [0]
    assert not reactor.owns(1)
    assert count(observe.fenced) == before


async def test_a_lane_that_comes_back_in_a_rebalance_need_not_be_claimed_again(book: Book, lanes: Lanes) -> None:
    await lanes.records(1, [(book.era, r) for r in book.append(1, 2)], hint=7)
    rev = book.checkpoints[1].rev

    await lanes.loosened([0, 1])
    hints = await lanes.assigned([0, 1])

    assert hints[1] == 7
    assert book.checkpoints[1].rev == rev


async def test_records_of_a_lane_that_is_not_ours_are_left_alone(book: Book, lanes: Lanes) -> None:
    await lanes.revoked([1])

    await lanes.records(1, [(book.era, r) for r in book.append(1, 2)])

    assert book.applied[1] == []


async def test_due_wake_ups_are_taken_until_none_is_left(reactor: RecordingReactor, lanes: Lanes) -> None:
    reactor.due[1] = 7

    async with running(lanes.turns()):
        await until(lambda: reactor.due[1] == 0, 2)


async def test_a_claim_that_does_not_come_is_made_up_for_by_a_later_look(book: Book, reactor: RecordingReactor) -> None:
    book.down = True
    lanes = Lanes(reactor, SETTINGS)  # type: ignore[arg-type]

    hints = await lanes.assigned([0, 1])
    assert hints == {0: None, 1: None}
    book.down = False
    await asyncio.sleep(0.2)
    await lanes.look()

    assert reactor.owns(0)
    assert reactor.owns(1)


async def test_the_beat_stops_only_when_a_lane_stands_still_for_no_known_reason(
    book: Book, reactor: RecordingReactor, lanes: Lanes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "LONG", 0.05)
    reactor.open.clear()
    async with running(lanes.records(1, [(book.era, r) for r in book.append(1, 2)])):
        await reactor.entered.wait()
        await lanes.look()
        await asyncio.sleep(0.1)

        before = lanes.beat
        await lanes.look()
        assert lanes.beat == before  # it hangs

        reactor.open.set()
        await until(book.done)
        await lanes.look()
        assert lanes.beat == before + 1


class Counting(RecordingReactor):
    """Knows how many lanes are inside `apply` at once."""

    inside = most = 0

    async def apply(self, lane: int, rows: Any, hint: int | None = None) -> None:
        self.inside += 1
        self.most = max(self.most, self.inside)
        try:
            await super().apply(lane, rows, hint)
        finally:
            self.inside -= 1


async def test_a_few_lanes_work_at_once_so_that_no_step_takes_as_long_as_all_together() -> None:
    book = Book(12)
    reactor = Counting(book)
    lanes = Lanes(reactor, SETTINGS)  # type: ignore[arg-type]  # as above
    await lanes.assigned(range(12))
    told = [lanes.records(lane, [(book.era, r) for r in book.append(lane, 3)]) for lane in range(1, 12)]

    async with running(*told):
        await until(book.done)

    assert reactor.most == module.TOGETHER


async def test_a_lane_that_waits_for_its_turn_does_not_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TOGETHER", 1)
    monkeypatch.setattr(pace, "LONG", 0.3)
    book = Book(2)
    reactor = RecordingReactor(book)
    lanes = Lanes(reactor, SETTINGS)  # type: ignore[arg-type]  # as above
    await lanes.assigned([0, 1])
    reactor.open.clear()
    told = [lanes.records(lane, [(book.era, r) for r in book.append(lane, 1)]) for lane in (0, 1)]

    async with running(*told):
        await reactor.entered.wait()
        await lanes.look()
        await asyncio.sleep(0.4)
        reactor.open.set()
        await until(book.done)
        before = lanes.beat
        await lanes.look()

    assert lanes.beat == before + 1
