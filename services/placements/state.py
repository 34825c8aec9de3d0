"""What the rules need to know of one person: her placements day by day, her plans, and the reviews around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from kernel.calendar import day_of
from kernel.facts import Event, Fact
from kernel.rules import Fold
from schemas.absence.concern_raised_v1 import AbsenceConcernRaised
from schemas.assessments.held_v1 import AssessmentHeld
from schemas.attendance.day import AttendanceDay
from schemas.attendance.day_corrected_v1 import AttendanceDayCorrected
from schemas.attendance.day_recorded_v1 import AttendanceDayRecorded
from schemas.clients.informed_of_benefits_v1 import ClientInformedOfBenefits
from schemas.codes import PROVIDERS, SOCIAL
from schemas.duplicates.dismissed_v1 import DuplicateWorkDismissed
from schemas.duplicates.resolved_v1 import DuplicateWorkResolved
from schemas.placements.agreed_v1 import PlacementAgreed
from schemas.placements.agreed_v2 import PlacementAgreed as NewestAgreed
from schemas.placements.ended_v1 import PlacementEnded
from schemas.placements.extended_v1 import PlacementExtended
from schemas.placements.insurance_confirmed_v1 import PlacementInsuranceConfirmed
from schemas.placements.resumed_v1 import PlacementResumed
from schemas.placements.shop_steward_informed_v1 import PlacementShopStewardInformed
from schemas.placements.started_v1 import PlacementStarted
from schemas.placements.suspended_v1 import PlacementSuspended
from schemas.placements.terms_changed_v1 import PlacementTermsChanged
from services.placements.background import BACKGROUND_FACTS, Background, Outcome, learn_background
from services.placements.beside import BESIDE_FACTS, Beside, learn_beside
from services.placements.contested import differing
from services.placements.looked import Looked
from services.placements.placement import Concern, Placement, Terms, mark, shared
from services.placements.places import PLACES_FACTS, Places, learn_places
from services.placements.plans import PLAN_FACTS, REVIEW_FACTS, Plan, Review, learn_plan, learn_review
from services.placements.schedule import forget

WEEKDAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
LONG_AGO = date(1900, 1, 1)
DAY_FACTS = (AttendanceDayRecorded, AttendanceDayCorrected)
PLACEMENT_FACTS = (
    AbsenceConcernRaised,
    AssessmentHeld,
    DuplicateWorkDismissed,
    DuplicateWorkResolved,
    NewestAgreed,
    PlacementEnded,
    PlacementExtended,
    PlacementResumed,
    PlacementStarted,
    PlacementSuspended,
    PlacementTermsChanged,
)

START_FACTS = (ClientInformedOfBenefits, PlacementInsuranceConfirmed, PlacementShopStewardInformed)
ALL_FACTS = (
    DAY_FACTS,
    PLACEMENT_FACTS,
    START_FACTS,
    PLAN_FACTS,
    REVIEW_FACTS,
    BACKGROUND_FACTS,
    BESIDE_FACTS,
    PLACES_FACTS,
)
KINDS: dict[str, tuple[type[Event], ...]] = {c.meta.name: kinds for kinds in ALL_FACTS for c in kinds}
"""By name and not by class: a newer version of a type is a class of its own."""


@dataclass(slots=True)
class State:
    """One person, or an organisation (then only `places`); placements, plans and reviews by id.

    `told` is when anything was recorded last, `informed` the plans of whose benefits she was told, with the day;
    `settled` keys of findings on days told differently that people have put aside.
    """

    placements: dict[str, Placement] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    reviews: dict[str, Review] = field(default_factory=dict)
    background: Background = field(default_factory=Background)
    beside: Beside = field(default_factory=Beside)
    places: Places = field(default_factory=Places)
    informed: list[tuple[str, date]] = field(default_factory=list)
    told: datetime | None = None
    settled: set[str] = field(default_factory=set)
    took_part: list[date] | None = field(default=None, compare=False, repr=False)
    looked: dict[str, Looked] = field(default_factory=dict, compare=False, repr=False)
    """The days on which she took part, and what of them has been looked through for each limit."""

    @property
    def outcomes(self) -> list[Outcome]:
        """Where she went after her periods."""
        return self.background.outcomes

    @property
    def told_on(self) -> date:
        """The day on which anything was recorded last."""
        return day_of(self.told) if self.told else LONG_AGO

    def placement(self, id_: UUID) -> Placement:
        """The placement of this id, known from now on and about to change."""
        placement = self.recorded(id_)
        placement.schedule = None
        return placement

    def recorded(self, id_: UUID) -> Placement:
        """The same when only one of its days changes."""
        placement = self.placements.get(key := str(id_))
        if placement is None:
            placement = self.placements[key] = Placement(key)
        placement.worked_out = None
        return placement

    def comes(self, day: date, *, came: bool) -> None:
        """Take in whether she took part on a day; after one that comes between, all are put together anew."""
        if self.took_part is not None and came and (not self.took_part or day > self.took_part[-1]):
            self.took_part.append(day)
        elif self.took_part and day <= self.took_part[-1]:
            self.took_part = None

    def attended(self) -> Sequence[date]:
        """The days on which she took part, in order, each once however many places she has."""
        if self.took_part is None:
            self.took_part = sorted({d for p in self.placements.values() for d, m in p.days.items() if m.attended})
        return self.took_part


def evolve(state: State, fact: Fact) -> None:
    """Take one valid fact in."""
    state.told = fact.recorded if state.told is None else max(state.told, fact.recorded)
    kind = KINDS.get(fact.name)
    if kind is DAY_FACTS:
        _day(state, fact, fact.data)
    elif kind is PLAN_FACTS:
        learn_plan(state.plans, fact)
    elif kind is REVIEW_FACTS:
        learn_review(state.reviews, fact)
    elif kind is BACKGROUND_FACTS:
        learn_background(state.background, fact)
    elif kind is BESIDE_FACTS:
        learn_beside(state.beside, fact)
    elif kind is PLACES_FACTS:
        learn_places(state.places, fact)
    elif kind is START_FACTS:
        _checked(state, fact)
    else:
        _placement(state, fact)


def _day(state: State, fact: Fact, day: AttendanceDay) -> None:
    on, placement = shared(day.date), state.recorded(day.placement_id)
    placement.recorder = fact.org
    differing(placement.contested, fact, day)
    told = mark(
        day.status, day.reason, day.notified_by_client, day.minutes_scheduled, day.minutes_present, day.certificate
    )
    placement.record(on, told)
    state.comes(on, came=told.attended)
    forget(placement, on)


def _placement(state: State, fact: Fact) -> None:
    match fact.data:
        case PlacementAgreed() as said:
            _agreed(state, fact, said)
        case PlacementExtended() as said:
            _extended(state, fact, said)
        case PlacementStarted() as said:
            placement = state.placement(said.placement_id)
            placement.started_on = said.started_on
            if fact.org_type in PROVIDERS and placement.provider in ("", fact.org):
                placement.provider, placement.provider_type = fact.org, fact.org_type
        case PlacementEnded() as said:
            state.placement(said.placement_id).ended_on = said.ended_on
        case AssessmentHeld() as said:
            _assessed(state, fact, said)
        case DuplicateWorkDismissed() | DuplicateWorkResolved() as said:
            state.settled.add(said.key)
        case AbsenceConcernRaised() as said:
            concern = Concern(fact.time.isoformat(), said.code, fact.org)
            state.placement(said.placement_id).concerns.append(concern)
        case _:
            _pattern(state, fact)


def _checked(state: State, fact: Fact) -> None:
    """Something that must be done before she starts has been done."""
    match fact.data:
        case ClientInformedOfBenefits() as said:
            state.informed.append((str(said.plan_id), said.on))
        case PlacementShopStewardInformed() as said:
            state.placement(said.placement_id).steward_on = said.on
        case PlacementInsuranceConfirmed() as said:
            state.placement(said.placement_id).insured_on = said.on


def _pattern(state: State, fact: Fact) -> None:
    match fact.data:
        case PlacementTermsChanged() as said:
            weekdays = frozenset(WEEKDAYS[w] for w in said.weekdays)
            state.placement(said.placement_id).terms.append(
                Terms(said.from_, weekdays, said.days_per_week, said.minutes_per_day)
            )
        case PlacementSuspended() as said:
            state.placement(said.placement_id).suspensions.append((said.from_, said.to))
        case PlacementResumed() as said:
            state.placement(said.placement_id).resumptions.append(said.from_)


def _agreed(state: State, fact: Fact, said: PlacementAgreed) -> None:
    placement = state.placement(said.placement_id)
    placement.site, placement.start_on, placement.end_on = str(said.site_id), said.start_on, said.end_on
    placement.episode = str(said.episode_id) if said.episode_id else None
    placement.period_no, placement.period_start, placement.agreed_at = said.period_no, said.start_on, fact.time
    if isinstance(said, NewestAgreed):
        placement.distance_km, placement.far_ok = said.distance_km, said.consents_to_distance
    if fact.org_type in SOCIAL:
        placement.organiser = fact.org
        placement.provider = said.provider_org or placement.provider
    else:
        placement.provider = said.provider_org or fact.org
        placement.provider_type = fact.org_type if placement.provider == fact.org else placement.provider_type


def _extended(state: State, fact: Fact, said: PlacementExtended) -> None:
    """A further period begins where the one before it ended; without a number of its own it is the same one, longer."""
    placement = state.placement(said.placement_id)
    placement.site = str(said.site_id) if said.site_id else placement.site
    if said.period_no > placement.period_no and placement.end_on is not None:
        placement.period_no, placement.period_start = said.period_no, placement.end_on + timedelta(days=1)
    placement.end_on, placement.agreed_at = said.end_on, fact.time


def _assessed(state: State, fact: Fact, said: AssessmentHeld) -> None:
    placement = state.placement(said.placement_id)
    placement.assessed.append(day_of(fact.time))
    if said.evidence_ref:
        placement.evidence.append(day_of(fact.time))
    state.background.advice.append((fact.time, frozenset(said.recommendation)))


fold = Fold(
    initial=State,
    evolve=evolve,
    listens=frozenset(KINDS),
)
