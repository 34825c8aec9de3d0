"""Who stands around a person on a day, and which of them an audience means."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kernel.facts import Fact
from schemas.codes import EMPLOYMENT, SOCIAL, TEAMS
from services.notifications.families import Audience
from services.notifications.people import OWN_WORKER, Worker
from services.notifications.state import Raise, State

INSTRUCTOR, LEAD, OFFICER, MANAGER = "social_instructor", "team_lead", "employment_officer", "provider_client_manager"
COACHES = ("individual_coach", "job_coach")
CLARIFYING, ABSENCE = "absence_clarification", "absence"
SOCIAL_ROLES = frozenset({INSTRUCTOR, "social_worker", "adult_social_work_employee", OWN_WORKER})
OTHERS_DECIDE = OWN_WORKER
"""Why a lead was proposed when no rule proposed one: nobody of the pair comes before the other."""

To = dict[str, str]


def addressee(org: str, via: str, role: str, *, person: str = "", team: str = "") -> To:
    """One who is told. `via`: own_worker, team, lead, authority, receiver, coach, provider, payer, multisector,
    operations or copy; `person_ref` empty: all of that role.
    """
    return {"org": org, "person_ref": person, "role": role, "team": team, "via": via}


@dataclass(frozen=True, slots=True)
class Around:
    """One person's people, what organisations agreed upon, since when which of them is gone, and who organises."""

    state: State
    agreed: Sequence[Fact]
    gone: Mapping[str, date]
    organiser: str

    def named(self, role: str, day: date) -> Worker | None:
        """Who holds a role that day in an organisation that is still there."""
        return self.state.people.worker(role, day, self._away(day))

    def newest(self, kinds: frozenset[str], day: date) -> str:
        """The organisation of these types that was heard of her last, or nothing."""
        return self.state.people.newest(kinds, self._away(day))

    def social(self, day: date) -> str:
        """Who does social work with her: who organises it, if that has spoken of her, else who spoke of her last. A
        municipality may be no more than the provider.
        """
        mine = self.organiser in self.state.people.heard and self.there(self.organiser, day)
        return self.organiser if mine else self.newest(SOCIAL, day)

    def is_of(self, org: str, kinds: frozenset[str]) -> bool:
        """Whether an organisation has spoken of her as one of these types; who organises is social work."""
        return self.state.people.heard.get(org) in kinds or (org == self.organiser and kinds is SOCIAL)

    def there(self, org: object, day: date) -> bool:
        """Whether this names an organisation that is not gone."""
        return bool(org) and org not in self._away(day)

    def _away(self, day: date) -> frozenset[str]:
        return frozenset(org for org, first in self.gone.items() if first <= day)


def team(around: Around, day: date, *, lead: bool = False, family: str = "") -> To:
    """The team of her municipality: as agreed for the area, else of whoever does social work with her, else of whoever
    organises the service; operations where not even that is known.
    """
    municipality = around.state.people.municipality(day)
    known = (_agreed_org(around, municipality, day, family), around.social(day), around.organiser)
    org = next(filter(None, known), "")
    if not org:
        return operations(around.state)
    return addressee(org, *(("lead", LEAD) if lead else ("team", INSTRUCTOR)), team=municipality)


def authority(around: Around, day: date, org: str = "") -> To | None:
    """Her employment officer, else all of the authority that deals with her (or of the one named)."""
    officer = around.named(OFFICER, day)
    if officer is not None and org in {"", officer.org}:
        return addressee(officer.org, "authority", OFFICER, person=officer.ref)
    found = org if around.there(org, day) else around.newest(EMPLOYMENT, day)
    return addressee(found, "authority", OFFICER, team=around.state.people.municipality(day)) if found else None


def operations(state: State) -> To:
    """Those who watch the installation: for matters of data, and so that nothing is dropped."""
    return addressee(state.operator, "operations", "ops")


def find(audience: Audience, around: Around, raised: Raise, day: date) -> To | None:
    """Whom an audience means for one raise on a day; None when nobody like that is there."""
    return FINDERS[audience](around, raised, day)


def _worker(around: Around, raised: Raise, day: date) -> To:
    own = around.named(OWN_WORKER, day)
    if own is not None:
        return addressee(own.org, OWN_WORKER, INSTRUCTOR, person=own.ref)
    return _team(around, raised, day)


def _team(around: Around, raised: Raise, day: date) -> To:
    return team(around, day, family=raised.family)


def _lead(around: Around, _: Raise, day: date) -> To:
    return team(around, day, lead=True)


def _authority(around: Around, _: Raise, day: date) -> To | None:
    return authority(around, day)


