"""Ill for more than three days and no certificate has come: the provider should ask for it (R-ABS-5)."""

from __future__ import annotations

from collections.abc import Iterator

from kernel.rules import Finding, Resolved, Rule
from services.placements.certificates import CertificateParams, missing
from services.placements.spells import LISTENS
from services.placements.state import State


def find(state: State, params: Resolved[CertificateParams]) -> Iterator[Finding]:
    """From the midnight after the first day that needs one; it tells days, never what she has."""
    for one in missing(state, params):
        yield Finding(one.key, one.needed_on, one.until, one.facts, one.params)


rule = Rule(
    id="R-ABS-5",
    version=1,
    name="certificate.missing",
    params=CertificateParams(),
    find=find,
    listens=LISTENS,
    family="absence",
)
