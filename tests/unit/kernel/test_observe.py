"""What may leave a process: known fields, places of errors without their words, and durations counted in bulk."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from prometheus_client import CollectorRegistry, Histogram, generate_latest

from kernel.durations import Durations
from kernel.observe import FIELDS, MOST_PLACES, logging_config, processors
from kernel.settings import Settings
from operate.gauges import in_office

CANARY = "Aurora Canaria 010594Y9032"
NOWHERE = Path("nowhere")
SETTINGS = Settings(database="nowhere/polku", secrets=NOWHERE, kms=NOWHERE, issuer=NOWHERE, role="gateway")


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """Everything that the configured logging writes."""
    stream = io.StringIO()
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    config = logging_config(SETTINGS)
    config["handlers"]["default"]["stream"] = stream
    logging.config.dictConfig(config)
    structlog.configure(
        processors=[*processors(SETTINGS), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    yield stream
    structlog.reset_defaults()
    root.handlers[:], root.level = before


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def fail() -> None:
    try:
        raise KeyError(CANARY)
    except KeyError as error:
        raise ValueError(f"{CANARY} is wrong") from error


def test_a_field_that_is_not_known_is_not_written(out: io.StringIO) -> None:
    structlog.get_logger("x").info("happened", lane=3, name=CANARY)

    (line,) = lines(out)
    assert (line["event"], line["lane"], line["role"]) == ("happened", 3, "gateway")
    assert set(line) <= FIELDS


@pytest.mark.parametrize("how", ["structlog", "library", "unknown library"])
def test_a_stack_trace_names_places_and_types_but_never_the_words(out: io.StringIO, how: str) -> None:
    try:
        fail()
    except ValueError as error:
        if how == "structlog":
            structlog.get_logger("x").error("failed", exc_info=error)
        else:
            logging.getLogger("aiokafka" if how == "library" else "other").exception("failed")

    (line,) = lines(out)
    assert "Canaria" not in out.getvalue()
    assert line["exception"][0] == "ValueError"
    assert "KeyError" in line["exception"]
    assert any(place.startswith("test_observe.py:") and place.endswith(" fail") for place in line["exception"])


def test_what_a_strange_library_says_is_withheld_but_that_it_spoke_is_not(out: io.StringIO) -> None:
    logging.getLogger("asyncio").error("Task exception was never retrieved: %s", CANARY)
    logging.getLogger("aiokafka.consumer").error("Topic %s not found", "polku.journal.v1")

    strange, known = lines(out)
    assert (strange["event"], strange["logger"], strange["level"]) == ("message_withheld", "asyncio", "error")
    assert known["event"] == "Topic polku.journal.v1 not found"


def test_a_long_chain_of_causes_is_cut(out: io.StringIO) -> None:
    error = ValueError()
    for _ in range(300):
        above = ValueError()
        above.__cause__, error = error, above
    structlog.get_logger("x").error("failed", exc_info=error)

    assert len(lines(out)[0]["exception"]) == MOST_PLACES


def test_durations_counted_in_bulk_are_shown_as_a_histogram_that_counts_one_by_one() -> None:
    bounds, values = (0.1, 1, 10), [0.05, 0.1, 0.5, 3, 3, 99]
    bulk, single = CollectorRegistry(), CollectorRegistry()
    Durations("t_seconds", "times", ["view"], bounds, bulk).add([("a",), ("b",)], Counter(values))
    usual = Histogram("t_seconds", "times", ["view"], buckets=bounds, registry=single)
    for name in ("a", "b"):
        for value in values:
            usual.labels(name).observe(value)

    def samples(registry: CollectorRegistry) -> list[str]:
        return [x for x in generate_latest(registry).decode().splitlines() if "_created" not in x]

    assert samples(bulk) == samples(single)


def test_no_durations_leave_no_trace() -> None:
    durations = Durations("t_seconds", "times", ["view"], (1,), None)
    durations.add([("a",)], {})

    assert durations.count("a") == 0


@pytest.mark.parametrize(
    ("instant", "open_"),
    [
        (datetime(2026, 3, 2, 6, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 2, 5, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 2, 14, 0, tzinfo=UTC), False),
        (datetime(2026, 12, 24, 10, 0, tzinfo=UTC), False),
        (datetime(2026, 3, 7, 10, 0, tzinfo=UTC), False),
    ],
)
def test_the_office_is_open_on_working_days_from_8_to_16_in_helsinki(instant: datetime, open_: bool) -> None:
    assert in_office(instant) is open_
