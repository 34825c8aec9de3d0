"""What goes wrong says what, also in another process and before the database sees it."""

from __future__ import annotations

import pickle
from decimal import Decimal
from uuid import uuid4

import asyncpg
import pytest

from kernel.errors import Again, Conflict, Fenced, Poison, PolkuError, Problem, Refused, Unavailable
from kernel.view_rows import columns_of
from kernel.views import Column, View

LOG = View("log", 1, ("day",), (Column("day", "date"), Column("what", "jsonb"), Column("who", "uuid")))


def test_every_error_comes_out_of_a_child_process_as_it_was_raised_there() -> None:
    raised: list[PolkuError] = [
        Refused(422, [Problem("/subject", "unknown_subject", "no such client_ref")], "It was refused"),
        Conflict("a"),
        Poison("cause", "/data", "source", "id", "type"),
        *(kind("why") for kind in (Unavailable, Fenced, Again)),
    ]
    came_out = [pickle.loads(pickle.dumps(error)) for error in raised]  # noqa: S301 - written in the line itself

    assert [(type(e), str(e), vars(e)) for e in came_out] == [(type(e), str(e), vars(e)) for e in raised]


@pytest.mark.parametrize(
    ("row", "told"),
    [({"what": {"hours": Decimal(1)}}, "log.what: .*decimal.Decimal"), ({"who": "nobody"}, "log.who: .*UUID")],
)
def test_a_value_that_json_cannot_hold_is_told_with_its_view_column_and_type(row: dict[str, object], told: str) -> None:
    with pytest.raises(asyncpg.DataError, match=told):
        columns_of(LOG, [(str(uuid4()), row)])
