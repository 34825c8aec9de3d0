"""What operations watch: streams with lag in seconds, persons on hold, and what the door refused."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from kernel.pg_errors import translated
from services.console.frame import frame_of, message, render, to_sign_in, visitor_of
from services.console.words import Words

LATE = 30.0
"""Seconds after which a stream counts as late (the freshness objective)."""


async def operations(request: Request) -> Response:
    """The operations page; other roles are told that there is no such page."""
    visitor = visitor_of(request)
    if visitor is None:
        return to_sign_in()
    if not visitor.operator:
        return message(request, "not_found", "not_found_help", 404)
    frame = frame_of(request)
    with translated():
        pool = frame.journal.pool
        streams = await pool.fetch("SELECT * FROM react.streams()")
        holds = await pool.fetch("SELECT * FROM react.hold ORDER BY since, subject LIMIT 200")
        refused = await pool.fetch("SELECT * FROM door.refused ORDER BY last DESC, org, type, pointer, code LIMIT 200")
        now = await pool.fetchval("SELECT clock_timestamp()")
    late = [s for s in streams if s["lag_seconds"] > LATE]
    session = str(request.session.get("lang", ""))
    words = Words(request.query_params.get("lang", session) or "fi", frame.organisations)
    well = not late and not holds
    parts = [f"{words.t('behind')}: {', '.join(s['processor'] for s in late)}"] if late else []
    parts += [f"{words.t('holds')}: {len({h['subject'] for h in holds})}"] if holds else []
    return render(
        request,
        "ops.html",
        page="ops",
        streams=streams,
        holds=holds,
        refused=refused,
        well=well,
        sentence=words.t("all_well") if well else ". ".join(parts),
        as_of=now,
    )
