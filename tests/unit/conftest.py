"""The fast class looks for what nobody needs any more as seldom as the services do: many small tests in turn."""

import gc

gc.set_threshold(50_000, 20, 100)


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end."""
    gc.freeze()
