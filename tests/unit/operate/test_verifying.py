"""What several processes find is told as if one had found it."""

from __future__ import annotations

from kernel.verify import NAMED
from operate.verifying import Verified, merged


def test_numbers_are_added_and_lists_joined_and_only_the_first_differences_are_named() -> None:
    one = Verified(facts=3, persons=2, compared=6, erased=["a"])
    other = Verified(facts=4, lost=1, pending=1, persons=1, compared=3, erased=["b"])
    for report in (one, other):
        for number in range(NAMED):
            report.differs(client_ref=str(number))
    whole = merged([one, other])

    assert (whole.facts, whole.persons, whole.lost, whole.pending, whole.erased) == (7, 3, 1, 1, ["a", "b"])
    assert whole.compared == 9
    assert (whole.differing, len(whole.differences), whole.right) == (2 * NAMED, NAMED, False)
