"""What every rule should have said about everybody, told from the story alone: who is found with what, on which day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

from simulator.expected import (
    absence,
    chains,
    contacts,
    cooperation,
    endings,
    illness,
    limits,
    planning,
    referrals,
    reviews,
    services,
    silence,
    starts,
    workers,
)
from simulator.expected.agreed import Agreed
from simulator.expected.heard import Heard, Standing
from simulator.expected.moments import NOTHING, Moment, Names, moments
from simulator.region import Region
from simulator.setting import Setting
from simulator.statement import Statement
from simulator.story import Story

Family = Callable[[Heard, Agreed, date], Iterator[Standing]]
FAMILIES: Mapping[Family, Sequence[str]] = {
    absence.absences: ("R-ABS-1", "R-ABS-2", "R-ABS-3", "R-ABS-4"),
    illness.illnesses: ("R-ABS-5", "R-ABS-5-LATE", "R-ABS-6"),
    illness.concerns: ("R-ABS-7",),
    silence.silences: ("R-ABS-8",),
    silence.untold_to_kela: ("R-KELA-1",),
    reviews.plan_reviews: ("R-REV-1", "R-REV-1-OVERDUE"),
    endings.period_ends: ("R-END-1",),
    endings.outcomes: ("R-END-2",),
    endings.evidence: ("R-EVID-1",),
    contacts.contacts: ("R-REV-2",),
    limits.week_days: ("R-LIM-1",),
    limits.hours: ("R-LIM-2",),
    limits.year_days: ("R-LIM-3", "R-LIM-3-CAP"),
    limits.increase_days: ("R-BEN-1", "R-BEN-1-CAP"),
    chains.lengths: ("R-LIM-4",),
    chains.chains_long: ("R-LIM-5",),
    starts.starts: ("R-LIM-6",),
    starts.far_away: ("R-LIM-7",),
    referrals.lying: ("R-REF-1",),
    planning.activation_plans: ("R-PLAN-2", "R-PLAN-2-OVERDUE"),
    planning.lists_of_kela: ("R-PLAN-3",),
    planning.multisector_plans: ("R-PLAN-1", "R-PLAN-1-OVERDUE"),
    planning.signed_without: ("R-PLAN-PARTY",),
    planning.unqualified: ("R-PLAN-QUAL",),
    services.not_begun: ("R-PS-1",),
    services.too_seldom: ("R-PS-2",),
    services.not_clarified: ("R-OUT-2",),
    services.in_the_way: ("R-SCH-1",),
    services.coach_wanted: ("R-COACH",),
    services.in_debt: ("R-DEBT-1",),
    workers.nobody: ("R-CW-1",),
    workers.several: ("R-CW-1-CONFLICT",),
    workers.unanswered: ("R-HAND-1",),
    workers.returned: ("R-RETURN-1",),
    cooperation.intents: ("R-INT-1",),
    cooperation.ceased: ("R-ORG-1",),
    cooperation.not_allowed: ("R-PROV",),
}
"""Each part of the model, with the rules that it tells of."""
RULES = frozenset(rule for rules in FAMILIES.values() for rule in rules)
GENERAL = frozenset(
    {"rule_parameters.set", "review_policy.set", "service.suspended", "service.resumed", "closing_days.set"}
    | {"org.deactivated", "site.described"}
)
"""What is said about nobody and matters to somebody."""
PERSONAL = ("rule_parameters.set", "review_policy.set")


def expected(region: Region, story: Story, more: Iterable[Statement] = ()) -> dict[int, dict[date, Names]]:
    """Person → day → what should be found about her then. `more`: what people said while it was played."""
    told: dict[int | None, list[Statement]] = defaultdict(list)
    for said in [*story.statements, *more]:
        told[said.person].append(said)
    general = told.pop(None, [])
    return {p: foretold(region, story.setting, said, general) for p, said in told.items() if p is not None}


def foretold(
    region: Region, setting: Setting, hers: Iterable[Statement], general: Iterable[Statement]
) -> dict[date, Names]:
    """Day → what should be found about one person, of whom and of nobody in particular this was said."""
    return dict(_days(Heard(region), _sound(hers), _sound(g for g in general if g.name in GENERAL), moments(setting)))


def _sound(told: Iterable[Statement]) -> list[Statement]:
    """What was taken, in the order in which it was sent."""
    return sorted((s for s in told if not (s.wrong or s.raw or s.twice)), key=lambda s: s.sent)


def _days(
    heard: Heard, hers: Sequence[Statement], general: Sequence[Statement], when: Iterable[Moment]
) -> Iterator[tuple[date, Names]]:
    """Day by day what was said until then; she is thought of anew when something was."""
    standing: list[Standing] = []
    at, known, before = 0, -1, NOTHING
    for moment in when:
        new = at
        while new < len(hers) and hers[new].sent < moment.day:
            new += 1
        of_all = [s for s in general if s.sent < moment.day]
        if new > at or len(of_all) != known:
            heard.take(hers[at:new])
            at, known = new, len(of_all)
            agreed = Agreed(of_all, [s for name in PERSONAL for s in heard.of(name)])
            standing = [s for family in FAMILIES for s in family(heard, agreed, moment.day)]
        now = frozenset((s.rule, s.key) for s in standing if s.at(moment.at))
        before = before if before == now else now  # one object for all days on which nothing changes
        yield moment.day, before
