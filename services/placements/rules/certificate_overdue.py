"""The certificate of an illness has not come within a week: the own worker should find out why (R-ABS-5, late)."""

from __future__ import annotations

from collections.abc import Iterator

from kernel.rules import Finding, Resolved, Rule
from services.placements.certificates import CertificateParams, missing
from services.placements.spells import LISTENS
from services.placements.state import State


def find(state: State, params: Resolved[CertificateParams]) -> Iterator[Finding]:
    """From some days after the first day of the illness."""
    for one in missing(state, params):
        if one.until is None or one.worker_on < one.until:
            yield Finding(one.key, one.worker_on, one.until, one.facts, one.params)


rule = Rule(
    id="R-ABS-5-LATE",
    version=1,
    name="certificate.overdue",
    parameters="R-ABS-5",
    params=CertificateParams(),
    find=find,
    listens=LISTENS,
    family="absence",
)
