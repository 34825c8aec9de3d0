"""Who takes part in a plan or a review: a role, and the organisation that the person comes from."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.codes import RoleCode
from schemas.fields import BusinessId, Day, Part, orgs


class Participant(Part):
    """A role at the table; `org` is absent for the client and for people who come in nobody's name."""

    role: RoleCode
    org: BusinessId | None = None


class Signature(Part):
    """Who signed the plan, for which organisation, and on which day."""

    role: RoleCode
    org: BusinessId | None = None
    on: Day


def of(parties: Sequence[Participant | Signature]) -> Sequence[tuple[str, str]]:
    """The organisations of these parties, as participants."""
    return orgs("participant", *(p.org for p in parties))
