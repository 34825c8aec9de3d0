"""Whatever is raised, explained and closed in whatever order: what nobody has closed has exactly one open alert."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.decide import NotAllowed
from kernel.facts import Conclusion
from services.notifications.families import MATTERS
from tests.unit.notifications.story import ABSENCE, ANNA, NO_SHOW, REVIEW, Story

STEPS = st.lists(
    st.tuples(st.sampled_from(["raise", "withdraw", "change", "look", "close", "reopen"]), st.integers(0, 5)),
    max_size=14,
)
A, B = "0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a05", "0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7b05"
WHAT = [(ABSENCE, A), (ABSENCE, B), (NO_SHOW, A), (REVIEW, "")]


class Play:
    """People and processors who act at random on what they have seen, old screens included."""

    def __init__(self, story: Story) -> None:
        self.story, self.up, self.screens = story, list[Any](), list[Any]()

    def do_raise(self, n: int) -> None:
        what, placement = WHAT[n % len(WHAT)]
        self.up.append(self.story.raised(what, placement or "-", placement_id=placement))

    def do_withdraw(self, n: int) -> None:
        if self.up:
            self.story.withdrawn(self.up.pop(n % len(self.up)))

    def do_change(self, n: int) -> None:
        if self.up:
            self.story.changed(self.up[n % len(self.up)], number=n)

    def do_look(self, _: int) -> None:
        self.screens += self.story.open

    def do_close(self, n: int) -> None:
        if self.screens:
            self._tries("close", self.screens[n % len(self.screens)])

    def do_reopen(self, n: int) -> None:
        if rows := self.story.rows():
            self._tries("reopen", rows[n % len(rows)])

    def _tries(self, what: str, row: Any) -> None:
        more = {"reason": "sorted", "closes": row["raises"]} if what == "close" else {}
        try:
            self.story.does(ANNA, what, {**row, "version": None}, **more)
        except NotAllowed:
            return


def play(story: Story, steps: list[tuple[str, int]]) -> None:
    one = Play(story)
    for step, n in steps:
        getattr(one, f"do_{step}")(n)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_open_alerts_are_exactly_what_nobody_has_closed(steps: list[tuple[str, int]]) -> None:
    story = Story()

    play(story, steps)

    wanted: dict[tuple[str, str], set[str]] = {}
    for raised in story.state.uncovered():
        wanted.setdefault((MATTERS[raised.name].family, raised.placement), set()).add(raised.id)
    shown = [(a["family"], a["why"][0]["facts"]["placement_id"], {r["id"] for r in a["raises"]}) for a in story.open]
    assert sorted((f, p, sorted(ids)) for f, p, ids in shown) == sorted((*k, sorted(v)) for k, v in wanted.items())


@settings(max_examples=30, deadline=None)
@given(STEPS)
def test_a_repeated_reaction_concludes_nothing_more(steps: list[tuple[str, int]]) -> None:
    story = Story()
    play(story, steps)
    before = len(story.facts)

    story.react()

    assert len(story.facts) == before
    assert len({f.id for f in story.facts}) == before
    assert all(isinstance(f.data, Conclusion) or f.data.meta for f in story.facts)
