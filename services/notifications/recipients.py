"""From who is responsible to people with an address, by the list of organisations; the last are operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kernel.organisations import Organisation, Organisations, PersonOfOrganisation
from schemas.codes import SOCIAL
from services.notifications.delivery import Recipient

OPS = "ops"
SHARED = "shared"


def resolve(organisations: Organisations, to: Mapping[str, Any], day: date) -> list[Recipient]:
    """Everybody whom one addressee stands for; never empty."""
    organisation = _organisation(organisations, to, day)
    if organisation is None:
        return operations(organisations)
    named = organisations.person(organisation.id, to["person_ref"]) if to["person_ref"] else None
    found = [named] if named else _members(organisation, to)
    if found:
        return [_recipient(organisation, p) for p in found]
    if organisation.contact_email:
        return [_shared(organisation)]
    return operations(organisations)


def operations(organisations: Organisations) -> list[Recipient]:
    """Those who watch the installation, else its operator's shared address, with or without e-mail."""
    operator = organisations.org(organisations.operator)
    if operator is None:
        return [Recipient(organisations.operator, organisations.operator, role=OPS)]
    people = [p for p in operator.person if OPS in p.roles]
    return [_recipient(operator, p) for p in people] or [_shared(operator)]


def by_key(organisations: Organisations, key: str) -> Recipient | None:
    """The recipient of an earlier delivery as she is today; None when she is no longer there."""
    id_, _, ref = key.partition("/")
    organisation = organisations.org(id_)
    if organisation is None:
        return None
    if not ref:
        return _shared(organisation)
    person = organisations.person(id_, ref)
    return _recipient(organisation, person) if person else None


def _organisation(organisations: Organisations, to: Mapping[str, Any], day: date) -> Organisation | None:
    if to["org"]:
        return organisations.org(to["org"])
    return organisations.municipality_org(to["team"], day, SOCIAL) if to["team"] else None


def _members(organisation: Organisation, to: Mapping[str, Any]) -> Sequence[PersonOfOrganisation]:
    """Those of the role in the team; without such a team, all of the role."""
    of_role = [p for p in organisation.person if not to["role"] or to["role"] in p.roles]
    return [p for p in of_role if to["team"] and p.team == to["team"]] or of_role


def _recipient(organisation: Organisation, person: PersonOfOrganisation) -> Recipient:
    roles = ",".join(sorted(person.roles))
    return Recipient(f"{organisation.id}/{person.ref}", organisation.id, person.ref, roles, person.email)


def _shared(organisation: Organisation) -> Recipient:
    return Recipient(organisation.id, organisation.id, role=SHARED, address=organisation.contact_email)
