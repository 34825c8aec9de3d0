"""People confirm, dismiss and resolve what is suspected of being done twice, and the view shows it."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from kernel.decide import Actor, NotAllowed, NotThere
from kernel.facts import Conclusion, Event, Fact
from kernel.views import Rows
from services.referrals.decisions import confirm_duplicate, dismiss_duplicate, resolve_duplicate
from services.referrals.suspicions import Suspicions, fold
from services.referrals.views.duplicates import view
from tests.unit.given import SUBJECT
from tests.unit.referrals.story import ONE, PAIR, TWO

NOW = datetime(2026, 3, 4, 8, tzinfo=UTC)
RAISE = "aaaaaaaa-0000-4000-8000-000000000001"
AALTO = Actor(org="9000003-8", user="so-aalto", roles=frozenset({"social_instructor"}))
ITEMS = [{"id": str(ONE), "org": "9000004-6"}, {"id": str(TWO), "org": "9000019-3"}]


class Pair:
    """What was concluded and done about one pair, in order."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self._conclude("duplicate_work.detected", id_=RAISE)

    def _conclude(self, kind: str, id_: str = "", **more: object) -> None:
        said = Conclusion(
            rule="D01", rule_version=1, key=PAIR, m=1, since=NOW, facts={"items": ITEMS, "kind": "D01"}, **more
        )
        self._add(said, f"fi.polku.{kind}.v1", id_ or f"c{len(self.facts)}")

    def _add(self, data: object, type_: str, id_: str) -> None:
        n = len(self.facts) + 1
        self.facts.append(
            Fact(1, n, SUBJECT, "urn:polku:9000001-1:door", id_, type_, NOW, NOW, data, own=True, chain=n)
        )

    def withdrawn(self) -> "Pair":
        self._conclude("finding.withdrawn", raised=RAISE, reason="resolved")
        return self

    def state(self) -> Suspicions:
        state = fold.initial()
        for fact in self.facts:
            fold.evolve(state, fact)
        return state

    def done(self, *events: Event) -> "Pair":
        for event in events:
            self._add(event, event.meta.type, f"d{len(self.facts)}")
        return self

    def confirm(self) -> "Pair":
        command = confirm_duplicate.Confirm(duplicate_id=RAISE)
        return self.done(*confirm_duplicate.decide(self.state(), command, AALTO, NOW))

    def dismiss(self) -> "Pair":
        command = dismiss_duplicate.Dismiss(duplicate_id=RAISE, reason="joint_work")
        return self.done(*dismiss_duplicate.decide(self.state(), command, AALTO, NOW))

    def resolve(self, kept: UUID = ONE) -> "Pair":
        command = resolve_duplicate.Resolve(duplicate_id=RAISE, kept_item=kept, action="withdrawn")
        return self.done(*resolve_duplicate.decide(self.state(), command, AALTO, NOW))

    def shown(self) -> str:
        rows = Rows(view.key)
        for fact in self.facts:
            for handler in view.handlers[fact.name]:
                handler(rows, fact)
        (row,) = rows
        assert (row["orgs"], row["pair"]) == (["9000004-6", "9000019-3"], PAIR)
        return str(row["state"])


def test_suspected_confirmed_resolved() -> None:
    pair = Pair()
    assert pair.shown() == "suspected"
    assert pair.confirm().shown() == "confirmed"
    assert pair.resolve().shown() == "resolved"


def test_suspected_dismissed() -> None:
    assert Pair().dismiss().shown() == "dismissed"


def test_doing_it_twice_changes_nothing() -> None:
    assert len(Pair().confirm().confirm().facts) == 2
    assert len(Pair().dismiss().dismiss().facts) == 2
    assert len(Pair().confirm().resolve().resolve().facts) == 3


def test_what_the_kernel_withdraws_after_people_settled_it_stays_settled() -> None:
    assert Pair().dismiss().withdrawn().shown() == "dismissed"
    assert Pair().confirm().resolve().withdrawn().shown() == "resolved"


def test_a_decision_counts_whichever_is_read_first_it_or_the_withdrawal_that_it_brought_about() -> None:
    settled = Pair().dismiss().withdrawn()
    resolved = Pair().confirm().resolve().withdrawn()

    settled.facts[-2:] = reversed(settled.facts[-2:])
    resolved.facts[-2:] = reversed(resolved.facts[-2:])

    assert (settled.shown(), settled.state().named(RAISE).state) == ("dismissed", "dismissed")
    assert (resolved.shown(), resolved.state().named(RAISE).state) == ("resolved", "resolved")


def test_what_loses_its_cause_is_withdrawn_and_cannot_be_acted_on() -> None:
    pair = Pair().confirm().withdrawn()

    assert pair.shown() == "withdrawn"
    with pytest.raises(NotAllowed, match="withdrawn"):
        pair.resolve()


def test_only_what_was_confirmed_is_resolved() -> None:
    with pytest.raises(NotAllowed, match="suspected"):
        Pair().resolve()


def test_what_was_dismissed_is_not_confirmed() -> None:
    with pytest.raises(NotAllowed, match="dismissed"):
        Pair().dismiss().confirm()


def test_the_work_that_goes_on_is_one_of_the_two() -> None:
    with pytest.raises(NotAllowed, match="not_of_this_pair"):
        Pair().confirm().resolve(UUID(int=9))


def test_an_unknown_suspicion_is_not_there() -> None:
    with pytest.raises(NotThere):
        confirm_duplicate.decide(Suspicions(), confirm_duplicate.Confirm(duplicate_id="x"), AALTO, NOW)
