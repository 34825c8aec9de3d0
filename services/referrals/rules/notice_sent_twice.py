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
    for topic, sent in _by_topic(state).items():
        name, form, _, first, last = topic.split(":")
        told = {"notice": name, "form": form, "period_from": first, "period_to": last}
        for pair in pairs(sent):
            technical = pair[0].org == pair[1].org
            yield Double(
                pair, pair[1].opened, None, params.on(day_of(pair[1].opened)), {**told, "technical": technical}
            )


def _by_topic(state: State) -> dict[str, list[Piece]]:
    """A year of fortnights has many notices, of which few are alike."""
    found: dict[str, list[Piece]] = {}
    for work in state.other.notices:
        if work.opened is not None:
            piece = Piece(work.id, work.org, work.org_type, work.opened, None, "sent", source=work)
            found.setdefault(work.topic, []).append(piece)
    return found


rule = Rule(
    id="D14",
    version=1,
    name=NAME,
    params=NoticeParams(),
    find=find,
    listens=COMMON | {"kela_absence_notice.sent", "interruption_risk.notified"},
    family="duplicate",
)
