"""What a policy grants nobody: an installation's own file may be older than the classes of data that views have now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import structlog

from kernel.disclosure import Policy
from kernel.views import View

INTERNAL = "internal"
"""The class that no policy grants."""


def ungranted(policy: Policy, views: Iterable[View]) -> Iterator[tuple[str, str]]:
    """(view, data class) of columns that nobody is shown, whoever asks."""
    for view in views:
        concerned = [g for g in policy.grants if not g.records or view.name in g.records]
        granted = frozenset[str]().union(*(g.data_classes for g in concerned))
        for data_class in sorted({c.data_class for c in view.columns} - granted - {INTERNAL}):
            yield view.name, data_class


def warn(policy: Policy, views: Iterable[View]) -> None:
    """Say so at the start: else social work itself misses columns, and nothing tells why."""
    for view, data_class in ungranted(policy, views):
        structlog.get_logger("policy").warning("nobody_is_granted", view=view, kind=data_class)
