"""Which service what was found is about: it decides who may read of it, since a service can tell of her health."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from schemas.codes import EMPLOYMENT, KELA, SITES, SOCIAL, TEAMS

WORK_ACTIVITY = "rehab_work_activity"
OF_PLACES = frozenset({"D10", "D18"})
"""Rules about places and the days there."""
OF_ACTIVITY = SOCIAL | EMPLOYMENT | TEAMS | KELA | SITES
"""Organisations whose name tells of no other service."""


def about(rule: str, facts: Mapping[str, Any]) -> str | None:
    """The service; work activity, too, where nobody but parties to it and its sites has to do; None: not known."""
    service: str | None = facts.get("service_type")
    items = facts.get("items") or ()
    known = rule in OF_PLACES or all(not i["org"] or i.get("org_type") in OF_ACTIVITY for i in items)
    return service or (WORK_ACTIVITY if known else None)


def about_of(why: Iterable[Mapping[str, Any]]) -> str | None:
    """The one service that several findings (`rule`, `facts`) are about; None: not known, or more than one."""
    services = {about(w["rule"], w["facts"]) for w in why}
    return services.pop() if len(services) == 1 else None
