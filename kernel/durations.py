"""A histogram that takes many durations at once, so that counting costs little per fact."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import REGISTRY, Collector, CollectorRegistry
from prometheus_client.utils import floatToGoString

Labels = tuple[str, ...]


class Durations(Collector):
    """Seconds by label values. prometheus_client's own histogram takes a lock and a walk for each single value."""

    def __init__(
        self,
        name: str,
        documentation: str,
        labels: Sequence[str],
        bounds: Sequence[float],
        registry: CollectorRegistry | None = REGISTRY,
    ) -> None:
        self._name, self._documentation, self._labels = name, documentation, list(labels)
        self._bounds = [float(b) for b in bounds]
        self._found: dict[Labels, tuple[list[int], list[float]]] = {}
        if registry is not None:
            registry.register(self)

    def add(self, names: Iterable[Labels], seconds: Mapping[float, int]) -> None:
        """Count the same durations, each so many times, under each of the names."""
        if not seconds:
            return
        bounds = self._bounds
        places: Counter[int] = Counter()
        for value, times in seconds.items():
            places[bisect_left(bounds, value)] += times
        total = sum(value * times for value, times in seconds.items())
        for name in names:
            counts, sums = self._found.setdefault(name, ([0] * (len(bounds) + 1), [0.0]))
            for place, count in places.items():
                counts[place] += count
            sums[0] += total

    def count(self, *name: str) -> int:
        """How many durations were counted under a name."""
        found = self._found.get(name)
        return sum(found[0]) if found else 0

    def describe(self) -> Iterable[HistogramMetricFamily]:
        """The name alone, so that nobody else takes it."""
        yield HistogramMetricFamily(self._name, self._documentation, labels=self._labels)

    def collect(self) -> Iterable[HistogramMetricFamily]:
        """What was counted, in Prometheus's cumulative buckets."""
        family = HistogramMetricFamily(self._name, self._documentation, labels=self._labels)
        bounds = [*map(floatToGoString, self._bounds), "+Inf"]
        for name, (counts, sums) in list(self._found.items()):
            buckets = list(zip(bounds, map(float, accumulate(counts)), strict=True))
            family.add_metric(list(name), buckets=buckets, sum_value=sums[0])
        yield family
