"""What operations watch: is anything late, stopped or held, who is affected, and what the door refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from kernel.calendar import day_of
from kernel.pg_errors import translated
from services.console.frame import frame_of, message, render, to_sign_in, visitor_of, words_of
from services.console.words import Words

LATE = 30.0
"""Seconds after which a stream counts as late (the freshness objective)."""
SHOWN = 200

Rows = Sequence[Mapping[str, Any]]

HEARD = """SELECT org, heard_at, late_from, late_from <= journal.now() AS late FROM view.partner_feeds
            ORDER BY late_from, org LIMIT $1"""
"""Partners by when their silence becomes, or became, too long (R-OPS-1)."""

STOPPED = """SELECT processor FROM react.breaker
              WHERE told > clock_timestamp() - interval '30 seconds' AND (goes_on IS NULL OR goes_on < tripped)"""
"""Processors that stand: their workers say so every few seconds."""


async def operations(request: Request) -> Response:
    """The operations page; other roles are told that there is no such page."""
    visitor = visitor_of(request)
    if visitor is None:
        return to_sign_in()
    if not visitor.operator:
        return message(request, "not_found", "not_found_help", 404)
    with translated():
        pool = frame_of(request).journal.pool
        streams = await pool.fetch("SELECT * FROM react.streams()")
        holds = await pool.fetch("SELECT * FROM react.hold ORDER BY since, subject LIMIT $1", SHOWN)
        persons = await pool.fetchval("SELECT count(DISTINCT subject) FROM react.hold")
        refused = await pool.fetch(
            "SELECT * FROM door.refused ORDER BY last DESC, org, type, pointer, code LIMIT $1", SHOWN
        )
        now = await pool.fetchval("SELECT clock_timestamp()")
        stopped = await pool.fetch(STOPPED)
        partners = await pool.fetch(HEARD, SHOWN)
        today = await pool.fetchval("SELECT coalesce(sum(count), 0) FROM door.refused WHERE day = $1", day_of(now))
    words = words_of(request)
    late = [s for s in streams if s["lag_seconds"] > LATE]
    return render(
        request,
        "ops.html",
        page="ops",
        path=request.url.path,
        streams=streams,
        slowest=max((s["lag_seconds"] for s in streams), default=0.0),
        late_after=LATE,
        stopped={s["processor"] for s in stopped},
        holds=[{**h, "org": h["source"].split(":")[2] if h["source"].count(":") >= 3 else ""} for h in holds],
        persons=persons,
        refused=refused,
        refused_today=today,
        partners=partners,
        well=bool(streams) and not late and not holds and not stopped,
        sentence=told(words, streams, late, holds, persons),
        as_of=now,
    )


def told(words: Words, streams: Rows, late: Rows, holds: Rows, persons: int) -> str:
    """The state of everything in one or two sentences, with what it means for people."""
    if not streams:
        return words.t("no_streams")
    parts = [words.t("all_on_time")]
    if late:
        parts = [
            f"{words.t('behind')}: " + ", ".join(f"{s['processor']} {words.seconds(s['lag_seconds'])}" for s in late)
        ]
    if not holds:
        return f"{parts[0]}. {words.t('nobody_waits')}."
    sources = sorted({words.name_of_org(h["source"].split(":")[2]) for h in holds if h["source"].count(":") >= 3})
    whose = f" ({', '.join(sources)})" if sources else ""
    waiting = words.t("one_waits" if persons == 1 else "many_wait").format(count=persons)
    return f"{parts[0]}. {waiting}{whose}. {words.t('waits_mean')}."
