"""A program that died is started again, a little later each time."""

from __future__ import annotations

import os
from itertools import pairwise

from operate.child import Identity, identity
from operate.keep import BackOff


def test_the_first_pause_is_half_a_second_at_most() -> None:
    assert BackOff().after(0) <= 0.5


def test_pauses_grow_to_five_seconds_and_no_further() -> None:
    back_off = BackOff()
    pauses = [back_off.after(1) for _ in range(10)]

    assert all(earlier <= later for earlier, later in pairwise(pauses))
    assert pauses[-1] == max(pauses) == 5


def test_a_program_that_had_settled_starts_again_at_once() -> None:
    back_off = BackOff()
    for _ in range(5):
        back_off.after(1)

    assert back_off.after(31) == 0.5
    assert back_off.after(1) == 1


def test_a_number_that_another_process_has_got_is_not_taken_for_the_old_one() -> None:
    me = identity(os.getpid())

    assert me is not None
    assert me.process() is not None
    assert Identity(me.pid, me.started - 10).process() is None
