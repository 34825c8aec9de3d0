"""What several processes find is told as if one had found it."""

from __future__ import annotations

from kernel.verify import NAMED, Report
from operate.verifying import merged


def test_numbers_are_added_and_lists_joined_and_only_the_first_differences_are_named() -> None:
    one, other = Report(facts=3, persons=2, erased=["a"]), Report(facts=4, lost=1, pending=1, erased=["b"])
    for report in (one, other):
        for number in range(NAMED):
            report.differs(client_ref=str(number))
    whole = merged([one, other])

    assert (whole.facts, whole.persons, whole.lost, whole.pending, whole.erased) == (7, 2, 1, 1, ["a", "b"])
    assert (whole.differing, len(whole.differences), whole.right) == (2 * NAMED, NAMED, False)
