"""Whom each rule tells, against the handbook's own columns: "To" of its rules and "Tell whom" of double work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kernel.processor import every_rule
from services.notifications.families import Audience, matter_of

Told = tuple[str, ...]
"""In the handbook's words, whoever has to act first."""

TO: Mapping[str, Told] = {
    "R-ABS-1": ("social instructor (own worker)", "copy provider client manager"),
    "R-ABS-2": ("social instructor (own worker)", "copy provider client manager"),
    "R-ABS-3": ("social instructor (own worker)", "copy provider client manager"),
    "R-ABS-4": ("own worker",),
    "R-ABS-5": ("provider",),  # and the client, who has no place here: the provider tells her
    "R-ABS-5-LATE": ("own worker",),
    "R-ABS-6": ("provider",),
    "R-ABS-7": ("social instructor",),
    "R-ABS-8": ("provider",),  # then operations, as the escalation has it
    "R-REV-1": ("employment authority", "social instructor (info)"),
    "R-REV-1-OVERDUE": ("employment authority", "social instructor (info)"),
    "R-REV-2": ("own worker",),
    "R-END-1": ("own worker", "provider client manager", "employment officer"),
    "R-END-2": ("own worker",),
    "R-LIM-1": ("provider", "own worker"),
    "R-LIM-2": ("provider",),
    "R-LIM-3": ("own worker",),
    "R-LIM-3-CAP": ("own worker",),
    "R-LIM-4": ("own worker",),
    "R-LIM-5": ("own worker",),
    "R-LIM-6": ("organiser",),
    "R-LIM-7": ("own worker",),
    "R-PLAN-1": ("lead actor", *("own worker", "employment authority", "multi-sector team")),  # all parties
    "R-PLAN-1-OVERDUE": ("lead actor", *("own worker", "employment authority", "multi-sector team")),
    "R-PLAN-2": ("lead actor",),
    "R-PLAN-2-OVERDUE": ("lead actor",),
    "R-PLAN-3": ("Kela contact", "ops"),
    "R-REF-1": ("receiver",),  # then lead, as the escalation has it
    "R-PS-1": ("coach", "own worker"),
    "R-BEN-1": ("own worker",),
    "R-BEN-1-CAP": ("own worker",),
    "R-KELA-1": ("provider",),
    "R-CAP-1": ("organiser",),
    "R-CW-1": ("team lead",),
    "R-CW-1-CONFLICT": ("team lead",),
    "R-OPS-1": (),  # operations see it on their page and hear of it by the alarm rules
}
TELL_WHOM: Mapping[str, Told] = {
    "D01": ("receiver",),
    "D02": ("lead actor", "own worker"),  # and the other lead worker: both of a pair are told if they may know
    "D03": ("SW team", "lead officer"),
    "D04": ("SW team", "officer"),
    "D05": ("lead actor",),  # of the two referrers
    "D06": ("lead actor",),  # of the assessors
    "D07": ("lead actor",),  # of both organisers
    "D08": ("the other",),
    "D09": ("second actor",),
    "D10": ("lead actor",),  # of both organisers
    "D11": ("lead actor", "own worker"),  # of the agreeing actors
    "D12": ("lead actor",),  # of the bookers
    "D13": ("team lead",),
    "D14": ("sender",),
    "D15": ("second requester",),
    "D16": ("lead actor",),  # of both
    "D17": ("team lead",),
    "D18": ("provider",),
}
OURS = frozenset(
    {
        *("R-COACH", "R-DEBT-1", "R-EVID-1", "R-GAP-1", "R-HAND-1", "R-INT-1", "R-ORG-1", "R-OUT-2", "R-PLAN-PARTY"),
        *("R-PLAN-QUAL", "R-PROV", "R-PS-2", "R-RETURN-1", "R-SCH-1", "R-SUP-1", "R-TRIAL-1", "ALERT", "R-ABS-10"),
    }
)
"""Rules that the handbook's two tables do not know: of other chapters, and of the survey."""

MEANS: Mapping[str, Audience] = {
    "social instructor (own worker)": "worker",
    "social instructor": "worker",
    "social instructor (info)": "worker",
    "own worker": "worker",
    "provider": "provider",
    "provider client manager": "provider",
    "copy provider client manager": "provider",
    "employment authority": "authority",
    "employment officer": "authority",
    "lead officer": "authority",
    "officer": "authority",
    "organiser": "organiser",
    "multi-sector team": "multisector",
    "lead actor": "leader",
    "Kela contact": "payer",
    "ops": "operations",
    "receiver": "receiver",
    "coach": "coach",
    "team lead": "lead",
    "SW team": "team",
    "the other": "later",
    "second actor": "later",
    "second requester": "later",
    "sender": "later",
}


def differences() -> Iterator[str]:
    for rule in every_rule():
        wanted = tuple(MEANS[who] for who in {**TO, **TELL_WHOM}.get(rule.id, ()))
        for name in sorted(rule.names) if rule.id in {**TO, **TELL_WHOM} else ():
            matter = matter_of(name, rule.id)
            said = (matter.to[0], *matter.copies) if matter else ()
            if said[:1] != wanted[:1] or set(said) != set(wanted):
                yield f"{rule.id} ({name}) tells {said} and not {wanted}"


def test_every_rule_tells_those_whom_the_handbook_names() -> None:
    assert list(differences()) == []


def test_no_rule_is_left_out_of_the_comparison() -> None:
    assert {r.id for r in every_rule()} - OURS - TO.keys() - TELL_WHOM.keys() == set()
    assert (TO.keys() | TELL_WHOM.keys() | OURS) - {r.id for r in every_rule()} == set()
