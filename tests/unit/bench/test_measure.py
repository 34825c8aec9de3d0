"""How a benchmark compares: rounds in alternating order, ratios within a round, bars by the median."""

from xml.etree import ElementTree

import pytest

from bench.measure import Bar, Contender, Result, compare
from bench.plot import plot


async def test_every_other_round_runs_in_the_opposite_order() -> None:
    order: list[str] = []

    def contender(name: str) -> Contender:
        async def run() -> float:
            order.append(name)
            return float(len(order))

        return Contender(name, run)

    result = await compare("x", "facts/s", [contender("a"), contender("b")], 3)

    assert order == ["a", "b", "b", "a", "a", "b"]
    assert result.figures == {"a": [1.0, 4.0, 5.0], "b": [2.0, 3.0, 6.0]}


def test_a_ratio_is_taken_within_each_round() -> None:
    result = Result("x", "facts/s", {"ours": [10.0, 100.0, 30.0], "theirs": [5.0, 100.0, 10.0]})

    assert result.ratio("ours", "theirs") == (1.0, 2.0, 3.0)
    assert result.spread("ours") == (10.0, 30.0, 100.0)


@pytest.mark.parametrize(
    ("bar", "met"),
    [
        (Bar("ours", 30), True),
        (Bar("ours", 31), False),
        (Bar("ours", 2.0, "theirs"), True),
        (Bar("ours", 2.1, "theirs"), False),
        (Bar("ours", 30, most=True), True),
        (Bar("ours", 29, most=True), False),
    ],
)
def test_a_bar_is_met_by_the_median_at_its_limit_and_not_below(bar: Bar, met: bool) -> None:
    result = Result("x", "facts/s", {"ours": [10.0, 100.0, 30.0], "theirs": [5.0, 100.0, 10.0]}, (bar,))

    assert bar.met(result) is met
    (told,) = result.document()["bars"]
    assert (told["bar"], told["met"]) == (str(bar), met)
    low, middle, high = result.ratio("ours", "theirs") if bar.to else result.spread("ours")
    assert (told["min"], told["median"], told["max"]) == (low, middle, high)
    assert any(("met" if met else "MISSED") in line for line in result.table())


def test_a_picture_has_a_bar_for_each_contender() -> None:
    result = Result("append", "facts/s", {"ours & <all>": [10.0], "theirs": [5.0]})

    picture = ElementTree.fromstring(plot([result]))  # noqa: S314  (made a line above)

    assert len([e for e in picture.iter() if e.tag.endswith("rect")]) == 3
