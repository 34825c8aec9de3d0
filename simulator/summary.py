"""What came of a play, as one document: what was taken, what was refused and why, how long it took."""

from __future__ import annotations

from collections import Counter
from typing import Any

from simulator.mistakes import in_words
from simulator.planted import TOLD
from simulator.play import Played
from simulator.region import Region
from simulator.report import Hearing, Report, percentile


def document(region: Region, played: Played) -> dict[str, Any]:
    """The document, ready for JSON; durations in milliseconds."""
    setting, report = played.story.setting, played.report
    return {
        "seed": setting.seed,
        "weeks": setting.days // 7,
        "scale": setting.clients,
        "from": setting.start.isoformat(),
        "to": setting.day(setting.days - 1).isoformat(),
        "clients": len(played.refs),
        "localities": len(region.localities),
        "partners": len(report.accepted),
        "facts": _facts(region, report),
        "actions": dict(report.actions.most_common()),
        "planted": {k: {"count": n, "what": TOLD.get(k, "")} for k, n in played.story.planted.counts.items()},
        "feeds": _feeds(report.feeds),
        "timing": _timing(report),
    }


def _facts(region: Region, report: Report) -> dict[str, Any]:
    return {
        "accepted": report.total,
        "sent_again": report.replayed,
        "refused": len(report.refusals),
        "unexpected": len(report.unexpected),
        "let_through": [f"{s.name}: {in_words(s.wrong)}" for s in report.let_through],
        "taken_twice": report.not_replayed,
        "through_kafka": report.on_topic,
        "in_files": report.in_files,
        "on_forms": report.on_forms,
        "by_channel": dict(report.channels.most_common()),
        "by_organisation": [
            {"org": org, "name": region.by_id[org].name, "accepted": n} for org, n in report.accepted.most_common()
        ],
        "by_type": dict(report.types.most_common()),
        "refusals": _refusals(region, report),
    }


def _feeds(heard: Hearing) -> dict[str, Any]:
    """What those who poll have heard; the last five should be nothing."""
    return {
        "readers": heard.readers,
        "requests": heard.requests,
        "seconds": round(heard.seconds, 1),
        "entries": heard.entries,
        "withdrawn": heard.deleted,
        "out_of_order": heard.disordered,
        "doubled": heard.doubled,
        "missed": heard.missed,
        "about_strangers": heard.strangers,
        "withdrawals_unheard": heard.unheard,
    }


def _refusals(region: Region, report: Report) -> list[dict[str, Any]]:
    """Refusals by reason, each with who made that mistake how often; most frequent first."""
    found: dict[tuple[str, str, str], Counter[str]] = {}
    for refusal in report.refusals:
        first = refusal.problems[0] if refusal.problems else None
        pointer, code = (first.pointer, first.code) if first else ("", "")
        found.setdefault((refusal.wrong, pointer, code), Counter())[refusal.org] += 1
    return [
        {
            "mistake": in_words(wrong) if wrong else "not meant to be wrong",
            "pointer": pointer,
            "code": code,
            "count": sum(by.values()),
            "by": [{"org": org, "name": region.by_id[org].name, "count": n} for org, n in by.most_common()],
        }
        for (wrong, pointer, code), by in sorted(found.items(), key=lambda f: -sum(f[1].values()))
    ]


def _timing(report: Report) -> dict[str, Any]:
    def ms(values: list[float], share: float) -> float | None:
        found = percentile(values, share)
        return None if found is None else round(found * 1000, 1)

    return {
        "seconds": round(report.seconds, 1),
        "answer_p50_ms": ms(report.latencies, 0.5),
        "answer_p99_ms": ms(report.latencies, 0.99),
        "visible_p50_ms": ms(report.visible, 0.5),
        "visible_p99_ms": ms(report.visible, 0.99),
        "settled_p50_ms": ms(report.settling, 0.5),
        "settled_most_ms": ms(report.settling, 1.0),
        "tried_again": report.retries,
    }
