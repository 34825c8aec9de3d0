"""How processes that keep much for long look for what nobody needs any more: seldom."""

import gc


def collect_seldom() -> None:
    """What was made by now stays. To look through it, and through thousands of persons, was a quarter of all work."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
