"""The rules as they would be with other parameters; unknown rules and parameters are refused by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import orjson
from pydantic import ValidationError

from kernel.facts import Event, Fact
from kernel.person import Units
from kernel.rules import Finding, Params, Resolved, Rule

MOST_SETS = 10_000


class Unknown(ValueError):
    """There is no such rule, no such parameter, or it cannot have that value; the message names it."""


@dataclass(frozen=True, slots=True)
class Change:
    """Other values for some parameters of a rule: they stand above everything that has been stated for anybody."""

    rule: str
    values: Mapping[str, Any]

    def concerns(self, rule: Rule[Any, Any]) -> bool:
        """Whether a rule uses these parameters."""
        return self.rule in (rule.id, rule.parameters or rule.id)


def change_of(parts: Sequence[Units], rule: str, settings: Sequence[str]) -> Change:
    """`NAME=VALUE` of the command line as a change; Unknown names what does not exist or does not fit."""
    rules = {r.id: r for units in parts for r in units.rules}
    if rule not in rules:
        raise Unknown(f"there is no rule {rule}; rules are {', '.join(sorted(rules))}")
    known, values = rules[rule].params, {}
    for given in settings:
        name, equals, text = given.partition("=")
        if not equals:
            raise Unknown(f"{given}: NAME=VALUE is wanted")
        if name not in type(known).model_fields:
            has = ", ".join(sorted(type(known).model_fields)) or "none"
            raise Unknown(f"{rule} has no parameter {name}; its parameters are {has}")
        if name in values:
            raise Unknown(f"{rule} {name} is set twice")
        values[name] = _value(text)
    try:
        overlaid(known, values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise Unknown(f"{rule} {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    return Change(rule, values)


def _value(text: str) -> Any:
    """JSON where it is JSON, else the text itself."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def overlaid(params: Params, values: Mapping[str, Any]) -> Params:
    """The same parameters with other values for some; ValidationError when they do not fit."""
    return type(params).model_validate_json(orjson.dumps({**params.model_dump(mode="json"), **values}))


def changed(parts: Sequence[Units], change: Change) -> list[Units]:
    """The units with the rules that the change concerns in their other form."""
    return [
        _with_rules(units, [_other(r, change) if change.concerns(r) else r for r in units.rules]) for units in parts
    ]


def without_views(parts: Sequence[Units]) -> list[Units]:
    """The same units, filling no rows."""
    return [replace(units, views=(), applying=[]) for units in parts]


def _with_rules(units: Units, rules: Sequence[Rule[Any, Any]]) -> Units:
    return replace(units, rules=rules, by_id={r.id: r for r in rules}, applying=[])


def _other(rule: Rule[Any, Any], change: Change) -> Rule[Any, Any]:
    overlay = _Overlay(change.values)

    def find(state: Any, params: Resolved[Any]) -> Iterator[Finding]:
        return rule.find(state, _Overlaid(params, overlay))

    return replace(rule, find=find)


class _Overlay:
    """Makes other parameters once for each set that comes along: the same few sets stand behind all persons."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self._made: dict[int, tuple[Params, Params]] = {}

    def of(self, params: Params) -> Params:
        """These parameters with the other values."""
        hit = self._made.get(id(params))
        if hit is None or hit[0] is not params:
            if len(self._made) > MOST_SETS:
                self._made.clear()
            hit = self._made[id(params)] = (params, overlaid(params, self._values))
        return hit[1]


class _Overlaid:
    """Parameters as they are resolved for a person, with the other values on top."""

    def __init__(self, inner: Resolved[Any], overlay: _Overlay) -> None:
        self._inner, self._overlay, self.organiser = inner, overlay, inner.organiser

    def on(self, day: date, *, site: str | None = None, organiser: str | None = None) -> Any:
        """See `kernel.rules.Resolved`."""
        return self._overlay.of(self._inner.on(day, site=site, organiser=organiser))

    def reference(self, kind: type[Event]) -> list[Fact]:
        """See `kernel.rules.Resolved`."""
        return self._inner.reference(kind)