def _provider(around: Around, raised: Raise, day: date) -> To | None:
    """Who runs the placement that the raise names; one that names none is the only provider's, or nobody's."""
    manager = around.named(MANAGER, day)
    org = str(raised.facts.get("provider_org") or around.state.people.provider(raised.placement))
    if not org and manager is not None and not around.state.people.providers:
        org = manager.org
    if not around.there(org, day):
        return None
    return addressee(org, "provider", MANAGER, person=manager.ref if manager and manager.org == org else "")


def _receiver(around: Around, raised: Raise, day: date) -> To | None:
    """Who has received the referral or is to; of two referrals only who has both."""
    receivers = raised.facts.get("receivers") or [raised.facts.get("receiver_org")]
    if len(receivers) != 1 or not around.there(receivers[0], day):
        return None
    org, municipality = str(receivers[0]), around.state.people.municipality(day)
    social, employment = around.is_of(org, SOCIAL), around.is_of(org, EMPLOYMENT)
    role = INSTRUCTOR if social else OFFICER if employment else MANAGER
    return addressee(org, "receiver", role, team=municipality if social or employment else "")


def _leader(around: Around, raised: Raise, day: date) -> To | None:
    """The authority or social work, as the lead rules propose; others lead no plan and may not know of a pair."""
    lead: Mapping[str, Any] = raised.facts.get("lead") or {}
    org = str(lead.get("org") or "")
    if lead.get("why") in {None, OTHERS_DECIDE}:
        return None
    if lead["role"] == OFFICER:
        return authority(around, day, org)
    kinds = {str(i.get("org")): str(i.get("org_type", "")) for i in raised.facts.get("items", ())}
    return _side(around, raised, day, org, INSTRUCTOR if lead["role"] in SOCIAL_ROLES else kinds.get(org, ""))


def _later(around: Around, raised: Raise, day: date) -> To | None:
    """Of two who did the same, whoever came second."""
    item: Mapping[str, Any] = next(reversed(raised.facts.get("items", ())), {})
    return _side(around, raised, day, str(item.get("org", "")), str(item.get("org_type", "")))


def _side(around: Around, raised: Raise, day: date, org: str, kind: str) -> To | None:
    """One side of a pair, if it is one that may see all of it; `kind` is its type, or a role of social work."""
    if kind in EMPLOYMENT or around.is_of(org, EMPLOYMENT):
        return authority(around, day, org)
    if kind not in SOCIAL | SOCIAL_ROLES and not around.is_of(org, SOCIAL):
        return None
    own = around.named(OWN_WORKER, day)
    if own is not None and org in {"", own.org} and raised.family != "duplicate":
        return addressee(own.org, OWN_WORKER, INSTRUCTOR, person=own.ref)
    if around.there(org, day):
        return addressee(org, "team", INSTRUCTOR, team=around.state.people.municipality(day))
    return None


def _coach(around: Around, _: Raise, day: date) -> To | None:
    found = next(filter(None, (around.named(role, day) for role in COACHES)), None)
    return addressee(found.org, "coach", found.role, person=found.ref) if found else None


def _organiser(around: Around, raised: Raise, day: date) -> To:
    """For a placement her own worker there, or the team; for a locality the lead of whoever organises."""
    if raised.placement:
        return _worker(around, raised, day)
    if not around.organiser:
        return operations(around.state)
    return addressee(around.organiser, "lead", LEAD, team=str(raised.facts.get("municipality") or ""))


def _multisector(around: Around, _: Raise, day: date) -> To | None:
    found = around.newest(TEAMS, day)
    return addressee(found, "multisector", "") if found else None


def _payer(around: Around, raised: Raise, day: date) -> To | None:
    org = raised.facts.get("told_by")
    return addressee(str(org), "payer", "kela_officer") if around.there(org, day) else None


FINDERS: Mapping[Audience, Callable[[Around, Raise, date], To | None]] = {
    "worker": _worker,
    "team": _team,
    "lead": _lead,
    "authority": _authority,
    "provider": _provider,
    "receiver": _receiver,
    "leader": _leader,
    "later": _later,
    "coach": _coach,
    "organiser": _organiser,
    "multisector": _multisector,
    "payer": _payer,
    "operations": lambda around, _, __: operations(around.state),
}


def _agreed_org(around: Around, municipality: str, day: date, family: str) -> str:
    """Who clears up absences there, if it is about one; else who leads anything there as social work. The newest
    agreement counts.
    """
    found = {True: "", False: ""}
    for fact in around.agreed:
        data: Any = fact.data
        valid = data.valid_from <= day and (data.valid_to is None or day <= data.valid_to)
        clarifying = data.task_kind == CLARIFYING
        leads = family == ABSENCE if clarifying else data.lead_role in SOCIAL_ROLES
        if valid and data.area == municipality and leads and around.there(data.lead_org or fact.org, day):
            found[clarifying] = data.lead_org or fact.org
    return found[True] or found[False]
