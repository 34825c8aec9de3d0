"""The same notice about the same days went out twice (D14)."""

from __future__ import annotations

from collections.abc import Iterator

from kernel.calendar import day_of
from kernel.rules import Finding, Params, Resolved, Rule
from services.referrals.pieces import Piece, pairs
from services.referrals.state import State
from services.referrals.suspect import COMMON, NAME, Double, Kind, findings

KIND = Kind("D14", "medium")


class NoticeParams(Params):
    """No numbers: form, place and period say what the same notice is."""


def find(state: State, params: Resolved[NoticeParams]) -> Iterator[Finding]:
    """Notices of one form about one period, by two organisations or twice by one that never took it back.

    What one system states again under the same id is stored once and never seen here.
    """
    yield from findings(KIND, _doubles(state, params), state, params)


def _doubles(state: State, params: Resolved[NoticeParams]) -> Iterator[Double]:
    for pair in pairs(_pieces(state)):
        earlier, later = pair
        if earlier.source.topic != later.source.topic:
            continue
        name, form, _, first, last = earlier.source.topic.split(":")
        told = {"notice": name, "form": form, "period_from": first, "period_to": last}
        technical = earlier.org == later.org
        yield Double(pair, later.opened, None, params.on(day_of(later.opened)), {**told, "technical": technical})


def _pieces(state: State) -> Iterator[Piece]:
    for work in state.other.notices:
        if work.opened is not None:
            yield Piece(work.id, work.org, work.org_type, work.opened, None, "sent", source=work)


rule = Rule(
    id="D14",
    version=1,
    name=NAME,
    params=NoticeParams(),
    find=find,
    listens=COMMON | {"kela_absence_notice.sent", "interruption_risk.notified"},
    family="duplicate",
)
