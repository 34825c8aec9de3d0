"""May this organisation say this, and is it well formed? The same answer for HTTP and for Kafka."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import orjson
from pydantic import ValidationError

from kernel.calendar import day_of
from kernel.errors import Problem, Refused
from kernel.facts import Event
from kernel.journal import MERGED, RETRACTED, NewFact, own_source
from kernel.organisations import Organisations
from kernel.rules import Rule
from services.gateway.access import REMEMBERED, Caller
from services.gateway.envelope import Envelope
from services.gateway.house import LONGEST_NAME, house_rules
from services.gateway.identity import looks_like_identity_code

LONGEST_EXTENSION = 64
"""Characters of an extension's name, which Kafka and HTTP carry as that of a header."""

PARAMETERS = "fi.polku.rule_parameters.set.v1"
OPERATED = frozenset({"client.identifier_changed", "client.merged", "fact.repaired", "hold.skipped", "org.deactivated"})
"""Types that the operating organisation alone states, those on a person with a reason and an approver."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything that decides whether an event is taken: types, organisations, and the rules that have parameters."""

    events: Mapping[str, type[Event]]
    organisations: Organisations
    rules: Mapping[str, Rule[Any, Any]]
    schemas: str
    """Address below which the JSON Schema of each type stands; `dataschema` may name nothing else."""
    _permitted: dict[tuple[str, str, str, date], str] = field(default_factory=dict)
    """What was permitted before (source, type, organisation, day): organisations and types change with a new start."""

    def permit(self, envelope: Envelope, caller: Caller, now: datetime) -> str:
        """The `org_type` under which the caller states this; Refused 403 or 422 before its content is looked at."""
        asked = (envelope.source, envelope.type, caller.org, _day(now))
        if (known := self._permitted.get(asked)) is None:
            known = self._permit(envelope, caller, asked[3])
            if len(self._permitted) >= REMEMBERED:
                self._permitted.clear()
            if len(envelope.source) <= LONGEST_NAME:  # what is longer is refused in the end, and is not worth a place
                self._permitted[asked] = known
        if caller.systems and envelope.source.rpartition(":")[2] not in caller.systems:
            detail = "this subsystem speaks for other systems of your organisation only"
            raise Refused(403, [Problem("/source", "foreign_source", detail)])
        return known

    def _permit(self, envelope: Envelope, caller: Caller, day: date) -> str:
        own = envelope.source.startswith(f"urn:polku:{caller.org}:")
        if not own or envelope.source.startswith(own_source(caller.org, "")):
            detail = "an organisation states under its own source only: urn:polku:<its business id>:<system>"
            raise Refused(403, [Problem("/source", "foreign_source", detail)])
        cls = self.events.get(envelope.type)
        if cls and cls.meta.name in OPERATED and caller.org == self.organisations.operator:
            return "operator"
        if cls is None or not cls.meta.stated_by:
            raise Refused(403, [Problem("/type", "unknown_type", "there is no such type that a partner may state")])
        org_type = self.organisations.org_type_for(caller.org, day, cls.meta.stated_by, cls.meta.rank)
        if org_type is None:
            raise Refused(403, [Problem("/type", "foreign_type", "your organisation may not state this type")])
        return org_type

    def check(self, envelope: Envelope, now: datetime) -> tuple[bytes, bytes]:
        """The data and the whole event as canonical JSON; Refused 400 or 422 with everything that is wrong."""
        cls = self.events[envelope.type]
        whole = house_rules(envelope, now, dataschema=f"{self.schemas}{envelope.type}", person=cls.meta.person)
        if problems := [*_not_itself(envelope), *_odd_names(envelope), *_merges_whom_it_names(envelope)]:
            raise Refused(422, problems)
        data = orjson.dumps(envelope.data, option=orjson.OPT_SORT_KEYS)
        try:
            stated = cls.model_validate_json(data)
        except ValidationError as error:
            raise Refused(422, problems_of(error)) from error
        if envelope.type == PARAMETERS and (wrong := self._parameters(stated)):
            raise Refused(422, wrong)
        return data, whole

    def admit(self, envelope: Envelope, caller: Caller, now: datetime, trace: str = "") -> NewFact:
        """A fact ready for the journal. `trace` is the traceparent of the request, if the event carries none."""
        org_type = self.permit(envelope, caller, now)
        data, whole = self.check(envelope, now)
        return NewFact(
            source=envelope.source,
            id=envelope.id,
            type=envelope.type,
            subject=envelope.subject,
            time=envelope.time or now,
            recorded=envelope.recordedtime or now,
            data=data,
            corrects=envelope.corrects,
            org_type=org_type,
            attributes=_attributes(envelope, trace),
            canonical=whole,
        )

    def _parameters(self, stated: Any) -> list[Problem]:
        rule = self.rules.get(stated.rule)
        if rule is None:
            return [Problem("/data/rule", "unknown_rule", "there is no such rule")]
        try:
            type(rule.params).model_validate({**rule.params.model_dump(), **stated.params})
        except ValidationError as error:
            return [Problem("/data/params" + p.pointer[5:], p.code, p.detail) for p in problems_of(error)]
        return []


_day = lru_cache(maxsize=16)(day_of)
"""The events of one batch are looked at at the same instant."""


def problems_of(error: ValidationError, at: str = "/data") -> list[Problem]:
    """What pydantic found, as problems without the values that were sent."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return [Problem(at + "".join(f"/{_escaped(part)}" for part in e["loc"]), e["type"], e["msg"]) for e in found[:50]]


def _escaped(part: int | str) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def _not_itself(envelope: Envelope) -> Sequence[Problem]:
    problems = []
    if envelope.corrects == envelope.id:
        problems.append(Problem("/corrects", "itself", "an event cannot correct itself"))
    if envelope.type == RETRACTED and isinstance(envelope.data, dict) and envelope.data.get("id") == envelope.id:
        problems.append(Problem("/data/id", "itself", "a retraction cannot retract itself"))
    return problems


def _odd_names(envelope: Envelope) -> Sequence[Problem]:
    """Names are a sender's own words too: stored in the clear, and passed on as headers."""
    problems = []
    for name in envelope.extensions:
        if len(name) > LONGEST_EXTENSION:
            detail = f"an attribute's name has at most {LONGEST_EXTENSION} characters"
            problems.append(Problem("/*", "too_long", detail))
        elif looks_like_identity_code(name):
            problems.append(Problem("/*", "identity_code", "this holds a personal identity code; use the client_ref"))
    return problems


def _merges_whom_it_names(envelope: Envelope) -> Sequence[Problem]:
    new = envelope.data.get("new_ref") if isinstance(envelope.data, dict) else None
    if envelope.type == MERGED and new != envelope.subject:
        return [Problem("/data/new_ref", "not_subject", "new_ref must equal subject")]
    return []


def _attributes(envelope: Envelope, trace: str) -> dict[str, Any]:
    named = {
        "datacontenttype": envelope.datacontenttype,
        "dataschema": envelope.dataschema,
        "correlationid": envelope.correlationid,
        "causationid": envelope.causationid,
        "traceparent": envelope.traceparent or trace or None,
        "tracestate": envelope.tracestate,
    }
    return {**envelope.extensions, **{k: v for k, v in named.items() if v is not None}}
