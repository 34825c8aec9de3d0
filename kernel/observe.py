"""What can be seen from outside: one JSON line per happening without personal data, and the metrics."""

from __future__ import annotations

import logging
import logging.config
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

import structlog
from prometheus_client import Counter, Gauge, Histogram, start_http_server

from kernel.durations import Durations
from kernel.settings import Settings

FIELDS = frozenset(
    {
        *("event", "level", "timestamp", "logger", "role", "instance", "processor", "lane", "lanes", "seq", "head"),
        *("era", "rev", "type", "code", "pointer", "status", "count", "seconds", "reason", "error", "path", "method"),
        *("org", "topic", "partition", "offset", "trace", "port", "address", "version", "view", "rule", "channel"),
        *("generation", "attempt", "pid", "state", "exception", "stack", "position", "refused", "accepted", "kind"),
        *("instant", "signal"),
    }
)
"""Fields that may be logged: an unknown one is dropped, so that personal data cannot slip into a log."""

KNOWN_LIBRARIES = ("aiokafka", "faust", "mode", "uvicorn.error")
MOST_PLACES = 100

LATENCY = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3600, 14400, 86400)
DELAY = (*LATENCY, 172800, 345600, 604800, 1209600, 2592000)

received = Counter(
    "polku_events_received", "accepted at the door or the intake", ["topic", "partner", "event_type", "schema_version"]
)
processed = Counter("polku_events_processed", "facts by outcome", ["processor", "topic", "partner", "outcome"])
invalid = Counter(
    "polku_event_validation_failures",
    "errors by field and rule",
    ["partner", "event_type", "schema_version", "rule", "field"],
)
future_dated = Counter("polku_events_future_dated", "events refused as ahead of the clock", ["partner"])
publish_delay = Durations("polku_event_publish_delay_seconds", "occurred to received", ["partner", "event_type"], DELAY)
pipeline = Durations("polku_event_pipeline_latency_seconds", "received to committed", ["projection"], LATENCY)
alert_latency = Durations("polku_alert_latency_seconds", "received to concluded", ["kind"], LATENCY)
lag_records = Gauge("polku_consumer_lag_records", "facts not yet applied", ["group", "topic", "partition"])
lag_seconds = Gauge(
    "polku_consumer_lag_seconds", "age of the oldest fact not yet applied", ["group", "topic", "partition"]
)
projection_lag = Gauge(
    "polku_projection_lag_seconds", "age of the oldest fact that a view does not show", ["projection", "slot"]
)
held_clients = Gauge("polku_quarantine_held_clients", "persons on hold", ["partner"])
held_since = Gauge(
    "polku_quarantine_oldest_event_timestamp_seconds", "since when somebody is on hold; absent: nobody is", ["partner"]
)
partner_heard = Gauge(
    "polku_partner_last_event_timestamp_seconds", "when a partner's newest fact came", ["partner", "event_type"]
)
partner_silence = Gauge(
    "polku_partner_silence_threshold_seconds", "how long a partner may be silent: R-OPS-1, nights left in", ["partner"]
)
verified = Counter("polku_verify_persons", "persons compared with what their facts say", ["processor"])
verify_differences = Counter("polku_verify_differences", "what a comparison found wrong", ["processor", "kind"])
verify_round = Gauge(
    "polku_verify_last_round_timestamp_seconds", "when everybody in a worker's lanes had been compared", ["processor"]
)
sweep_left = Gauge("polku_sweep_persons_left", "persons to be looked at anew since rules changed", ["processor"])
alerts_raised = Counter("polku_alerts_raised", "findings concluded", ["kind"])
deliveries = Counter("polku_notification_deliveries", "messages by outcome", ["channel", "outcome"])
disclosures = Counter("polku_disclosure_decisions", "records shown, masked or refused", ["projection", "decision"])
last_success = Gauge("polku_scheduler_last_success_timestamp_seconds", "when a job last did its work", ["job_name"])
business_hours = Gauge("polku_business_hours", "1 on working days from 8 to 16 in Finland", [])
fenced = Counter("polku_fenced", "lanes given up because another owner had taken them", ["processor"])
gaps = Counter("polku_gap_healed", "gaps in a carrier that were read from the journal", ["processor"])
tails = Counter("polku_tail_healed", "lost ends of a lane that were read from the journal", ["processor"])
dropped = Counter("polku_duplicates_dropped", "records that had been applied before", ["processor"])
stopped = Gauge("polku_processor_stopped", "1 while too many persons at once could not be applied", ["processor"])
relayed = Counter("polku_relayed_facts", "facts sent to Kafka", [])
requests = Histogram(
    "http_server_request_duration_seconds",
    "requests",
    ["http_route", "http_request_method", "http_response_status_code", "partner"],
)


def _only_known(_: Any, __: str, entry: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in entry.items() if k in FIELDS or k.startswith("_")}


def _without_words(_: Any, __: str, entry: dict[str, Any]) -> dict[str, Any]:
    """A stack trace by places and types: the message of an exception may repeat what was sent.

    For the same reason what a library says is kept only where it is known to speak of connections and offsets.
    """
    record = entry.get("_record")
    raised = entry.pop("exc_info", None)
    if record is not None and not entry.get("_from_structlog", True):
        raised = raised or record.exc_info
        if not record.name.startswith(KNOWN_LIBRARIES):
            entry["event"] = "message_withheld"
    if raised is True:
        raised = sys.exc_info()
    if isinstance(raised, BaseException):
        raised = (type(raised), raised, raised.__traceback__)
    if raised and raised[1] is not None:
        entry["exception"] = _places(raised[1])
    return entry


def _places(error: BaseException) -> list[str]:
    lines: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(lines) < MOST_PLACES:
        lines.append(type(seen).__name__)
        frames = traceback.extract_tb(seen.__traceback__)
        lines += [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames]
        seen = seen.__cause__ or seen.__context__
    return lines[:MOST_PLACES]


def processors(settings: Settings) -> list[Any]:
    """The steps of every log line, whoever wrote it."""
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _name_role(settings),
        _without_words,
        _only_known,
    ]


def _name_role(settings: Settings) -> Any:
    def add(_: Any, __: str, entry: dict[str, Any]) -> dict[str, Any]:
        return {**entry, "role": settings.role, "instance": settings.instance}

    return add


def logging_config(settings: Settings) -> dict[str, Any]:
    """One configuration for the standard library, Faust and structlog: JSON lines on stderr."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": processors(settings),
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(),
                ],
            }
        },
        "handlers": {"default": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "json"}},
        "root": {"handlers": ["default"], "level": settings.log_level.upper()},
        "loggers": {"aiokafka": {"level": "ERROR"}, "faust": {"level": "WARNING"}, "mode": {"level": "WARNING"}},
    }


def start(settings: Settings) -> None:
    """Configure logging and open the private metrics port, if there is one."""
    logging.config.dictConfig(logging_config(settings))
    structlog.configure(
        processors=[*processors(settings), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda found: _uncaught(found.exc_type, found.exc_value, found.exc_traceback)
    if settings.port_metrics:
        start_http_server(settings.port_metrics, addr=settings.host)


def _uncaught(_: type[BaseException], error: BaseException | None, __: Any) -> None:
    """The last words of a process are a line of JSON too."""
    structlog.get_logger("process").critical("process_failed", error=type(error).__name__, exc_info=error)
