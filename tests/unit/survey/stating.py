"""States a fact as a partner would: the type's example with some fields changed."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from kernel.facts import Event
from kernel.organisations import load
from schemas.catalogue import catalogue, example_data

ROOT = Path(__file__).parents[3]
ORGANISATIONS = load(ROOT / "deploy" / "organisations.toml")


def kind(name: str) -> type[Event]:
    """The newest version of a type of fact."""
    return max((c for c in catalogue().values() if c.meta.name == name), key=lambda c: c.meta.version)


def stated(name: str, **changes: Any) -> Any:
    """The fact's data after it was read strictly; a change of None leaves the field out."""
    cls = kind(name)
    data = {k: v for k, v in {**example_data(cls), **changes}.items() if v is not None}
    return cls.model_validate_json(json.dumps(data))


def refused(name: str, field: str, **changes: Any) -> None:
    """The statement does not hold, and the error names the field."""
    with pytest.raises(ValidationError) as told:
        stated(name, **changes)
    assert any(field in map(str, e["loc"]) for e in told.value.errors()), told.value


def may_state(name: str, org_type: str) -> bool:
    """Whether organisations of a type may state it."""
    return org_type in kind(name).meta.stated_by


def types_of(org: str, day: date) -> frozenset[str]:
    """What a demo organisation was on a day."""
    return ORGANISATIONS.types_at(org, day)
