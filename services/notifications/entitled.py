"""Who hears of work done twice besides the responsible: each of the two that may know of the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from schemas.codes import EMPLOYMENT, SOCIAL
from services.notifications.around import INSTRUCTOR, LEAD, OFFICER, addressee
from services.notifications.responsible import Told
from services.notifications.state import Raise


def parties(raises: Sequence[Raise], told: Told) -> Iterator[dict[str, str]]:
    """Copies to the employment authority's and social work's people of the pair, where a finding says that they may be
    told and nobody of theirs is yet. Others that may know read the pair itself; who may not know hears nothing.
    """
    heard = {told.to["org"], *(c["org"] for c in told.copies)}
    for raised in (r for r in raises if r.facts.get("told")):
        social = LEAD if raised.matter.to == ("lead",) else INSTRUCTOR
        kinds: Mapping[str, str] = {str(i["org"]): str(i.get("org_type", "")) for i in raised.facts.get("items", ())}
        for entitled in raised.facts["told"]:
            org = str(entitled["org"])
            role = OFFICER if kinds.get(org) in EMPLOYMENT else social if kinds.get(org) in SOCIAL else ""
            if role and org not in heard:
                heard.add(org)
                yield addressee(org, "copy", role)
