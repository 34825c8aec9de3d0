"""The fast class looks for what nobody needs any more as seldom as the services do: many small tests in turn."""

import gc

gc.set_threshold(50_000, 20, 100)
