"""Nothing comes from a partner for twice as long as agreed: what we show is old, and nobody is absent (R-OPS-1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from pydantic import Field

from kernel.calendar import day_of, midnight
from kernel.rules import Finding, Params, Resolved, Rule
from schemas.partners.heard_v1 import PartnerHeard
from services.referrals.coverage import deactivated
from services.referrals.feed import office_time_after
from services.referrals.state import State

RETURNED = "returned"


class FeedParams(Params):
    """How often a partner is expected to be heard, by the way in which it is connected: minutes of office hours for
    authorities (A) and vendors' systems (B), days for files (C). It is late after so many `times` that.
    """

    a_minutes: int = Field(default=60, ge=1, le=100_000)
    b_minutes: int = Field(default=240, ge=1, le=100_000)
    c_days: int = Field(default=16, ge=1, le=366)
    times: int = Field(default=2, ge=1, le=100)


def find(state: State, params: Resolved[FeedParams]) -> Iterator[Finding]:
    """From when on the feed is late, and since when it is back after it was; nobody waits for one who has left."""
    heard = [h for h in state.feed.heard if h.profile != "D"]
    if not heard:
        return
    last = heard[-1]
    chosen = params.on(day_of(last.heard_at), organiser=last.org)
    late, gone = _late(last, params), deactivated(params).get(last.org)
    left = midnight(gone) if gone else None
    if left is None or late < left:
        yield Finding("feed", late, left, _facts(last), chosen)
    back = [(b, a) for b, a in pairwise(heard) if _late(b, params) <= a.heard_at]
    if back:
        before, after = back[-1]
        facts = {**_facts(after), "silent_from": before.heard_at.isoformat()}
        key = f"{after.heard_at.isoformat()}:{RETURNED}"
        yield Finding(key, after.heard_at, None, facts, params.on(day_of(before.heard_at), organiser=before.org))


def _late(heard: PartnerHeard, params: Resolved[FeedParams]) -> datetime:
    chosen = params.on(day_of(heard.heard_at), organiser=heard.org)
    if heard.profile == "C":
        return heard.heard_at + timedelta(days=chosen.c_days * chosen.times)
    minutes = chosen.a_minutes if heard.profile == "A" else chosen.b_minutes
    return office_time_after(heard.heard_at, minutes * chosen.times)


def _facts(heard: PartnerHeard) -> dict[str, str]:
    told = {"org": heard.org, "source": heard.source, "profile": heard.profile}
    return {**told, "heard_at": heard.heard_at.isoformat()}


rule = Rule(
    id="R-OPS-1",
    version=2,
    name="partner.feed_late",
    steps={RETURNED: "partner.feed_resumed"},
    params=FeedParams(),
    find=find,
    listens=frozenset({PartnerHeard.meta.name, "org.deactivated"}),
    family="feed",
)
