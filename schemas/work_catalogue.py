"""The work that two could do twice: who may do each kind, what it excludes, and when doing it again is right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import Field

from schemas.codes import COACHES, EMPLOYMENT, KELA, PROVIDERS, REFERRERS, SERVICES, SOCIAL, TEAMS

WorkCode = Literal[
    "activation_plan", "employment_plan", "multisector_employment_plan", "integration_plan", "client_plan", "plan",
    "referral", "need_assessment", "review", "parallel_service", "placement", "absence_clarification", "contact",
    "kela_notice", "document_request",
]  # fmt: skip
RepeatReason = Literal[
    "successor", "revision", "redirected", "joint_work", "agreed_division", "different_matter", "needs_changed"
]
"""Why work may be done although it is being done or was done just now (the legitimate pairs)."""

Matter = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
"""What exactly the work is about: a code (a kind of document, a form), or the id of a plan, placement or alert."""

PLANS: frozenset[str] = frozenset(
    {"activation_plan", "employment_plan", "multisector_employment_plan", "integration_plan", "plan"}
)
"""Plans of which the law wants one at a time; `plan` stands for one whose kind is not told."""

REPLACING: frozenset[str] = frozenset({"activation_plan", "multisector_employment_plan", "integration_plan"})
"""Plans that stand in the place of an employment plan."""


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of work.

    `may` are the `org_type` codes that may do it; `excludes` other work that must not be going on beside it; `repeats`
    the reasons for which it may be done beside the same or excluded work. `by_service` and `by_matter`: pieces for
    different services or about different matters are different work. `also` names
    kinds that may turn out to be this one. `data_class` is that of the word that such work goes on: who asks names
    the service, so that for a parallel service the bare answer tells which one she is in.
    """

    label: Mapping[str, str]
    may: frozenset[str]
    excludes: frozenset[str] = frozenset()
    repeats: frozenset[str] = frozenset({"joint_work", "agreed_division"})
    by_service: bool = False
    by_matter: bool = False
    also: frozenset[str] = frozenset()
    data_class: str = "operational"


def _names(fi: str, sv: str, en: str) -> dict[str, str]:
    return {"fi": fi, "sv": sv, "en": en}


_PLANNING = EMPLOYMENT | SOCIAL | TEAMS
_AGAIN = frozenset({"joint_work", "agreed_division", "successor", "needs_changed"})
_MATTER = frozenset({"joint_work", "agreed_division", "different_matter", "needs_changed"})

CATALOGUE: Mapping[str, Work] = {
    # L189/2001 5 § 4: an employment plan comes before an activation plan, so it does not stand in the way of one.
    "activation_plan": Work(
        _names("Aktivointisuunnitelma", "Aktiveringsplan", "Activation plan"),
        _PLANNING, REPLACING - {"activation_plan"}, _AGAIN, also=frozenset({"plan"}),
    ),
    "employment_plan": Work(
        _names("Työllistymissuunnitelma", "Sysselsättningsplan", "Employment plan"),
        EMPLOYMENT | TEAMS, REPLACING, _AGAIN, also=frozenset({"plan"}),
    ),
    "multisector_employment_plan": Work(
        _names("Monialainen työllistymissuunnitelma", "Sektorsövergripande sysselsättningsplan", "Multi-sector plan"),
        _PLANNING, REPLACING - {"multisector_employment_plan"}, _AGAIN, also=frozenset({"plan"}),
    ),
    "integration_plan": Work(
        _names("Kotoutumissuunnitelma", "Integrationsplan", "Integration plan"),
        EMPLOYMENT | SOCIAL, REPLACING - {"integration_plan"}, _AGAIN, also=frozenset({"plan"}),
    ),
    "client_plan": Work(
        _names("Asiakassuunnitelma", "Klientplan", "Client plan"), SOCIAL | TEAMS, repeats=_AGAIN,
    ),
    "plan": Work(_names("Suunnitelma", "Plan", "Plan"), _PLANNING, repeats=_AGAIN, also=PLANS),
    "referral": Work(
        _names("Lähete", "Remiss", "Referral"),
        EMPLOYMENT | SOCIAL | TEAMS | KELA | REFERRERS,
        repeats=frozenset({"revision", "redirected", "joint_work", "agreed_division"}), by_service=True,
    ),
    "need_assessment": Work(
        _names("Palvelutarpeen arvio", "Bedömning av servicebehovet", "Need assessment"),
        SOCIAL | TEAMS, repeats=_AGAIN,
    ),
    "review": Work(
        _names("Suunnitelman tarkistus", "Översyn av plan", "Review"), SERVICES, repeats=_MATTER, by_matter=True,
    ),
    "parallel_service": Work(
        _names("Rinnakkaispalvelu", "Parallell tjänst", "Parallel service"),
        SOCIAL | EMPLOYMENT | COACHES, repeats=_MATTER, by_service=True, data_class="service",
    ),
    "placement": Work(
        _names("Palvelupaikka", "Serviceplats", "Placement"), SOCIAL | TEAMS | PROVIDERS, repeats=_AGAIN | _MATTER,
    ),
    "absence_clarification": Work(
        _names("Poissaolon selvittäminen", "Utredning av frånvaro", "Absence clarification"),
        SOCIAL | PROVIDERS, repeats=_MATTER, by_matter=True,
    ),
    "contact": Work(_names("Yhteydenotto", "Kontakt", "Contact"), SERVICES, repeats=_MATTER, by_matter=True),
    "kela_notice": Work(
        _names("Ilmoitus Kelalle", "Anmälan till FPA", "Notice to Kela"),
        SOCIAL | PROVIDERS | EMPLOYMENT, repeats=frozenset({"revision", "different_matter"}), by_matter=True,
    ),
    "document_request": Work(
        _names("Asiakirjapyyntö", "Begäran om handling", "Document request"),
        SERVICES, repeats=_MATTER | {"successor"}, by_matter=True,
    ),
}  # fmt: skip
"""Every code of work with what is fixed about it; the reasons are those of the legitimate pairs."""

CODES: frozenset[str] = frozenset(get_args(WorkCode))


def covers(going_on: str, wanted: str) -> bool:
    """Whether work that goes on is the wanted work itself (a plan of an untold kind may be any plan)."""
    return going_on == wanted or going_on in CATALOGUE[wanted].also or wanted in CATALOGUE[going_on].also


def excludes(going_on: str, wanted: str) -> bool:
    """Whether work that goes on must not go on beside the wanted work."""
    return not covers(going_on, wanted) and going_on in CATALOGUE[wanted].excludes
