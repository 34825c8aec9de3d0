"""One address tells the metrics of every process."""

from __future__ import annotations

from operate.exposition import merged

PAGE = """# HELP polku_fenced_total lanes given up
# TYPE polku_fenced_total counter
polku_fenced_total{processor="p"} %d
"""


def test_the_same_metric_of_two_processes_is_told_apart_by_the_process() -> None:
    page = merged({"placements-1": PAGE % 1, "placements-2": PAGE % 2}).decode()

    assert 'polku_fenced_total{process="placements-1",processor="p"} 1.0' in page
    assert 'polku_fenced_total{process="placements-2",processor="p"} 2.0' in page
    assert page.count("# TYPE polku_fenced_total counter") == 1
