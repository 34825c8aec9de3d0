"""What falls due in the coming weeks: for a worker, for a team, in a municipality, or for all that one may see."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

import orjson
from starlette.requests import Request
from starlette.responses import Response

from kernel.calendar import day_of
from kernel.views import View
from services.gateway import cursor
from services.gateway.access import Caller
from services.gateway.parts import Parts, Question
from services.gateway.problem import refuse
from services.gateway.reading import answered, limited, plain

DAY, STATE, OPEN = "on_day", "state", ("due", "booked")
WEEKS, MOST_WEEKS = 8, 104
WHOM = ("worker", "team", "municipality")
_REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_MUNICIPALITY = re.compile(r"[0-9]{3}", re.ASCII)


def foretells(view: View) -> bool:
    """Whether the rows of a view are things that fall due on a day, findings not yet begun among them."""
    return bool(view.forecasts) and {DAY, STATE} <= {c.name for c in view.columns}


class Forecast:
    """`GET /v1/forecast?worker=|team=|municipality=&weeks=8`, the soonest first."""

    def __init__(self, parts: Parts, processor: str, view: View, situation: View) -> None:
        """`situation` is the view that tells each person's own worker and municipality."""
        self._parts, self._processor, self._view, self._situation = parts, processor, view, situation

    async def read(self, request: Request) -> Response:
        """Rows of the calendar from today on; each passes the gate like any other."""
        now = await self._parts.clock.now()
        caller = self._parts.access.caller(request, now)
        given = plain(request)
        limit, continued = limited(given.pop("limit", "100")), given.pop("cursor", None)
        today, weeks = day_of(now), _weeks(given.pop("weeks", str(WEEKS)))
        last = today + timedelta(weeks=weeks)
        persons = self._persons(caller, given)
        scope = orjson.dumps(["forecast", caller.org, self._view.version, str(today), weeks, persons]).decode()
        after = cursor.read(self._parts.cursor_key, scope, continued) if continued is not None else None
        question = Question(
            after=after,
            limit=limit,
            among={STATE: OPEN},
            between={DAY: (today.isoformat(), last.isoformat())},
            persons=(self._situation, persons) if persons else None,
            by=(DAY,),
        )
        return await answered(self._parts, request, caller, self._processor, self._view, question, scope)

    def _persons(self, caller: Caller, given: Mapping[str, str]) -> dict[str, Sequence[str]]:
        """Whose persons: workers and teams of the caller's own organisation only."""
        for name, value in given.items():
            form = _MUNICIPALITY if name == "municipality" else _REF
            if name not in WHOM:
                raise refuse(400, "unknown_filter", "a forecast is for a worker, a team or a municipality", "/*")
            if not form.fullmatch(value):
                raise refuse(400, "filter_value", f"this is no {name}", f"/{name}")
        found: dict[str, Sequence[str]] = {}
        if "municipality" in given:
            found["home_municipality"] = [given["municipality"]]
        if "worker" in given or "team" in given:
            people = self._parts.rulebook.organisations.people(caller.org)
            team = [p.ref for p in people if "team" not in given or p.team == given["team"]]
            refs = [r for r in team if r == given.get("worker", r)] if "team" in given else [given["worker"]]
            found |= {"own_worker_org": [caller.org], "own_worker_ref": refs}
        return found


def _weeks(given: str) -> int:
    if not (given.isascii() and given.isdigit() and len(given) <= 3 and 1 <= int(given) <= MOST_WEEKS):
        raise refuse(400, "weeks", f"weeks is a number from 1 to {MOST_WEEKS}", "/weeks")
    return int(given)
