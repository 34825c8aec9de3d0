"""What is said in a play lies packed by the day, and comes out as it went in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from simulator.book import Book
from simulator.sending import MANY, by_way
from simulator.statement import ALONE, IN_BATCH, Statement

DAY = date(2026, 3, 2)


def said(number: int, *, day: int = 0, org: str = "9000003-8", wave: int = 1, way: str = ALONE) -> Statement:
    when = datetime(2026, 3, 2, 9, number % 60, tzinfo=UTC) + timedelta(days=day)
    return Statement(
        org=org,
        source=f"urn:polku:{org}:system",
        name="contact.logged",
        person=number,
        id=f"{day}-{number}",
        time=when,
        sent=DAY + timedelta(days=day),
        data={"mode": "phone", "on": when.date().isoformat()},
        way=way,
        wave=wave,
    )


def test_a_book_gives_back_what_was_put_in_day_by_day_in_the_order_of_sending() -> None:
    told = [said(3, day=1), said(2), said(9, wave=0), said(1)]
    book = Book(told)

    assert list(book) == [told[2], told[3], told[1], told[0]]
    assert len(book) == 4
    assert book.on(DAY) == [told[2], told[3], told[1]]
    assert book.waves(DAY) == [[told[2]], [told[3], told[1]]]
    assert book.on(DAY + timedelta(days=7)) == []


def test_two_books_are_the_same_when_they_say_the_same() -> None:
    told = [said(n) for n in range(5)]

    assert Book(told) == Book(reversed(told))
    assert Book(told) != Book([*told[1:], replace(told[0], data={})])
    assert told[0] in Book(told)
    assert replace(told[0], data={}) not in Book(told)


def test_whoever_has_much_to_say_at_once_says_it_together_and_the_others_one_by_one() -> None:
    much = [said(n) for n in range(MANY + 1)]
    little = [said(n, org="9000006-2") for n in range(MANY)]
    file = [said(99, org="9000011-8", way=IN_BATCH)]
    broken = [replace(said(77), raw=b"{")]

    way = by_way([*much, *little, *file, *broken], topics=False)

    assert way[IN_BATCH] == [*much, *file]
    assert way[ALONE] == [*little, *broken]
