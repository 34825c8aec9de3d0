"""What can be seen from outside: one JSON line per happening without personal data, and the metrics."""

from __future__ import annotations

import logging
import logging.config
import sys
from typing import Any

import structlog
from prometheus_client import Counter, Gauge, Histogram, start_http_server

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

LATENCY = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3600, 14400, 86400)
DELAY = (*LATENCY, 172800, 345600, 604800, 1209600, 2592000)

received = Counter(
    "polku_events_received", "accepted at the door", ["topic", "partner", "event_type", "schema_version"]
)
processed = Counter("polku_events_processed", "facts by outcome", ["processor", "topic", "partner", "outcome"])
invalid = Counter(
    "polku_event_validation_failures",
    "errors by field and rule",
    ["partner", "event_type", "schema_version", "rule", "field"],
)
publish_delay = Histogram(
    "polku_event_publish_delay_seconds", "occurred to received", ["partner", "event_type"], buckets=DELAY
)
pipeline = Histogram("polku_event_pipeline_latency_seconds", "received to committed", ["projection"], buckets=LATENCY)
alert_latency = Histogram("polku_alert_latency_seconds", "received to alert concluded", ["kind"], buckets=LATENCY)
lag_records = Gauge("polku_consumer_lag_records", "facts not yet applied", ["group", "topic", "partition"])
lag_seconds = Gauge("polku_consumer_lag_seconds", "age of the oldest fact not yet applied", ["group", "topic"])
held_clients = Gauge("polku_quarantine_held_clients", "persons on hold", ["partner"])
alerts_raised = Counter("polku_alerts_raised", "alerts concluded", ["kind"])
deliveries = Counter("polku_notification_deliveries", "messages by outcome", ["channel", "outcome"])
disclosures = Counter("polku_disclosure_decisions", "records shown, masked or refused", ["projection", "decision"])
fenced = Counter("polku_fenced", "lanes given up because another owner had taken them", ["processor"])
gaps = Counter("polku_gap_healed", "gaps in a carrier that were read from the journal", ["processor"])
tails = Counter("polku_tail_healed", "lost ends of a lane that were read from the journal", ["processor"])
dropped = Counter("polku_duplicates_dropped", "records that had been applied before", ["processor"])
relayed = Counter("polku_relayed_facts", "facts sent to Kafka", [])
requests = Histogram(
    "http_server_request_duration_seconds",
    "requests",
    ["http_route", "http_request_method", "http_response_status_code"],
)


def _only_known(_: Any, __: str, entry: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in entry.items() if k in FIELDS or k.startswith("_")}


def processors(settings: Settings) -> list[Any]:
    """The steps of every log line, whoever wrote it."""
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _name_role(settings),
        structlog.processors.format_exc_info,
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
    if settings.port_metrics:
        start_http_server(settings.port_metrics, addr=settings.host)
